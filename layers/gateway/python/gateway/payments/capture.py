"""Capture an authorised payment, in part or whole."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.database import Connection
from gateway.errors import BadRequest, Conflict, NotFound
from gateway.payments.ask_queries import ask_capture
from gateway.payments.model import Payment
from gateway.payments.queries import select_payment
from gateway.processors.accounts.capable import capabilities_of
from gateway.processors.choose import require_processor_of
from gateway.tenancy.model import Caller

_TRIES = 5
"""Reads that may meet a rival's change before the caller is told to come back."""


async def capture_payment(
    tx: Connection, caller: Caller, payment_id: str, body: dict[str, Any], now: datetime
) -> Payment:
    """Ask the bank for the authorised amount, or for `body["amount"]` (minor units) of it.

    It is taken, told and booked with the bank's yes (`capture_status`); what was refused may be asked for again.
    Capturing what is captured, or asked for, answers with the same payment if the amount agrees.
    Raises `NotFound`, `BadRequest`, `Conflict` and `ProcessorRequired`.
    """
    asked = _read_amount(body["amount"]) if "amount" in body else None
    for _ in range(_TRIES):
        payment = await select_payment(tx, caller, payment_id)
        if payment is None:
            raise NotFound("Payment not found")
        require_processor_of(payment.mode, payment.account_id)
        if payment.captured:
            if asked is not None and asked != payment.amount_captured:
                raise BadRequest("Payment is already captured with another amount", field="amount")
            return payment
        amount = _check(payment, asked, now)
        if amount < payment.amount and not (await capabilities_of(tx, payment.account_id)).partial_capture:
            raise BadRequest("This processor captures all of it or nothing", field="amount")
        if await ask_capture(tx, payment, amount, now):
            return replace(
                payment,
                captured=True,
                amount_captured=amount,
                capture_status="pending",
                review_reason=None,
                updated_at=now,
            )
    raise Conflict("The payment is being changed by another request", retry_after=1)


def _read_amount(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadRequest("amount must be a positive integer in minor units", field="amount")
    return value


def _check(payment: Payment, asked: int | None, now: datetime) -> int:
    # A bank that has refused to release the amount still holds it, also after its time.
    expired = payment.expires_at is not None and payment.expires_at <= now and payment.void_status != "failed"
    if payment.shown_status != "success" or expired:
        raise BadRequest("Payment not in capturable state")
    if asked is not None and asked > payment.amount:
        raise BadRequest("amount exceeds the authorised amount", field="amount")
    if payment.amount_refund_pending:
        raise Conflict("Refunds of the capture that was refused are still being ended", retry_after=1)
    return payment.amount if asked is None else asked
