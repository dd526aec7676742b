"""Payments while the bank takes its default second: how many does one worker hold in flight?"""

from __future__ import annotations

import time
from collections.abc import Iterable

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.load.generator import LoadGenerator

BANK_DELAY_MS = 1000
TERMINAL = frozenset({"success", "failed", "cancelled"})


def slow_bank(bench: Bench) -> list[Figure]:
    """Seconds from the first creation until all payments were seen in a terminal state.

    Needs a gateway with TEST_PROCESSING_DELAY=1000. One started by the harness is restarted with it;
    of any other the bank's delay is not known, so it is measured only when asked for (`--slow-bank`).
    """
    if bench.product is not None:
        with bench.product.processing_delay(BANK_DELAY_MS):
            return _time_to_terminal(bench)
    return _time_to_terminal(bench)


def _time_to_terminal(bench: Bench) -> list[Figure]:
    spec = bench.payments_load(bench.sizes.slow_bank)
    with LoadGenerator(spec) as generator:
        started = time.monotonic()
        run = generator.run()
    bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    reported = time.monotonic()
    open_before = _not_terminal(bench, run.due_by_id)
    still_open = open_before
    ends = started + bench.sizes.max_seconds
    while still_open and time.monotonic() < ends:
        still_open = _not_terminal(bench, still_open)
    # The walk over all payments takes time of its own: it counts only if `jobs/status` was wrong.
    seconds = (time.monotonic() if open_before else reported) - started
    notes = []
    if run.succeeded < run.planned:
        notes.append(f"{run.succeeded} of {run.planned} accepted; first refusal: {run.first_refusal}")
    if still_open:
        notes.append(f"{len(still_open)} not terminal at the time limit")
    return [Figure("slow_bank.seconds", seconds, "s", "; ".join(notes))]


def _not_terminal(bench: Bench, payment_ids: Iterable[str]) -> list[str]:
    """Those payments that are not in a terminal state now."""
    left = []
    for payment_id in payment_ids:
        payment = bench.gateway.expect("GET", f"/api/v1/payments/{payment_id}")
        if payment["status"] not in TERMINAL:
            left.append(payment_id)
    return left
