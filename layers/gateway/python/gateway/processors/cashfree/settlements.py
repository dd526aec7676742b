"""What Cashfree settled on a day, line by line, and what it paid out for it.

A day balances to zero: the lines of a settlement and its payout, which the settlement itself tells with its cost.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from gateway.processors.cashfree.calls import INDIA, Api, Entity
from gateway.processors.cashfree.refund import own_refund_id
from gateway.processors.cashfree.units import from_major
from gateway.processors.protocol import SettlementLine
from gateway.processors.reading import inner, own_id, read_currency, read_iso, read_name, read_text

Kind = Literal["payment", "refund", "dispute", "adjustment"]
_KINDS: Final[dict[str, Kind]] = {
    "PAYMENT": "payment", "REFUND": "refund", "DISPUTE": "dispute", "CHARGEBACK": "dispute",
}  # fmt: skip
"""By the type up to its first `_`: each has its reversal. What is none of them is an adjustment."""


async def settlements(api: Api, day: date) -> AsyncIterator[SettlementLine]:
    """The lines settled on this day (India's), then one payout for each settlement among them."""
    start, last = datetime.combine(day, time(), INDIA), dict[str, SettlementLine]()
    span = {"start_date": start.isoformat(), "end_date": (start + timedelta(days=1, seconds=-1)).isoformat()}
    async for event in api.events("/pg/settlement/recon", span):
        line = read_line(event)
        if line.settlement is not None:
            last[line.settlement] = line
        yield line
    if last:
        async for paid in api.events("/pg/settlements", {"cf_settlement_ids": sorted(last)}):
            yield read_payout(paid, last[read_name(paid, "cf_settlement_id")])


def read_line(event: Entity) -> SettlementLine:
    """One event of the report."""
    told, settled_in = inner(event, "event_details"), inner(event, "settlement_details")
    kind = _KINDS.get(str(told.get("event_type")).partition("_")[0], "adjustment")
    currency, sign = read_currency(told.get("event_currency")), -1 if told.get("sale_type") == "DEBIT" else 1
    amount, settled, fee, tax = (
        from_major(told.get(f"event_{name}") or 0, currency)
        for name in ("amount", "settlement_amount", "service_charge", "service_tax")
    )
    if (withheld := sign * (amount - settled)) != fee + tax:
        # Withheld was something else than the charge that is told, so none of it can be called tax.
        fee, tax = withheld, 0
    ours = own_id("pay", read_text(inner(event, "order_details"), "order_id"))
    return SettlementLine(
        reference=read_name(told, "event_id"), kind=kind, currency=currency, amount=sign * amount,
        fee=fee, tax=tax,
        own_id=ours if kind == "payment" else own_refund_id(inner(event, "refund_details")),
        charge=read_text(inner(event, "payment_details"), "cf_payment_id"),
        settlement=read_text(settled_in, "cf_settlement_id"), utr=read_text(settled_in, "utr"),
        at=read_iso(settled_in.get("settlement_date") or told.get("event_time"), INDIA),
    )  # fmt: skip


def read_payout(paid: Entity, line: SettlementLine) -> SettlementLine:
    """What left for the merchant's bank, as the settlement tells it. `line`: one of its lines."""
    currency = read_currency(paid.get("settlement_currency") or line.currency)
    fee, tax = (from_major(paid.get(f"settlement_{name}") or 0, currency) for name in ("charge", "tax"))
    line = replace(line, kind="payout", own_id=None, charge=None, fee=fee, tax=tax, currency=currency)
    amount, utr = -from_major(paid.get("amount_settled"), currency), read_text(paid, "settlement_utr") or line.utr
    return replace(line, reference=read_name(paid, "cf_settlement_id"), amount=amount, utr=utr)
