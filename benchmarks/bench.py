"""What a scenario works with: the gateway, the meters, the receiver, and helpers to send a metered load."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.figures import Figure
from benchmarks.gateway_client import Gateway, GatewayRefused
from benchmarks.latency import summary
from benchmarks.load.generator import LoadGenerator, run_load
from benchmarks.load.spec import LoadRun, LoadSpec
from benchmarks.meters import STORES, Meters, Spent
from benchmarks.product import Product
from benchmarks.receiver.handle import Receiver
from benchmarks.sizes import Sizes

CONTENDED = "contended"
"""Begins the note of a figure that was taken while others used the machine."""

CONTENTION_SHARE = 0.15
"""Cores used by processes that are none of ours, above which a figure is marked as contended."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A load, what it cost, and how long until everything it caused was done (seconds)."""

    run: LoadRun
    spent: Spent
    seconds: float


@dataclass
class Bench:
    """One run against one gateway. `product` is there when the harness started the gateway itself."""

    gateway: Gateway
    meters: Meters
    receiver: Receiver
    sizes: Sizes
    product: Product | None = None
    connections: int = 16
    idempotency_keys: bool = False
    details: dict[str, object] = field(default_factory=dict)

    def spec(self, path: str, bodies: Sequence[object], *, method: str = "POST") -> LoadSpec:
        """A closed-loop load of these JSON bodies on one path."""
        return LoadSpec(
            base_url=self.gateway.base_url,
            headers=self.gateway.headers,
            method=method,
            requests=[(path, json.dumps(body, separators=(",", ":"))) for body in bodies],
            connections=self.connections,
            max_seconds=self.sizes.max_seconds,
            idempotency_keys=self.idempotency_keys and method == "POST",
        )

    def orders_load(self, count: int) -> LoadSpec:
        """`count` order creations, alike but for the receipt."""
        bodies = [{"amount": 50000, "currency": "INR", "receipt": f"bench-{n}"} for n in range(count)]
        return self.spec("/api/v1/orders", bodies)

    def payments_load(self, count: int, *, warm_up: int = 0) -> LoadSpec:
        """`count` UPI payments that will succeed, each on an order of its own, made beforehand."""
        bodies = [
            {"order_id": order_id, "method": "upi", "vpa": "success@bank"}
            for order_id in self.new_orders(count + warm_up)
        ]
        spec = self.spec("/api/v1/payments", bodies)
        return replace(spec, requests=spec.requests[warm_up:], warm_up=spec.requests[:warm_up])

    def new_orders(self, count: int) -> list[str]:
        """Ids of `count` fresh orders, created outside any measurement."""
        run = run_load(self.orders_load(count))
        if run.succeeded < count:
            raise GatewayRefused(f"only {run.succeeded} of {count} orders: {run.first_refusal}")
        return run.ids

    def measure(self, spec: LoadSpec, *, idle: bool = True) -> Measured:
        """Warm up, wait until the warm-up's work is done (`idle`), then send the load between two CPU readings."""
        with LoadGenerator(spec) as generator:
            if idle:
                self.gateway.wait_until_idle(self.sizes.max_seconds)
            before = self.meters.read()
            run = generator.run()
            spent = self.meters.since(before)
        return Measured(run, spent, run.seconds)

    def note(self, measured: Measured) -> str:
        """What a reader must know before trusting figures of this load; empty when all is well."""
        notes = []
        run = measured.run
        if run.succeeded < run.planned:
            notes.append(f"{run.succeeded} of {run.planned} accepted; first refusal: {run.first_refusal}")
        if contention := contention_note(measured.spent, measured.seconds):
            notes.append(contention)
        return "; ".join(notes)

    def keep_details(self, name: str, measured: Measured) -> None:
        """Put what the table has no room for into the JSON result."""
        run, spent = measured.run, measured.spent
        self.details[name] = {
            "planned": run.planned,
            "accepted": run.succeeded,
            "first_refusal": run.first_refusal,
            "seconds": measured.seconds,
            "latency_ms": summary(run.latencies_ms),
            "cpu_s": spent.by_name,
            "others_cpu_s": spent.others,
            "generator_cpu_s": run.cpu_seconds,
        }

    def cpu_figures(self, name: str, measured: Measured, count: int) -> list[Figure]:
        """CPU per item in ms: product processes, Postgres with Redis, both, the API alone, as known."""
        if not self.meters.pids or not count:
            return []
        note, spent = self.note(measured), measured.spent
        seconds = {"cpu_ms": spent.product}
        if STORES & spent.by_name.keys():
            seconds |= {"stores_cpu_ms": spent.stores, "all_cpu_ms": spent.product + spent.stores}
        if "api" in spent.by_name:
            seconds["api_cpu_ms"] = spent.by_name["api"]
        return [Figure(f"{name}.{kind}", 1000 * s / count, "ms", note) for kind, s in seconds.items()]


def contention_note(spent: Spent, seconds: float) -> str:
    """Says so when processes that are none of ours took a share of the machine; else empty."""
    others = spent.others / seconds if seconds else 0.0
    return f"{CONTENDED}: {others:.2f} cores used by others" if others > CONTENTION_SHARE else ""
