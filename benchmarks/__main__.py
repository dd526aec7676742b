"""`python -m benchmarks`: measure a gateway, print a table, write the results."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from benchmarks.against import tables
from benchmarks.against.rounds import compare
from benchmarks.against.scenarios import COMPARED
from benchmarks.figures import PROMISES
from benchmarks.gateway_client import GatewayRefused
from benchmarks.limits.serve import LimitFailed
from benchmarks.load.generator import GeneratorFailed
from benchmarks.machine import describe_machine
from benchmarks.options import Options, Other, parse_options
from benchmarks.paths import README
from benchmarks.processes import ProductFailed
from benchmarks.report import markdown, text_table, with_results, write_results
from benchmarks.suite import ALL, run_suite
from dev.errors import DevError

EXPECTED = (GatewayRefused, ProductFailed, GeneratorFailed, LimitFailed, DevError, ConnectionRefusedError)
"""What one line tells better than a trace."""


def main() -> None:
    """Measure what the command line says. Exits 0 whatever the figures are: tests judge."""
    options = parse_options(sys.argv[1:], list(ALL), list(COMPARED))
    machine = describe_machine()
    try:
        if options.other:
            _by_turns(options, options.other, machine)
        else:
            _alone(options, machine)
    except EXPECTED as error:
        sys.exit(f"not measured: {error}")


def _alone(options: Options, machine: Mapping[str, object]) -> None:
    figures, details = run_suite(options)
    print(text_table(figures))
    if missed := [f.name for f in figures if f.name in PROMISES and not PROMISES[f.name].held_by(f.value)]:
        print(f"\nNot held: {', '.join(missed)}")
    write_results(options.results, options.name, figures, machine, details)
    if options.update_readme:
        README.write_text(with_results(README.read_text(), markdown(figures, machine)))


def _by_turns(options: Options, other: Other, machine: Mapping[str, object]) -> None:
    compared, details = compare(options, other)
    print(tables.text_table(compared))
    tables.write(options.results, options.name, compared, machine, details)
    if options.update_readme:
        README.write_text(with_results(README.read_text(), tables.markdown(compared, machine), tables.MARKERS))


if __name__ == "__main__":
    main()
