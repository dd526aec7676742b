"""How fast a worker catches up with what was accepted while it was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.bench import Bench, Measured, contention_note
from benchmarks.figures import Figure
from benchmarks.gateway_client import GatewayRefused, wait_for
from benchmarks.processes import ProductFailed


def drain(bench: Bench) -> list[Figure]:
    """Payments per second of one worker over a backlog, from the first that it finished to the last.

    `drain.first_s` is from starting its process to the first, start-up included. Only of our own product.
    """
    if bench.product is None:
        return []
    with bench.product.without("worker"):
        accepted = _accept(bench)
    count = accepted.run.succeeded
    started = time.monotonic()
    left = _wait_until(bench, lambda left: left < count)
    first, before = time.monotonic(), bench.meters.read()
    _wait_until(bench, lambda left: left == 0)
    seconds, spent = time.monotonic() - first, bench.meters.since(before)
    done = left
    bench.details["drain"] = {"payments": count, "timed": done, "seconds": seconds, "cpu_s": spent.by_name}
    note = contention_note(spent, seconds)
    if done < count / 2:
        note = "; ".join(filter(None, (note, f"only {done} of {count} were still to do at the first look")))
    rate = done / seconds if seconds else 0.0
    figures = [Figure("drain.per_s", rate, "1/s", note), Figure("drain.first_s", first - started, "s", note)]
    if done:
        figures += [
            Figure("drain.worker_cpu_ms", 1000 * spent.by_name["worker"] / done, "ms", note),
            Figure("drain.stores_cpu_ms", 1000 * spent.stores / done, "ms", note),
        ]
    return figures + bench.cpu_figures("drain.accept", accepted, count)


def _accept(bench: Bench) -> Measured:
    """Payments that nobody works on, so that what Postgres spends meanwhile is what accepting them costs."""
    measured = bench.measure(bench.payments_load(bench.sizes.drain))
    if measured.run.succeeded < measured.run.planned:
        raise GatewayRefused(
            f"only {measured.run.succeeded} of {measured.run.planned} payments: {measured.run.first_refusal}"
        )
    return measured


def _wait_until(bench: Bench, holds: Callable[[int], bool]) -> int:
    """How many were left to do when this held."""
    left = 0

    def look() -> bool:
        nonlocal left
        left = bench.gateway.unfinished_work() or 0
        return holds(left)

    if not wait_for(look, bench.sizes.max_seconds, every=0.02):
        raise ProductFailed(f"{left} payments still to do after {bench.sizes.max_seconds:g} s")
    return left
