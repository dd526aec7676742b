"""`python -m benchmarks`: measure a gateway, print a table, write the results."""

from __future__ import annotations

import sys

from benchmarks.figures import PROMISES
from benchmarks.gateway_client import GatewayRefused
from benchmarks.limits.serve import LimitFailed
from benchmarks.load.generator import GeneratorFailed
from benchmarks.machine import describe_machine
from benchmarks.options import parse_options
from benchmarks.paths import README
from benchmarks.processes import ProductFailed
from benchmarks.report import markdown, text_table, with_results, write_results
from benchmarks.suite import ALL, run_suite
from dev.errors import DevError

EXPECTED = (GatewayRefused, ProductFailed, GeneratorFailed, LimitFailed, DevError, ConnectionRefusedError)
"""What one line tells better than a trace."""


def main() -> None:
    """Measure what the command line says. Exits 0 whatever the figures are: tests judge."""
    options = parse_options(sys.argv[1:], list(ALL))
    machine = describe_machine()
    try:
        figures, details = run_suite(options)
    except (
        GatewayRefused,
        ProductFailed,
        GeneratorFailed,
        LimitFailed,
        DevError,
        ConnectionRefusedError,
    ) as error:
        sys.exit(f"not measured: {error}")
    print(text_table(figures))
    if missed := [f.name for f in figures if f.name in PROMISES and not PROMISES[f.name].held_by(f.value)]:
        print(f"\nNot held: {', '.join(missed)}")
    write_results(options.results, options.name, figures, machine, details)
    if options.update_readme:
        README.write_text(with_results(README.read_text(), markdown(figures, machine)))


if __name__ == "__main__":
    main()
