"""What a day's payouts to the merchant's bank are made of: Stripe's balance transactions.

A payout that Stripe made by its schedule lists what it consists of, and itself as one more line that leaves, so
the net of its lines is zero. Of one that was asked for by hand Stripe keeps no such list: its own line is told.
Amounts are in the currency of the payout, which need not be the payment's.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from gateway.processors.protocol import SettlementLine
from gateway.processors.reading import read_id, read_integer, read_moment, read_text
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, Entity, safe_id
from gateway.processors.stripe.units import from_stripe

Kind = Literal["payment", "refund", "dispute", "adjustment", "payout"]
_KINDS: Final[tuple[tuple[Kind, str], ...]] = (
    ("payment", "charge payment"),
    ("refund", "refund payment_refund refund_failure payment_failure_refund"),
    ("payout", "payout payout_cancel payout_failure"),
)


async def settlements(account: Account, day: date) -> AsyncIterator[SettlementLine]:
    """The lines of the payouts that arrive on this day (UTC)."""
    start = datetime.combine(day, time(), UTC)
    arrival: dict[str, str | int] = {
        "arrival_date[gte]": int(start.timestamp()),
        "arrival_date[lt]": int((start + timedelta(days=1)).timestamp()),
        "expand[0]": "data.balance_transaction",
    }
    async for payout in account.pages("/v1/payouts", **arrival):
        if payout.get("automatic") is not True:
            yield _line(read.inner(payout, "balance_transaction"), payout)
            continue
        params: dict[str, str | int] = {"payout": safe_id(payout.get("id"), "payout"), "expand[0]": "data.source"}
        async for transaction in account.pages("/v1/balance_transactions", **params):
            yield _line(transaction, payout)


def _line(transaction: Entity, payout: Entity) -> SettlementLine:
    currency, source = read.text(transaction, "currency"), transaction.get("source")
    kind, details = _kind(transaction), transaction.get("fee_details") or []
    taxes = [item for item in details if read_text(item, "type") in ("tax", "withheld_tax")]
    tax = sum(read_integer(item.get("amount")) for item in taxes)
    return SettlementLine(
        reference=read_id(transaction),
        kind=kind,
        own_id=read.own(source, "refund" if kind == "refund" else "payment"),
        # What it is of: the charge itself, or the one that a refund or dispute is about.
        charge=read.link(source) if kind == "payment" else read.link(read.inner(source).get("charge")),
        amount=from_stripe(read_integer(transaction.get("amount")), currency),
        fee=from_stripe(read_integer(transaction.get("fee")) - tax, currency),
        tax=from_stripe(tax, currency),
        currency=currency.upper(),
        settlement=read_id(payout),
        utr=read_text(read.inner(payout, "trace_id"), "value"),
        at=read_moment(transaction.get("created")),
    )


def _kind(transaction: Entity) -> Kind:
    if transaction.get("reporting_category") in ("dispute", "dispute_reversal"):
        return "dispute"
    name = read.text(transaction, "type")
    return next((kind for kind, names in _KINDS if name in names.split()), "adjustment")
