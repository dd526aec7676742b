"""Cancel (void) a payment whose money has not been taken."""

from dataclasses import replace
from datetime import datetime

import psycopg

from gateway.database import Connection
from gateway.errors import BadRequest, Conflict, NotFound
from gateway.merchants.model import Caller
from gateway.payments.model import Payment, payment_event
from gateway.payments.queries import select_expired, select_payment, update_cancelled

_TRIES = 5


async def cancel_payment(
    tx: Connection, caller: Caller, payment_id: str, now: datetime, *, by_shopper: bool = False
) -> tuple[Payment, int]:
    """Release an authorised payment, or one that waits for the shopper; `by_shopper`: only the latter.

    Cancelling what is cancelled answers with the same payment. Returns the payment and how many
    deliveries became due. Raises `NotFound`, and `BadRequest` for every other state: a `pending`
    payment may be at the bank this moment, a captured one is refunded instead.
    """
    for _ in range(_TRIES):
        payment = await select_payment(tx, caller, payment_id)
        if payment is None:
            raise NotFound("Payment not found")
        if payment.status == "cancelled":
            return payment, 0
        is_held = payment.status == "success" and not payment.captured and not by_shopper
        if not (payment.status == "requires_action" or is_held):
            raise BadRequest("Payment not in cancellable state")
        cancelled, changed, deliveries = await _cancel(tx, payment, now)
        if changed:
            return cancelled, deliveries
    raise Conflict("The payment is being changed by another request", retry_after=1)


async def cancel_expired_payments(
    tx: Connection, now: datetime, passed_over: dict[str, Exception], limit: int = 100
) -> tuple[int, int]:
    """Cancel authorisations that were not captured in time: (how many were looked at, deliveries that became due).

    One that cannot be cancelled is put into `passed_over`, by its id, and left out while it is there: it keeps
    none behind it held. Raises what is not about one payment: the database is away, somebody holds a lock.
    """
    expired = await select_expired(tx, now, list(passed_over), limit)
    deliveries = 0
    for payment in expired:
        try:
            async with tx.transaction():
                deliveries += (await _cancel(tx, payment, now))[2]
        except psycopg.OperationalError:
            raise
        except Exception as error:
            error.add_note(f"{payment.id} has expired and cannot be cancelled")
            passed_over[payment.id] = error
    return len(expired), deliveries


async def _cancel(tx: Connection, payment: Payment, now: datetime) -> tuple[Payment, bool, int]:
    cancelled = replace(
        payment,
        status="cancelled",
        next_action=None,
        expires_at=None,
        sequence=payment.sequence + 1,
        updated_at=now,
    )
    event = payment_event(cancelled, "payment.cancelled", cancelled.sequence, now)
    changed, deliveries = await update_cancelled(tx, payment, now, [event])
    return cancelled, changed, deliveries
