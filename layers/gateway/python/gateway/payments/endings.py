"""How captures and voids end, and what every end tells. Pure: no clock, no database."""

from dataclasses import replace
from datetime import datetime

from gateway.payments.events import order_paid_event, payment_event
from gateway.payments.model import Payment
from gateway.payments.work_model import ClaimedPayment, FinishedWork, Movement, refused_reason
from gateway.processors.protocol import Declined


def captured(item: ClaimedPayment, refused: Declined | None, now: datetime) -> FinishedWork:
    """The end of a capture; `refused`: the processor's no."""
    if item.payment.status in ("pending", "requires_action"):
        return _captured_by_us(item, refused, now)
    payment = replace(item.payment, sequence=item.payment.sequence + 1, updated_at=now)
    if payment.capture_status != "pending":
        # Asked for by the version before, which has told and booked it as done: only a person can mend that.
        reason = refused_reason("capture") if refused else None
        return FinishedWork(item, item.payment, None, 0, reason, ())
    if refused:
        payment = replace(
            payment, capture_status="failed", captured=False, amount_captured=0, decline_code=refused.raw
        )
        return _refused(item, payment, "payment.capture_failed", refused, now)
    payment = replace(payment, capture_status="succeeded", expires_at=None)
    return ended(item, payment, "payment.captured", "captured", now)


def _captured_by_us(item: ClaimedPayment, refused: Declined | None, now: datetime) -> FinishedWork:
    """An automatic payment whose processor leaves the capture to us: a success with it, and not before."""
    if refused:
        closing = replace(item.payment, closing="CAPTURE_REFUSED", decline_code=refused.raw)
        return FinishedWork(item, closing, 0.0, 0, None, (), next_work="close")
    payment = replace(
        item.payment,
        status="success",
        captured=True,
        amount_captured=item.payment.amount,
        next_action=None,
        expires_at=None,
        closing=None,
        decline_code=None,
        sequence=item.payment.sequence + 1,
        updated_at=now,
    )
    return ended(item, payment, "payment.success", "paid", now)


def voided(item: ClaimedPayment, refused: Declined | None, now: datetime) -> FinishedWork:
    """The end of a void; `refused`: the processor's no."""
    payment = replace(item.payment, sequence=item.payment.sequence + 1, updated_at=now)
    if payment.void_status != "pending":  # it waited for its shopper, who was told at once that it is over
        if refused is None:
            return FinishedWork(item, item.payment, None, 0, None, ())
        told = _refused(item, payment, "payment.void_failed", refused, now)
        return replace(told, review_reason=refused_reason("void"), next_seconds=None, next_work=None)
    if refused:
        return _refused(item, replace(payment, void_status="failed"), "payment.void_failed", refused, now)
    payment = replace(payment, status="cancelled", void_status="succeeded", expires_at=None)
    return ended(item, payment, "payment.cancelled", "released", now)


def _refused(
    item: ClaimedPayment, payment: Payment, event_type: str, refused: Declined, now: datetime
) -> FinishedWork:
    """Over an account it is looked at once more: somebody may have taken or released it there, unheard of."""
    refusal = (refused.code, refused.description)
    event = payment_event(payment, event_type, payment.sequence, now, refusal)
    finished = FinishedWork(item, payment, None, 0, None, (event,))
    return finished if payment.account_id is None else replace(finished, next_seconds=0.0, next_work="check")


def ended(
    item: ClaimedPayment, payment: Payment, event_type: str, movement: Movement | None, now: datetime
) -> FinishedWork:
    """Nothing is left to do: the event, the order's where the money is taken, and what the ledger books."""
    events = [payment_event(payment, event_type, payment.sequence, now)]
    if payment.is_taken:
        events.append(order_paid_event(payment, now))
    return FinishedWork(item, payment, None, 0, None, tuple(events), movement)
