"""The limits as figures: the bare ASGI echo, the same with our statements, and pgbench with them."""

from __future__ import annotations

import pickle
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench, Measured
from benchmarks.figures import Figure
from benchmarks.limits.pgbench import pgbench
from benchmarks.limits.serve import LimitFailed, Served, served
from benchmarks.limits.statements import given_order_id
from benchmarks.limits.workbench import SESSION_OPTIONS, Workbench, workbench
from benchmarks.load.generator import LoadGenerator
from benchmarks.load.spec import LoadSpec
from benchmarks.meters import Meters


def echo(bench: Bench) -> list[Figure]:
    """Answers per second of the echo at the same connections, and the generator's own ceiling.

    The ceiling is how many requests one core's worth of the generator could send: where it is not well
    above a measured rate, that rate would be the generator's and not the gateway's.
    """
    spec = bench.orders_load(bench.sizes.echo)
    warm_up = spec.requests[: bench.sizes.warm_up]
    with served("benchmarks.limits.echo_app:app") as server:
        measured = _measure(bench, "limit.echo", replace(spec, warm_up=warm_up), server)
    run = measured.run
    return [
        *_figures(bench, "limit.echo", measured),
        Figure("limit.generator_per_s", len(run.statuses) / run.cpu_seconds, "1/s"),
    ]


def statement_limits(bench: Bench) -> list[Figure]:
    """pgbench and the bare ASGI application, both with the API's own statements; only of our own product."""
    if bench.product is None:
        return []
    with workbench(bench.product.postgres.url, bench.product.environment) as work:
        return [*pgbench(bench, work), *_bare_payments(bench, work)]


def _bare_payments(bench: Bench, work: Workbench) -> list[Figure]:
    """Payment creations of the bare application: what the API's own work is compared to (CPU per request)."""
    ids = [given_order_id(bench.connections, n) for n in range(bench.sizes.payments + bench.sizes.warm_up)]
    work.make_orders(ids)
    spec = bench.spec("/", [{"order_id": id_, "method": "upi", "vpa": "success@bank"} for id_ in ids])
    split = bench.sizes.warm_up
    spec = replace(spec, requests=spec.requests[split:], warm_up=spec.requests[:split])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statements"
        file.write_bytes(pickle.dumps(work.statements.payment))
        environment = {
            "LIMIT_DATABASE_URL": work.url,
            "LIMIT_OPTIONS": SESSION_OPTIONS,
            "LIMIT_STATEMENTS": str(file),
        }
        with served("benchmarks.limits.statement_app:app", environment) as server:
            measured = _measure(bench, "limit.bare_payments", spec, server)
    figures = _figures(bench, "limit.bare_payments", measured)
    spent = measured.spent.by_name["bare"] + measured.spent.stores
    all_cpu_ms = 1000 * spent / measured.run.succeeded
    return [*figures, Figure("limit.bare_payments_all_cpu_ms", all_cpu_ms, "ms", bench.note(measured))]


def _measure(bench: Bench, name: str, spec: LoadSpec, server: Served) -> Measured:
    """The load sent to a bare application instead of the gateway, its process metered."""
    meters = Meters({**bench.meters.pids, "bare": server.pid})
    with LoadGenerator(replace(spec, base_url=server.base_url)) as generator:
        before = meters.read()
        run = generator.run()
        spent = meters.since(before)
    measured = Measured(run, spent, run.seconds)
    bench.keep_details(name, measured)
    if not run.succeeded:
        raise LimitFailed(f"{name}: nothing succeeded; {run.first_refusal}")
    return measured


def _figures(bench: Bench, name: str, measured: Measured) -> list[Figure]:
    run, note = measured.run, bench.note(measured)
    return [
        Figure(f"{name}_per_s", run.succeeded / run.seconds, "1/s", note),
        Figure(f"{name}_cpu_ms", 1000 * measured.spent.by_name["bare"] / run.succeeded, "ms", note),
    ]
