"""What accepting and listing cost when the tables have grown: 0, then millions of payments of one merchant."""

from __future__ import annotations

import time
from dataclasses import replace

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.latency import percentile
from benchmarks.meters import Meters
from benchmarks.past import add_past
from benchmarks.product import Product
from benchmarks.scenarios.accept import STEADY_RATE

LIST = "/api/v1/payments?limit=20"
_MEASURES = ("accept_p50_ms", "accept_p99_ms", "list_p50_ms", "list_p99_ms")


def growth(bench: Bench) -> list[Figure]:
    """Latency of accepting at 100 per second and of the first page of payments, by size; and the ratios to empty.

    In a product of its own, since the tables of this one are no longer empty. Only of our own product.
    """
    if bench.product is None:
        return []
    figures: list[Figure] = []
    with Product() as product:
        gateway = replace(bench.gateway, base_url=product.base_url)
        own = replace(bench, gateway=gateway, meters=Meters(product.pids), product=product)
        before = 0
        for payments in (0, *bench.sizes.growth):
            started = time.monotonic()
            if payments:
                add_past(product.postgres.url, before + 1, payments)
            before = payments
            own.details[f"growth.{payments}.fill_s"] = time.monotonic() - started
            figures += _measure(own, payments)
    return figures + _ratios(figures, bench.sizes.growth)


def _measure(bench: Bench, payments: int) -> list[Figure]:
    name, sizes = f"growth.{payments}", bench.sizes
    accepted = bench.measure(
        replace(bench.payments_load(sizes.growth_load, warm_up=sizes.warm_up), rate=STEADY_RATE)
    )
    bench.gateway.wait_until_idle(sizes.max_seconds)
    pages = [(LIST, "")] * sizes.growth_load
    spec = replace(bench.spec("", [], method="GET"), requests=pages, warm_up=pages[:50], connections=1)
    listed = bench.measure(spec)
    bench.keep_details(f"{name}.accept", accepted)
    bench.keep_details(f"{name}.list", listed)
    values = [
        (percentile(measured.run.latencies_ms, share), bench.note(measured))
        for measured in (accepted, listed)
        for share in (0.50, 0.99)
    ]
    return [
        Figure(f"{name}.{kind}", value, "ms", note) for kind, (value, note) in zip(_MEASURES, values, strict=True)
    ]


def _ratios(figures: list[Figure], sizes: tuple[int, ...]) -> list[Figure]:
    """Each latency with full tables over the same with empty ones."""
    by_name = {figure.name: figure for figure in figures}
    found = []
    for payments in sizes:
        for kind in _MEASURES:
            full, empty = by_name[f"growth.{payments}.{kind}"], by_name[f"growth.0.{kind}"]
            notes = "; ".join(dict.fromkeys(filter(None, (full.note, empty.note))))
            name = f"growth.{payments}.{kind.removesuffix('_ms')}_ratio"
            found.append(Figure(name, full.value / empty.value if empty.value else 0.0, "×", notes))
    return found
