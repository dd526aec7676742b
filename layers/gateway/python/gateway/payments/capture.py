"""Capture an authorised payment, in part or whole."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.database import Connection
from gateway.errors import BadRequest, Conflict, NotFound
from gateway.merchants.model import Caller
from gateway.payments.model import Payment, order_paid_event, payment_event
from gateway.payments.queries import select_payment, update_captured

_TRIES = 5
"""Reads that may meet a rival's change before the caller is told to come back."""


async def capture_payment(
    tx: Connection, caller: Caller, payment_id: str, body: dict[str, Any], now: datetime
) -> tuple[Payment, int]:
    """Take the authorised amount, or `body["amount"]` (minor units) of it.

    Capturing what is captured already answers with the same payment if the amount agrees.
    Returns the payment and how many deliveries became due. Raises `NotFound` and `BadRequest`.
    """
    asked = _read_amount(body.get("amount"))
    for _ in range(_TRIES):
        payment = await select_payment(tx, caller, payment_id)
        if payment is None:
            raise NotFound("Payment not found")
        if payment.captured:
            if asked is not None and asked != payment.amount_captured:
                raise BadRequest("Payment is already captured with another amount", field="amount")
            return payment, 0
        amount = _check(payment, asked, now)
        captured = replace(
            payment,
            captured=True,
            amount_captured=amount,
            expires_at=None,
            sequence=payment.sequence + 1,
            updated_at=now,
        )
        events = [
            payment_event(captured, "payment.captured", captured.sequence, now),
            order_paid_event(captured, now),
        ]
        changed, deliveries = await update_captured(tx, payment, amount, now, events)
        if changed:
            return captured, deliveries
    raise Conflict("The payment is being changed by another request", retry_after=1)


def _read_amount(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadRequest("amount must be a positive integer in minor units", field="amount")
    return value


def _check(payment: Payment, asked: int | None, now: datetime) -> int:
    expired = payment.expires_at is not None and payment.expires_at <= now
    if payment.status != "success" or expired:
        raise BadRequest("Payment not in capturable state")
    if asked is not None and asked > payment.amount:
        raise BadRequest("amount exceeds the authorised amount", field="amount")
    return payment.amount if asked is None else asked
