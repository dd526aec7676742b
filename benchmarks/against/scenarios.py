"""What both gateways are measured at. All events that a side sends of a payment go to its receiver throughout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from benchmarks.against.side import Side
from benchmarks.bench import Bench, Measured
from benchmarks.figures import Figure
from benchmarks.latency import percentile
from benchmarks.load.generator import LoadGenerator, run_load
from benchmarks.scenarios.accept import STEADY_RATE
from benchmarks.scenarios.webhooks import delivered, measure_until_received


def orders(side: Side) -> list[Figure]:
    """Order creations per second at saturation."""
    bench = side.bench
    warm_up = bench.orders_load(bench.sizes.warm_up).requests
    measured = bench.measure(replace(bench.orders_load(bench.sizes.orders), warm_up=warm_up))
    return _accepted(bench, "orders", measured)


def accept_alone(side: Side) -> list[Figure]:
    """Payments accepted per second while all but the API and the stores is stopped; no figure where unknown."""
    bench = side.bench
    if not side.workers:
        return []
    spec = bench.payments_load(bench.sizes.payments, warm_up=bench.sizes.warm_up)
    with LoadGenerator(spec) as generator:
        bench.gateway.wait_until_idle(bench.sizes.max_seconds)
        with side.paused():
            before = bench.meters.read()
            run = generator.run()
            spent = bench.meters.since(before)
    bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    return _accepted(bench, "accept_alone", Measured(run, spent, run.seconds))


def payments(side: Side) -> list[Figure]:
    """Payments accepted per second at saturation, everything running, and of the same load those fully told of."""
    bench = side.bench
    spec = bench.payments_load(bench.sizes.payments, warm_up=bench.sizes.warm_up)
    measured = measure_until_received(bench, spec, side.subscription)
    came = delivered(bench, measured, side.subscription)
    bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    accepted, *_ = _accepted(bench, "payments", measured)
    return [
        replace(accepted, note=came.note),
        Figure("end_to_end.per_s", came.per_s, "1/s", came.note),
        *_cpu(bench, "end_to_end", measured, len(came.to_final_ms)),
    ]


def reads(side: Side) -> list[Figure]:
    """One order and one payment by turns, per second, at saturation."""
    bench = side.bench
    made = run_load(bench.payments_load(50)).ids
    paths = [
        *(f"/api/v1/payments/{id_}" for id_ in made),
        *(f"/api/v1/orders/{id_}" for id_ in bench.new_orders(50)),
    ]
    paths = [paths[n // 2 + n % 2 * 50] for n in range(100)]
    requests = [(paths[n % 100], "") for n in range(2 * bench.sizes.reads)]
    spec = replace(bench.spec("", [], method="GET"), requests=requests, warm_up=requests[:100])
    return _accepted(bench, "reads", bench.measure(spec))


def at_100(side: Side) -> list[Figure]:
    """At 100 per second: creation to answer, creation to `payment.success`, CPU per payment."""
    bench = side.bench
    spec = bench.payments_load(bench.sizes.webhooks_steady, warm_up=bench.sizes.warm_up)
    measured = measure_until_received(bench, replace(spec, rate=STEADY_RATE), side.subscription)
    came = delivered(bench, measured, side.subscription)
    bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    answers = measured.run.latencies_ms
    return [
        Figure("at_100.webhook_p50_ms", percentile(came.to_final_ms, 0.50), "ms", came.note),
        Figure("at_100.webhook_p99_ms", percentile(came.to_final_ms, 0.99), "ms", came.note),
        Figure("at_100.accept_p50_ms", percentile(answers, 0.50), "ms", came.note),
        Figure("at_100.accept_p99_ms", percentile(answers, 0.99), "ms", came.note),
        *_cpu(bench, "at_100", measured, len(came.to_final_ms)),
    ]


def memory(side: Side) -> list[Figure]:
    """MB resident of each process, and of all but the stores together."""
    resident = {name: mb for name, mb in side.bench.meters.resident_mb().items() if name in {"api", *side.workers}}
    if not resident:
        return []
    figures = [Figure(f"memory.{name}_mb", mb, "MB") for name, mb in resident.items()]
    return [*figures, Figure("memory.all_mb", sum(resident.values()), "MB")]


COMPARED: Mapping[str, Callable[[Side], list[Figure]]] = {
    "orders": orders,
    "accept_alone": accept_alone,
    "payments": payments,
    "reads": reads,
    "at_100": at_100,
    "memory": memory,
}
"""In the order they run."""


def _accepted(bench: Bench, name: str, measured: Measured) -> list[Figure]:
    run = measured.run
    rate = run.succeeded / run.seconds if run.seconds else 0.0
    rated = Figure(f"{name}.per_s", rate, "1/s", bench.note(measured))
    return [rated, *_cpu(bench, name, measured, run.succeeded)]


def _cpu(bench: Bench, name: str, measured: Measured, count: int) -> list[Figure]:
    """CPU per item in ms of everything that is metered, and of each process tree."""
    if not bench.meters.pids or not count:
        return []
    spent, note = measured.spent, bench.note(measured)
    each = {of: spent.by_name[of] for of in bench.meters.pids}
    figures = [Figure(f"{name}.all_cpu_ms", 1000 * sum(each.values()) / count, "ms", note)]
    return figures + [Figure(f"{name}.{of}_cpu_ms", 1000 * s / count, "ms", note) for of, s in each.items()]
