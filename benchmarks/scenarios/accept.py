"""How fast orders and payments are accepted: at saturation, and at a steady 100 per second."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.bench import Bench, Measured
from benchmarks.figures import Figure
from benchmarks.latency import percentile

STEADY_RATE = 100.0


def orders(bench: Bench) -> list[Figure]:
    """Order creations per second at saturation."""
    spec = bench.orders_load(bench.sizes.orders)
    warm_up = bench.orders_load(bench.sizes.warm_up).requests
    return _accept_figures(bench, "orders", bench.measure(replace(spec, warm_up=warm_up)))


def payments(bench: Bench) -> list[Figure]:
    """Payments accepted per second at saturation, while the worker processes them; no endpoint subscribed."""
    spec = bench.payments_load(bench.sizes.payments, warm_up=bench.sizes.warm_up)
    measured = bench.measure(spec)
    figures = _accept_figures(bench, "payments", measured)
    bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    return figures


def payments_at_100(bench: Bench) -> list[Figure]:
    """Latency of accepting a payment at 100 per second, counted from when each was due."""
    spec = bench.payments_load(bench.sizes.steady, warm_up=bench.sizes.warm_up)
    measured = bench.measure(replace(spec, rate=STEADY_RATE))
    bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    return latency_figures(bench, "payments_at_100", measured)


def latency_figures(bench: Bench, name: str, measured: Measured) -> list[Figure]:
    """p50 and p99 of the answers."""
    bench.keep_details(name, measured)
    note = bench.note(measured)
    latencies = measured.run.latencies_ms
    return [
        Figure(f"{name}.p50_ms", percentile(latencies, 0.50), "ms", note),
        Figure(f"{name}.p99_ms", percentile(latencies, 0.99), "ms", note),
    ]


def _accept_figures(bench: Bench, name: str, measured: Measured) -> list[Figure]:
    run = measured.run
    rate = run.succeeded / run.seconds if run.seconds else 0.0
    return [
        Figure(f"{name}.per_s", rate, "1/s", bench.note(measured)),
        *latency_figures(bench, name, measured),
        *bench.cpu_figures(name, measured, run.succeeded),
    ]
