"""What Razorpay settled on a day, line by line, and what it paid out for it.

A line has what was credited or debited after fees; its `fee` includes its `tax`. Fees that were paid from credits,
or are billed later, were not withheld: what counts is the difference between the sum and what was settled of it. A
day balances to zero: the lines of a settlement and its payout, which is read from the settlement itself.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from gateway.processors.protocol import SettlementLine
from gateway.processors.razorpay.calls import Api, Entity, safe_id
from gateway.processors.razorpay.refund import own_refund_id
from gateway.processors.reading import own_id, read_currency, read_id, read_integer, read_moment, read_text

REPORT, PAGE = "/v1/settlements/recon/combined", 1000  # the most lines that the report gives at once
Kind = Literal["payment", "refund", "dispute", "adjustment"]
_KINDS: Final[dict[str, Kind]] = {"payment": "payment", "refund": "refund", "dispute": "dispute"}
"""What is none of them (a transfer, a correction) is an adjustment; one with a dispute's id is that dispute's."""


async def settlements(api: Api, day: date) -> AsyncIterator[SettlementLine]:
    """The lines settled on this day (Razorpay's: India's), then one payout for each settlement among them."""
    last: dict[str, SettlementLine] = {}
    async for page in api.pages(REPORT, PAGE, year=day.year, month=day.month, day=day.day):
        for line in map(read_line, page):
            if line.settlement is not None:
                last[line.settlement] = line
            yield line
    for settlement in sorted(last):
        paid = await api.get(f"/v1/settlements/{safe_id(settlement, 'settlement')}")
        line = replace(last[settlement], kind="payout", own_id=None, charge=None, fee=0, tax=0)
        line = replace(line, reference=read_id(paid), amount=-read_integer(paid.get("amount")))
        yield replace(line, utr=read_text(paid, "utr"), at=read_moment(paid.get("created_at")))


def read_line(item: Entity) -> SettlementLine:
    """One line of the report."""
    kind = _KINDS.get("dispute" if item.get("dispute_id") else str(item.get("type")), "adjustment")
    reference = read_text(item, "entity_id") or ""
    settled = read_integer(item.get("credit") or 0) - read_integer(item.get("debit") or 0)
    fee, tax = read_integer(item.get("fee") or 0), read_integer(item.get("tax") or 0)
    comes_in = settled > 0 or (settled == 0 and kind == "payment")
    amount = read_integer(item.get("amount")) * (1 if comes_in else -1)
    if amount - settled != fee:
        # Withheld was something else than the fee that is told, so none of it can be called tax.
        fee, tax = amount - settled, 0
    return SettlementLine(
        reference=reference,
        kind=kind,
        own_id=own_id("pay", read_text(item, "order_receipt")) if kind == "payment" else own_refund_id(item),
        charge=reference if kind == "payment" else read_text(item, "payment_id"),
        amount=amount,
        fee=fee - tax,
        tax=tax,
        currency=read_currency(item.get("currency")),
        settlement=read_text(item, "settlement_id"),
        utr=read_text(item, "settlement_utr"),
        at=read_moment(item.get("settled_at") or item.get("created_at")),
    )
