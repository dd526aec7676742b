"""What the processor's answer makes of a claimed payment. Pure: no clock, no database."""

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.payments.events import order_paid_event, payment_event
from gateway.payments.model import Payment
from gateway.payments.work_queries import ClaimedPayment, FinishedWork, Movement, refused_reason
from gateway.processors.before import ActionRequired, Answer, Approved, Declined, Pending
from gateway.settings import Settings


def conclude(item: ClaimedPayment, answer: Answer | None, now: datetime, settings: Settings) -> FinishedWork:
    """What an answer (None: unknown) comes to."""
    if answer is None:
        return _unknown(item, settings)
    if isinstance(answer, Pending):
        return _later(item, item.payment, now)
    if item.work != "authorize":
        # The shopper has nothing to do with a capture or a void: what waits for somebody is not done.
        if isinstance(answer, ActionRequired):
            return _later(item, item.payment, now)
        refused = answer if isinstance(answer, Declined) else None
        return _captured(item, refused, now) if item.work == "capture" else _voided(item, refused, now)
    if isinstance(answer, ActionRequired):
        return _requires_action(item, answer, now)
    if isinstance(answer, Declined):
        return _ended(item, _failed(item.payment, answer, now), "payment.failed", None, now)
    assert isinstance(answer, Approved)
    payment = _succeeded(item.payment, now, settings)
    return _ended(item, payment, "payment.success", "paid" if payment.captured else "authorized", now)


def retry_seconds(attempts: int) -> float:
    """Seconds until an unanswered call is looked up: 1, 2, 4, … at most 300."""
    return float(min(2 ** max(attempts - 1, 0), 300))


def poll_seconds(age_seconds: float) -> float:
    """Seconds until an undecided call is looked up again: a quarter of its age, 1 to 60."""
    return min(max(age_seconds / 4, 1.0), 60.0)


def _unknown(item: ClaimedPayment, settings: Settings) -> FinishedWork:
    if item.attempts < settings.processor_attempts:
        return FinishedWork(item, item.payment, retry_seconds(item.attempts), item.attempts, None, ())
    reason = f"the processor gave no answer to {item.work} in {item.attempts} attempts"
    return FinishedWork(item, item.payment, None, item.attempts, reason, ())


def _later(item: ClaimedPayment, payment: Payment, now: datetime) -> FinishedWork:
    # An answer came, so this attempt does not count towards giving up. Captures and voids date from their asking.
    since = payment.created_at if item.work == "authorize" else payment.updated_at
    return FinishedWork(item, payment, poll_seconds((now - since).total_seconds()), 0, None, ())


def _requires_action(item: ClaimedPayment, answer: ActionRequired, now: datetime) -> FinishedWork:
    if item.payment.status == "requires_action":
        return _later(item, item.payment, now)
    payment = replace(
        item.payment,
        status="requires_action",
        next_action=answer.next_action,
        sequence=item.payment.sequence + 1,
        updated_at=now,
    )
    event = payment_event(payment, "payment.requires_action", payment.sequence, now)
    return replace(_later(item, payment, now), events=(event,))


def _succeeded(payment: Payment, now: datetime, settings: Settings) -> Payment:
    captured = payment.capture == "automatic"
    return replace(
        payment,
        status="success",
        captured=captured,
        amount_captured=payment.amount if captured else 0,
        expires_at=None if captured else now + timedelta(hours=settings.authorization_hours),
        next_action=None,
        sequence=payment.sequence + 1,
        updated_at=now,
    )


def _failed(payment: Payment, answer: Declined, now: datetime) -> Payment:
    return replace(
        payment,
        status="failed",
        error_code=answer.code,
        error_description=answer.description,
        next_action=None,
        sequence=payment.sequence + 1,
        updated_at=now,
    )


def _captured(item: ClaimedPayment, refused: Declined | None, now: datetime) -> FinishedWork:
    payment = replace(item.payment, sequence=item.payment.sequence + 1, updated_at=now)
    if payment.capture_status != "pending":
        # Asked for by the version before, which has told and booked it as done: only a person can mend that.
        reason = refused_reason("capture") if refused else None
        return FinishedWork(item, item.payment, None, 0, reason, ())
    if refused:
        payment = replace(payment, capture_status="failed", captured=False, amount_captured=0)
        return _refused(item, payment, "payment.capture_failed", refused, now)
    payment = replace(payment, capture_status="succeeded", expires_at=None)
    return _ended(item, payment, "payment.captured", "captured", now)


def _voided(item: ClaimedPayment, refused: Declined | None, now: datetime) -> FinishedWork:
    payment = replace(item.payment, sequence=item.payment.sequence + 1, updated_at=now)
    if payment.void_status != "pending":  # it waited for its shopper, who was told at once that it is over
        if refused is None:
            return FinishedWork(item, item.payment, None, 0, None, ())
        told = _refused(item, payment, "payment.void_failed", refused, now)
        return replace(told, review_reason=refused_reason("void"))
    if refused:
        return _refused(item, replace(payment, void_status="failed"), "payment.void_failed", refused, now)
    payment = replace(payment, status="cancelled", void_status="succeeded", expires_at=None)
    return _ended(item, payment, "payment.cancelled", "released", now)


def _refused(
    item: ClaimedPayment, payment: Payment, event_type: str, refused: Declined, now: datetime
) -> FinishedWork:
    refusal = (refused.code, refused.description)
    event = payment_event(payment, event_type, payment.sequence, now, refusal)
    return FinishedWork(item, payment, None, 0, None, (event,))


def _ended(
    item: ClaimedPayment, payment: Payment, event_type: str, movement: Movement | None, now: datetime
) -> FinishedWork:
    events = [payment_event(payment, event_type, payment.sequence, now)]
    if payment.is_taken:
        events.append(order_paid_event(payment, now))
    return FinishedWork(item, payment, None, 0, None, tuple(events), movement)
