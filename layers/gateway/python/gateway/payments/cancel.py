"""Cancel (void) a payment whose money has not been taken."""

from dataclasses import replace
from datetime import datetime

import psycopg

from gateway.database import Connection
from gateway.errors import BadRequest, Conflict, NotFound
from gateway.payments.ask_queries import ask_void
from gateway.payments.events import payment_event
from gateway.payments.model import Payment
from gateway.payments.queries import select_expired, select_payment, update_given_up
from gateway.processors.choose import require_processor_of
from gateway.tenancy.model import Caller

_TRIES = 5


async def cancel_payment(
    tx: Connection, caller: Caller, payment_id: str, now: datetime, *, by_shopper: bool = False
) -> tuple[Payment, int]:
    """Release an authorised payment, or end one that waits for the shopper; `by_shopper`: only the latter.

    An authorised one is cancelled, told and booked with the bank's yes (`void_status`); what was refused may be
    asked for again. Cancelling what is cancelled, or being voided, answers with the same payment.
    Returns the payment and how many deliveries became due. Raises `NotFound`, `Conflict`, `ProcessorRequired`,
    and `BadRequest` for every other state: a `pending` payment may be at the bank this moment, a captured one is
    refunded instead.
    """
    for _ in range(_TRIES):
        payment = await select_payment(tx, caller, payment_id)
        if payment is None:
            raise NotFound("Payment not found")
        require_processor_of(payment.mode, payment.account_id)
        if payment.shown_status == "cancelled" and not (by_shopper and payment.status == "success"):
            return payment, 0
        if payment.status == "requires_action":
            cancelled, changed, deliveries = await _give_up(tx, payment, now)
            if changed:
                return cancelled, deliveries
        elif payment.status == "success" and not payment.captured and not by_shopper:
            if await ask_void(tx, payment, now):
                return replace(payment, void_status="pending", review_reason=None, updated_at=now), 0
        else:
            raise BadRequest("Payment not in cancellable state")
    raise Conflict("The payment is being changed by another request", retry_after=1)


async def void_expired_payments(
    tx: Connection, now: datetime, passed_over: dict[str, Exception], limit: int = 100
) -> int:
    """Have authorisations released that were not captured in time; returns how many were looked at.

    One that cannot be changed is put into `passed_over`, by its id, and left out while it is there: it keeps
    none behind it held. Raises what is not about one payment: the database is away, somebody holds a lock.
    """
    expired = await select_expired(tx, now, list(passed_over), limit)
    for payment in expired:
        try:
            async with tx.transaction():
                await ask_void(tx, payment, now)
        except psycopg.OperationalError:
            raise
        except Exception as error:
            error.add_note(f"{payment.id} has expired and cannot be cancelled")
            passed_over[payment.id] = error
    return len(expired)


async def _give_up(tx: Connection, payment: Payment, now: datetime) -> tuple[Payment, bool, int]:
    cancelled = replace(
        payment,
        status="cancelled",
        next_action=None,
        expires_at=None,
        review_reason=None,
        sequence=payment.sequence + 1,
        updated_at=now,
    )
    event = payment_event(cancelled, "payment.cancelled", cancelled.sequence, now)
    changed, deliveries = await update_given_up(tx, payment, now, [event])
    return cancelled, changed, deliveries
