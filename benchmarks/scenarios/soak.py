"""Memory over a bounded soak: payments with three webhooks each at a steady rate, minute after minute."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.bench import Bench, contention_note
from benchmarks.figures import Figure
from benchmarks.load.generator import run_load
from benchmarks.meters import STORES
from benchmarks.scenarios.webhooks import THREE
from benchmarks.subscription import subscribed

RATE, ROUND_SECONDS, WARM_UP_SHARE = 50.0, 10.0, 1 / 3


def soak(bench: Bench) -> list[Figure]:
    """MB (10^6 bytes) per minute by which each process grows, after the first third; nothing without pids."""
    if not bench.meters.pids:
        return []
    samples: list[tuple[float, dict[str, float]]] = []
    before, started, refused = bench.meters.read(), time.monotonic(), 0
    with subscribed(bench.gateway, bench.receiver, THREE) as subscription:
        while (elapsed := time.monotonic() - started) < bench.sizes.soak_seconds:
            bench.receiver.reset(subscription.secret)  # the harness's own memory stays where it is as well
            seconds = min(ROUND_SECONDS, bench.sizes.soak_seconds / 3)
            run = run_load(replace(bench.payments_load(max(1, int(RATE * seconds))), rate=RATE))
            refused += run.planned - run.succeeded
            samples.append((time.monotonic() - started, bench.meters.resident_mb()))
        bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    names = [name for name in bench.meters.pids if name not in STORES]
    bench.details["soak"] = {name: [(at / 60, mb[name]) for at, mb in samples] for name in names}
    steady = [sample for sample in samples if sample[0] >= elapsed * WARM_UP_SHARE]
    contention = contention_note(bench.meters.since(before), time.monotonic() - started)
    note = "; ".join(filter(None, (f"{refused} payments refused" if refused else "", contention)))
    return [
        Figure(f"soak.{name}_mb_per_min", slope([(at / 60, mb[name]) for at, mb in steady]), "MB/min", note)
        for name in names
    ]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line nearest to the points, by least squares; 0 of fewer than two."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count if count else 0.0
    mean_y = sum(y for _, y in points) / count if count else 0.0
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
