"""Runs the chosen scenarios and limits against one gateway."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from benchmarks.bench import Bench
from benchmarks.figures import Figure, median_of_runs
from benchmarks.gateway_client import Gateway
from benchmarks.limits.bare import echo, statement_limits
from benchmarks.limits.bare_sender import bare_sender
from benchmarks.meters import Meters
from benchmarks.options import Options
from benchmarks.product import Product
from benchmarks.receiver.handle import Receiver
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.scenarios.growth import growth

LIMITS: dict[str, Scenario] = {"echo": echo, "statements": statement_limits, "bare_sender": bare_sender}
LAST: dict[str, Scenario] = {"growth": growth}
"""What leaves Postgres with work to do for a while."""
ALL: dict[str, Scenario] = {**SCENARIOS, **LIMITS, **LAST}


def run_suite(options: Options) -> tuple[list[Figure], dict[str, object]]:
    """Figures (medians when repeated) and the details of the last run."""
    runs: list[list[Figure]] = []
    details: dict[str, object] = {}
    for number in range(options.repeat):
        with Receiver() as receiver, opened(options, receiver) as bench:
            say(f"run {number + 1} of {options.repeat} against {bench.gateway.base_url}")
            runs.append(list(_figures(bench, options.chosen)))
            details = bench.details
    return median_of_runs(runs), details


def _figures(bench: Bench, chosen: Sequence[str]) -> Iterator[Figure]:
    for name, scenario in all_scenarios(chosen):
        say(f"  {name} …")
        yield from scenario(bench)


def all_scenarios(chosen: Sequence[str]) -> Iterable[tuple[str, Scenario]]:
    """The chosen ones by name, in the order in which they have to run."""
    return [(name, scenario) for name, scenario in ALL.items() if name in chosen]


@contextmanager
def opened(options: Options, receiver: Receiver) -> Iterator[Bench]:
    """A bench on the gateway that the options name, or on our own, started for it."""
    base_url, meters, product = options.base_url, Meters(options.pids), None
    with ExitStack() as stack:
        if options.start:
            product = stack.enter_context(Product())
            base_url, meters = product.base_url, Meters(product.pids)
        yield Bench(
            gateway=Gateway(base_url, options.key, options.secret, options.receiver_host),
            meters=meters,
            receiver=receiver,
            sizes=options.sizes,
            product=product,
            connections=options.connections,
            idempotency_keys=options.idempotency_keys,
        )


def say(line: str) -> None:
    """Progress, apart from the result on stdout."""
    print(line, file=sys.stderr, flush=True)
