"""From the creation of a payment to its signed webhooks at the receiver: one event each, and three."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from benchmarks.bench import Bench, Measured
from benchmarks.figures import Figure
from benchmarks.gateway_client import wait_for
from benchmarks.latency import percentile
from benchmarks.load.generator import LoadGenerator
from benchmarks.load.spec import LoadSpec
from benchmarks.scenarios.accept import STEADY_RATE
from benchmarks.subscription import Subscription, subscribed

FINAL = "payment.success"
ONE = (FINAL,)
THREE = ("payment.created", "payment.pending", FINAL)


def webhooks_one(bench: Bench) -> list[Figure]:
    """Payments per second until the last `payment.success` arrived, at saturation."""
    return _end_to_end(bench, "webhooks_one", ONE, bench.sizes.webhooks_one)


def webhooks_three(bench: Bench) -> list[Figure]:
    """The same with created, pending and success each."""
    return _end_to_end(bench, "webhooks_three", THREE, bench.sizes.webhooks_three)


def webhooks_at_100(bench: Bench) -> list[Figure]:
    """Creation to `payment.success` at 100 per second: latency where nothing queues."""
    count = bench.sizes.webhooks_steady
    return _end_to_end(bench, "webhooks_at_100", ONE, count, rate=STEADY_RATE)


def _end_to_end(
    bench: Bench, name: str, events: tuple[str, ...], count: int, rate: float | None = None
) -> list[Figure]:
    spec = bench.payments_load(count, warm_up=bench.sizes.warm_up)
    with subscribed(bench.gateway, bench.receiver, events) as subscription:
        measured = measure_until_received(bench, replace(spec, rate=rate), subscription)
        came = delivered(bench, measured, subscription)
    bench.gateway.wait_until_idle(bench.sizes.max_seconds)
    bench.keep_details(name, measured)
    bench.details[f"{name}.receiver"] = came.counts
    figures = [
        Figure(f"{name}.p50_ms", percentile(came.to_final_ms, 0.50), "ms", came.note),
        Figure(f"{name}.p99_ms", percentile(came.to_final_ms, 0.99), "ms", came.note),
        *bench.cpu_figures(name, measured, len(came.to_final_ms)),
    ]
    if rate is None:
        figures.insert(0, Figure(f"{name}.per_s", came.per_s, "1/s", came.note))
    return figures


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a load; `counts` are the receiver's.

    `to_final_ms` is from creation to `payment.success` of each payment that brought all its events; `per_s` are
    these payments per second, from the first creation to the last event.
    """

    to_final_ms: list[float]
    per_s: float
    counts: dict[str, int]
    note: str


def delivered(bench: Bench, measured: Measured, subscription: Subscription) -> Delivered:
    """Read the receiver after `measure_until_received`."""
    arrivals, counts = bench.receiver.arrivals(), bench.receiver.counts()
    due = measured.run.due_by_id
    complete = {id_: arrivals[id_] for id_ in due if _is_complete(arrivals.get(id_, {}), subscription.events)}
    note = _receiver_note(bench.note(measured), len(due) - len(complete), counts, subscription)
    to_final = [(seen[FINAL] - due[id_]) / 1e6 for id_, seen in complete.items()]
    last_ns = max((max(seen.values()) for seen in complete.values()), default=0)
    seconds = (last_ns - min(due.values())) / 1e9 if complete else 0.0
    return Delivered(to_final, len(complete) / seconds if seconds else 0.0, counts, note)


def measure_until_received(bench: Bench, spec: LoadSpec, subscription: Subscription) -> Measured:
    """Send the load and wait for all its webhooks, or for the time limit; CPU covers both."""
    with LoadGenerator(spec) as generator:
        # Stragglers of the warm-up would be counted, and paid for, as the load's.
        _wait_for_events(bench, subscription, payments=len(spec.warm_up))
        bench.gateway.wait_until_idle(bench.sizes.max_seconds)
        bench.receiver.reset(subscription.secret)
        before, started = bench.meters.read(), time.monotonic()
        run = generator.run()
        _wait_for_events(bench, subscription, payments=run.succeeded)
        return Measured(run, bench.meters.since(before), time.monotonic() - started)


def _wait_for_events(bench: Bench, subscription: Subscription, *, payments: int) -> None:
    def all_received() -> bool:
        counts = bench.receiver.counts()
        return all(counts.get(event, 0) >= payments for event in subscription.events)

    wait_for(all_received, bench.sizes.max_seconds)


def _is_complete(seen: Mapping[str, int], events: tuple[str, ...]) -> bool:
    return all(event in seen for event in events)


def _receiver_note(note: str, missing: int, counts: Mapping[str, int], subscription: Subscription) -> str:
    notes = [note] if note else []
    if missing:
        notes.append(f"{missing} payments without all their webhooks at the time limit")
    for scheme in ("legacy", "standard"):
        if counts.get(f"{scheme}_refused"):
            notes.append(f"{counts[f'{scheme}_refused']} {scheme} signatures did not verify")
    if not counts.get("legacy_verified"):
        notes.append("no legacy signature was verified")
    if counts.get("duplicates"):
        notes.append(f"{counts['duplicates']} duplicates")
    if not subscription.filtered:
        notes.append("the gateway has no event filter: it sent every event")
    return "; ".join(notes)
