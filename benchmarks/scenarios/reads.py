"""Reads: one order, one payment, the first page of three lists; closed loop at saturation."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.latency import percentile
from benchmarks.load.generator import run_load


def reads(bench: Bench) -> list[Figure]:
    """GETs per second and p99 for each kind of read."""
    payment_ids = run_load(bench.payments_load(50)).ids
    order_ids = bench.new_orders(50)
    paths = {
        "get_order": [f"/api/v1/orders/{id_}" for id_ in order_ids],
        "get_payment": [f"/api/v1/payments/{id_}" for id_ in payment_ids],
        "list_payments": ["/api/v1/payments?limit=20"],
        "list_orders": ["/api/v1/orders?limit=20"],
        "list_filtered": ["/api/v1/payments?limit=20&status=success&method=upi"],
    }
    return [figure for name, choices in paths.items() for figure in _read(bench, name, choices)]


def _read(bench: Bench, name: str, paths: list[str]) -> list[Figure]:
    requests = [(paths[n % len(paths)], "") for n in range(bench.sizes.reads)]
    spec = replace(bench.spec("", [], method="GET"), requests=requests, warm_up=requests[:50])
    measured = bench.measure(spec)
    bench.keep_details(f"reads.{name}", measured)
    note, run = bench.note(measured), measured.run
    return [
        Figure(f"reads.{name}_per_s", run.succeeded / run.seconds if run.seconds else 0.0, "1/s", note),
        Figure(f"reads.{name}_p99_ms", percentile(run.latencies_ms, 0.99), "ms", note),
    ]
