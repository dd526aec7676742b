"""Put the overview together."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from gateway.clock import iso
from gateway.database import Connection
from gateway.overview.model import Span
from gateway.overview.queries import (
    PaymentSum,
    count_deliveries,
    count_failures,
    select_attention,
    select_progress,
    sum_payments,
)
from gateway.tenancy.model import Caller


async def read_overview(tx: Connection, caller: Caller, span: Span, now: datetime) -> dict[str, Any]:
    """Sums, steps, failures, webhook health, what needs attention and the first steps, as the API shows them."""
    sums = await sum_payments(tx, caller, span)
    since = span.edges[0]
    currencies = _by_currency(sums)
    main = currencies[0]["currency"] if currencies else "INR"
    return {
        "range": span.name,
        "from": iso(since),
        "until": iso(span.until),
        "payments": _counts(sums),
        "currencies": currencies,
        "main_currency": main,
        "steps": _steps(sums, span, main),
        "before": await _read_before(tx, caller, span.before, main) if span.before else None,
        "failures": await count_failures(tx, caller, since),
        "deliveries": await count_deliveries(tx, caller, since, now),
        "attention": await select_attention(tx, caller, now),
        "progress": await select_progress(tx, caller),
    }


async def _read_before(tx: Connection, caller: Caller, span: Span, main: str) -> dict[str, Any]:
    sums = await sum_payments(tx, caller, span)
    return {
        "from": iso(span.edges[0]),
        "until": iso(span.until),
        "payments": _counts(sums),
        "currencies": _by_currency(sums),
        "steps": _steps(sums, span, main),
    }


def success_rate(success: int, failed: int) -> float | None:
    """Share of decided payments that succeeded; None before the first is decided."""
    decided = success + failed
    return None if decided == 0 else round(success / decided, 4)


def _counts(sums: list[PaymentSum]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    for one in sums:
        counts[one.status] += one.count
    names = ("success", "failed", "pending", "requires_action", "cancelled")
    return {
        "total": counts.total(),
        **{name: counts[name] for name in names},
        "success_rate": success_rate(counts["success"], counts["failed"]),
    }


def _by_currency(sums: list[PaymentSum]) -> list[dict[str, Any]]:
    """The currency with the most payments first: amounts of two currencies are never added."""
    found: defaultdict[str, dict[str, int]] = defaultdict(lambda: {"payments": 0, "gross": 0, "refunded": 0})
    for one in sums:
        sum_of = found[one.currency]
        sum_of["payments"] += one.count
        sum_of["gross"] += one.captured
        sum_of["refunded"] += one.refunded
    listed = [
        {"currency": currency, **values, "net": values["gross"] - values["refunded"]}
        for currency, values in found.items()
    ]
    return sorted(listed, key=lambda one: (-int(one["payments"]), str(one["currency"])))


def _steps(sums: list[PaymentSum], span: Span, currency: str) -> list[dict[str, Any]]:
    steps = [{"at": iso(edge), "total": 0, "success": 0, "failed": 0, "gross": 0} for edge in span.edges]
    for one in sums:
        step = steps[min(one.step, len(steps)) - 1]
        step["total"] += one.count  # type: ignore[operator]
        if one.status in ("success", "failed"):
            step[one.status] += one.count  # type: ignore[operator]
        if one.currency == currency:
            step["gross"] += one.captured  # type: ignore[operator]
    return steps
