"""Which plots are drawn of a run, from its figures and details; a plot without figures is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from benchmarks.figures import Figure
from benchmarks.svg import bars, lines

RATES = {
    "bare ASGI echo": "limit.echo_per_s",
    "orders: pgbench": "limit.pgbench_orders_per_s",
    "orders accepted": "orders.per_s",
    "payments: pgbench": "limit.pgbench_payments_per_s",
    "payments: bare ASGI + statement": "limit.bare_payments_per_s",
    "payments accepted": "payments.per_s",
    "payment to one webhook": "webhooks_one.per_s",
    "payment to three webhooks": "webhooks_three.per_s",
    "drain after a stop": "drain.per_s",
    "read of an order": "reads.get_order_per_s",
    "list of payments": "reads.list_payments_per_s",
    "webhook sender": "sender.per_s",
    "bare sender loop": "limit.bare_sender_per_s",
}
LATENCIES = {
    "accept at 100/s": "payments_at_100",
    "creation to webhook at 100/s": "webhooks_at_100",
    "orders at saturation": "orders",
    "payments at saturation": "payments",
}
CPU = {"order": "orders", "payment accepted": "payments", "one webhook": "webhooks_one", "three": "webhooks_three"}


def write_plots(folder: Path, name: str, figures: Sequence[Figure], details: Mapping[str, object]) -> list[str]:
    """`<name>-<plot>.svg` in the folder; returns the names of those that there was something to draw for."""
    values = {figure.name: figure.value for figure in figures}
    drawn = {
        "rates": _rates(values),
        "latency": _latencies(values),
        "cpu": _cpu(values),
        "soak": _soak(details),
        "growth": _growth(values),
    }
    for plot, svg in drawn.items():
        file = folder / f"{name}-{plot}.svg"
        file.unlink(missing_ok=True)  # of a run before, which measured more
        if svg:
            file.write_text(svg)
    return [f"{name}-{plot}.svg" for plot, svg in drawn.items() if svg]


def _rates(values: Mapping[str, float]) -> str:
    known = {label: [values[name]] for label, name in RATES.items() if name in values}
    return bars("Rates, and the limits of the same machine", "/s", known) if known else ""


def _latencies(values: Mapping[str, float]) -> str:
    known = {
        label: [values[f"{name}.p50_ms"], values[f"{name}.p99_ms"] - values[f"{name}.p50_ms"]]
        for label, name in LATENCIES.items()
        if f"{name}.p99_ms" in values
    }
    if "isolation.healthy_p99_ms" in values:
        p50, p99 = values["isolation.healthy_p50_ms"], values["isolation.healthy_p99_ms"]
        known["healthy webhook among 100 bad"] = [p50, p99 - p50]
    return bars("Latency: median, and up to the 99th percentile", "ms", known, ("p50", "to p99")) if known else ""


def _cpu(values: Mapping[str, float]) -> str:
    known = {
        label: [values[f"{name}.cpu_ms"], values[f"{name}.stores_cpu_ms"]]
        for label, name in CPU.items()
        if f"{name}.stores_cpu_ms" in values
    }
    return bars("CPU per item", "ms", known, ("product", "Postgres, Redis")) if known else ""


def _soak(details: Mapping[str, object]) -> str:
    series = cast(dict[str, list[tuple[float, float]]], details.get("soak", {}))
    return lines("Memory under a steady load", "minutes", "MB", series) if series else ""


def _growth(values: Mapping[str, float]) -> str:
    sizes = sorted(int(name.split(".")[1]) for name in values if name.endswith(".accept_p99_ms"))
    kinds = {"accept p50": "accept_p50_ms", "accept p99": "accept_p99_ms", "page p50": "list_p50_ms",
             "page p99": "list_p99_ms"}  # fmt: skip
    series = {
        label: [(size / 1e6, values[f"growth.{size}.{kind}"]) for size in sizes] for label, kind in kinds.items()
    }
    return lines("Latency as the tables grow", "million payments", "ms", series) if sizes else ""
