"""A measured figure, what was promised for it, and whether the promise held."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one run. `note` says what limits its meaning (part of the load refused, contention)."""

    name: str
    value: float
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """A bound from the project's list: `at_least` for rates, `at_most` for times, CPU and memory."""

    at_least: float = -math.inf
    at_most: float = math.inf

    def held_by(self, value: float) -> bool:
        """False for NaN too: what was not measured was not held."""
        return self.at_least <= value <= self.at_most

    def __str__(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least > -math.inf else f"≤ {self.at_most:g}"


PROMISES: dict[str, Promise] = {
    "start.api_first_200_s": Promise(at_most=1.4),
    "orders.per_s": Promise(at_least=700),
    "payments.per_s": Promise(at_least=450),
    "payments.p99_ms": Promise(at_most=60),
    "payments_at_100.p50_ms": Promise(at_most=8),
    "payments_at_100.p99_ms": Promise(at_most=25),
    "webhooks_one.per_s": Promise(at_least=300),
    "webhooks_one.all_cpu_ms": Promise(at_most=5),
    "webhooks_three.per_s": Promise(at_least=250),
    "webhooks_three.cpu_ms": Promise(at_most=8),
    "webhooks_three.all_cpu_ms": Promise(at_most=7),
    "webhooks_at_100.p99_ms": Promise(at_most=100),
    "slow_bank.seconds": Promise(at_most=5),
    "accounts.slow.seconds": Promise(at_most=4),
    "accounts.notices.per_s": Promise(at_least=300),
    "memory.api_mb": Promise(at_most=110),
    "memory.worker_mb": Promise(at_most=100),
    "import.api_s": Promise(at_most=1.0),
    "import.worker_s": Promise(at_most=0.6),
    "import.webhooks_s": Promise(at_most=0.6),
    "sender.per_s": Promise(at_least=500),
    "isolation.healthy_p99_ms": Promise(at_most=2000),
    "growth.1000000.accept_p99_ratio": Promise(at_most=1.5),
    "growth.1000000.list_p99_ratio": Promise(at_most=1.5),
    "growth.10000000.accept_p99_ratio": Promise(at_most=1.5),
    "growth.10000000.list_p99_ratio": Promise(at_most=1.5),
    "growth.10000000.list_p99_ms": Promise(at_most=10),
}
"""Two cores, 16 connections, one process each, 1 ms bank; `slow_bank` has the default 1 s bank."""

RATIOS: tuple[tuple[str, str], ...] = (
    ("orders.per_s", "limit.pgbench_orders_per_s"),
    ("orders.per_s", "limit.echo_per_s"),
    ("payments.per_s", "limit.pgbench_payments_per_s"),
    ("payments.per_s", "limit.bare_payments_per_s"),
    ("payments.per_s", "limit.echo_per_s"),
    ("payments.api_cpu_ms", "limit.bare_payments_cpu_ms"),
    ("drain.accept.all_cpu_ms", "limit.bare_payments_all_cpu_ms"),
    ("accounts.accept.all_cpu_ms", "accounts.simulated.all_cpu_ms"),
    ("accounts.accept.api_cpu_ms", "accounts.simulated.api_cpu_ms"),
    ("sender.per_s", "limit.bare_sender_per_s"),
    ("webhooks_one.per_s", "payments.per_s"),
    ("webhooks_three.per_s", "payments.per_s"),
)
"""Figure over limit of the same machine in the same run."""

PROMISED_RATIOS: dict[tuple[str, str], Promise] = {
    ("payments.api_cpu_ms", "limit.bare_payments_cpu_ms"): Promise(at_most=1.3),
}


def median_of_runs(runs: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Each figure's median over the runs that have it; the spread goes into the note."""
    by_name: dict[str, list[Figure]] = {}
    for figure in (figure for run in runs for figure in run):
        by_name.setdefault(figure.name, []).append(figure)
    return [_median(figures) for figures in by_name.values()]


def _median(figures: Sequence[Figure]) -> Figure:
    values = [figure.value for figure in figures]
    notes = list(dict.fromkeys(figure.note for figure in figures if figure.note))
    if len(values) > 1:
        notes.insert(0, f"{min(values):.4g}–{max(values):.4g} over {len(values)} runs")
    return replace(figures[0], value=statistics.median(values), note="; ".join(notes))


def ratios(figures: Sequence[Figure]) -> list[tuple[str, str, float]]:
    """(figure, limit, share) for each pair of RATIOS that was measured."""
    values = {figure.name: figure.value for figure in figures}
    return [
        (name, limit, values[name] / values[limit])
        for name, limit in RATIOS
        if name in values and values.get(limit, 0) > 0
    ]
