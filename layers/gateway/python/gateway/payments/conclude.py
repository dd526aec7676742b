"""What the processor's answer makes of a claimed payment. Pure: no clock, no database.

Of a payment over an account the shopper may try more than once inside the same object there, so a refusal of one
try is not the payment's: it fails when its time is over and `close` has said that no money can come (`_closed`).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from gateway.events.publish import EventDraft
from gateway.payments.ask import Said, operation_of
from gateway.payments.endings import captured, ended, voided
from gateway.payments.events import payment_event
from gateway.payments.model import INSTRUMENT, Payment
from gateway.payments.schedule import (
    late_seconds,
    look_seconds,
    poll_seconds,
    retry_seconds,
    second_payment_seconds,
)
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.processors.capabilities import DAY, Capabilities
from gateway.processors.codes import CODES
from gateway.processors.instruments import CHOSEN_BY
from gateway.processors.integrity import difference
from gateway.processors.operations.model import Noted, outcome_of
from gateway.processors.protocol import ActionRequired, Approved, Closed, Declined, Pending, Prepared
from gateway.processors.trouble import Trouble
from gateway.settings import Settings

_HELD_MARGIN: Final = timedelta(hours=1)
"""Before a processor lets go of a hold by itself: from then on it is not captured any more."""


def conclude(
    item: ClaimedPayment, said: Said, now: datetime, settings: Settings, capabilities: Capabilities
) -> FinishedWork:
    """What an answer, or the lack of one, comes to."""
    finished = _looked_at_later(_conclude(item, said, now, settings, capabilities), now, capabilities)
    if item.payment.account_id is None or finished.noted is not None:
        return finished
    return replace(finished, noted=noted(item, said))


def noted(item: ClaimedPayment, said: Said) -> Noted | None:
    """What is written down of the operation. (A prepared one's session is sealed by whoever has the keys.)"""
    if item.work == "check":
        return None
    stays = item.kind == "prepare" and item.operation is not None and item.operation.outcome == "prepared"
    if isinstance(said, Trouble):
        sent = said.kind == "unknown"
        return Noted(
            item.key, "prepared" if stays else said.kind, raw=said.raw or said.reason, was_not_sent=not sent
        )
    if isinstance(said, Prepared):
        return Noted(item.key, "prepared", said.reference, session_expires_at=said.expires_at)
    # What was prepared stays it, whatever has become of it since.
    outcome = "prepared" if stays else outcome_of(said)
    return Noted(item.key, outcome, said.reference, said.charge, raw=said.raw)


def _conclude(
    item: ClaimedPayment, said: Said, now: datetime, settings: Settings, capabilities: Capabilities
) -> FinishedWork:
    if isinstance(said, Trouble):
        return _troubled(item, said, now, settings)
    if isinstance(said, Prepared):
        shown = replace(_action(item, said.action.as_json(), now), processor_reference=said.reference)
        return _waiting(item, shown, now, settings)
    if isinstance(said, Approved) and (reason := difference(operation_of(item), said, item.work)):
        # Money that is not what was asked for is no success, but a question for a person.
        return FinishedWork(item, item.payment, None, item.attempts, reason, ())
    if isinstance(said, Pending):
        return _waiting(item, item.payment, now, settings)
    if item.work in ("capture", "void"):
        # The shopper has nothing to do with a capture or a void: what waits for somebody is not done.
        if isinstance(said, ActionRequired | Closed):
            return _waiting(item, item.payment, now, settings)
        refused = said if isinstance(said, Declined) else None
        return captured(item, refused, now) if item.work == "capture" else voided(item, refused, now)
    if isinstance(said, ActionRequired):
        return _waiting(item, _action(item, said.action.as_json(), now), now, settings)
    if isinstance(said, Closed):
        return _closed(item, said, now, settings, capabilities)
    if isinstance(said, Declined):
        return _declined(item, said, now)
    assert isinstance(said, Approved)
    return _approved(item, said, now, settings, capabilities)


def _troubled(item: ClaimedPayment, said: Trouble, now: datetime, settings: Settings) -> FinishedWork:
    payment, is_new = item.payment, item.kind == "prepare" and item.prepared_reference is None
    if is_new and _age(item, now) >= settings.payment_seconds:
        return _given_up(item, "PAYMENT_TIMEOUT", now)
    if said.kind == "not_sent":
        wait = said.retry_after or retry_seconds(item.attempts)
        return FinishedWork(item, payment, min(wait, 30.0), max(item.attempts - 1, 0), None, ())
    if said.kind == "misconfigured":
        if is_new:
            return _given_up(item, "PROCESSING_ERROR", now)
        return FinishedWork(item, payment, None, item.attempts, said.reason[:500], ())
    if is_new:
        return FinishedWork(item, payment, min(retry_seconds(item.attempts), 30.0), item.attempts, None, ())
    # A look does no harm, however often: a processor that is away for hours needs nobody here.
    only_looks = item.prepared_reference is not None and (item.kind == "prepare" or item.work == "close")
    looks_on = only_looks and _age(item, now) < settings.payment_seconds + DAY
    if item.attempts < settings.processor_attempts or looks_on:
        return FinishedWork(item, payment, retry_seconds(item.attempts), item.attempts, None, ())
    reason = f"the processor gave no answer to {item.work} in {item.attempts} attempts"
    return FinishedWork(item, payment, None, item.attempts, reason, ())


def _given_up(item: ClaimedPayment, code: str, now: datetime) -> FinishedWork:
    """Nothing was ever prepared, or no page has seen it: no money can come."""
    declined = Declined(code=code, description=CODES[code])  # type: ignore[index]
    return ended(item, _failed(item.payment, declined, now), "payment.failed", None, now)


def _declined(item: ClaimedPayment, said: Declined, now: datetime) -> FinishedWork:
    """A refusal ends a payment of which nothing is there that could still be paid."""
    if item.prepared_reference is not None:
        closing = replace(item.payment, closing=said.code, decline_code=said.raw)
        return FinishedWork(item, closing, 0.0, 0, None, (), next_work="close")
    return ended(item, _failed(item.payment, said, now), "payment.failed", None, now)


def _age(item: ClaimedPayment, now: datetime) -> float:
    return (now - item.payment.created_at).total_seconds()


def _waiting(item: ClaimedPayment, payment: Payment, now: datetime, settings: Settings) -> FinishedWork:
    """Asked again later. An answer came, so this attempt does not count towards giving up."""
    events = () if payment.status == item.payment.status else (_required(payment, now),)
    if payment.account_id is None or item.work in ("capture", "void"):
        # Captures and voids date from their asking.
        since = payment.created_at if item.work == "authorize" else item.payment.updated_at
        return FinishedWork(item, payment, poll_seconds((now - since).total_seconds()), 0, None, events)
    age = _age(item, now)
    if item.work == "authorize" and age >= settings.payment_seconds:
        closing = replace(payment, closing="PAYMENT_TIMEOUT")
        return FinishedWork(item, closing, 0.0, 0, None, events, next_work="close")
    wait = poll_seconds(age) if item.work == "close" else look_seconds(age, settings.payment_seconds)
    return FinishedWork(item, payment, wait, 0, None, events)


def _required(payment: Payment, now: datetime) -> EventDraft:
    return payment_event(payment, "payment.requires_action", payment.sequence, now)


def _action(item: ClaimedPayment, next_action: dict[str, Any], now: datetime) -> Payment:
    if item.payment.status == "requires_action":
        return item.payment
    return replace(
        item.payment,
        status="requires_action",
        next_action=next_action,
        sequence=item.payment.sequence + 1,
        updated_at=now,
    )


def _approved(
    item: ClaimedPayment, said: Approved, now: datetime, settings: Settings, capabilities: Capabilities
) -> FinishedWork:
    payment = item.payment
    if payment.status not in ("pending", "requires_action"):  # it was over: what came late is found and given back
        return FinishedWork(item, payment, 0.0, 0, None, (), next_work="check")
    if payment.account_id is not None:
        payment = _learnt(payment, said)
        if payment.capture == "automatic" and not said.captured:
            return FinishedWork(item, replace(payment, closing=None), 0.0, 0, None, (), next_work="capture")
    payment = _succeeded(payment, now, settings, capabilities)
    success = ended(item, payment, "payment.success", "paid" if payment.captured else "authorized", now)
    return replace(success, next_seconds=0.0, next_work="check") if _tells_more(payment, said) else success


def _tells_more(payment: Payment, said: Approved) -> bool:
    """Whether more was taken there than this payment's success has booked: again, or before it was asked for."""
    if payment.account_id is None:
        return False
    return (said.captured and not payment.captured) or any(one.captured for one in said.extra)


def _learnt(payment: Payment, said: Approved) -> Payment:
    """What it was paid with, which the shopper has told the processor alone."""
    if payment.method in CHOSEN_BY:
        # The shopper may have taken another one than was asked for, and even another method.
        known = said.instrument is not None and INSTRUMENT.fullmatch(said.instrument)
        return replace(payment, instrument=said.instrument) if known else payment
    if payment.method != "card" or said.card_last4 is None:
        return payment
    return replace(payment, card_network=payment.card_network or said.card_network, card_last4=said.card_last4)


def _succeeded(payment: Payment, now: datetime, settings: Settings, capabilities: Capabilities) -> Payment:
    captured = payment.capture == "automatic"
    ends = now + timedelta(hours=settings.authorization_hours)
    if capabilities.hold_seconds is not None:
        ends = min(ends, now + timedelta(seconds=capabilities.hold_seconds) - _HELD_MARGIN)
    return replace(
        payment,
        status="success",
        captured=captured,
        amount_captured=payment.amount if captured else 0,
        expires_at=None if captured else ends,
        next_action=None,
        closing=None,
        decline_code=None,
        sequence=payment.sequence + 1,
        updated_at=now,
    )


def _closed(
    item: ClaimedPayment, said: Closed, now: datetime, settings: Settings, capabilities: Capabilities
) -> FinishedWork:
    """No money can come any more: now the payment has failed, if it is not over already."""
    if item.payment.status not in ("pending", "requires_action"):
        return _later_looks(FinishedWork(item, item.payment, None, 0, None, ()), capabilities)
    over = _age(item, now) >= settings.payment_seconds
    code = item.payment.closing or ("PAYMENT_TIMEOUT" if over else "PROCESSING_ERROR")
    declined = Declined(code=code, description=CODES[code])  # type: ignore[index]
    failed = _failed(item.payment, declined, now)
    return _later_looks(ended(item, failed, "payment.failed", None, now), capabilities)


def _later_looks(finished: FinishedWork, capabilities: Capabilities) -> FinishedWork:
    """A processor that may still bring money is looked at again, for as long as it may."""
    if finished.payment.account_id is None or finished.claimed.prepared_reference is None:
        return finished
    wait = late_seconds(0, capabilities.late_success_seconds)
    return finished if wait is None else replace(finished, next_seconds=wait, next_work="check")


def _looked_at_later(finished: FinishedWork, now: datetime, capabilities: Capabilities) -> FinishedWork:
    """What is taken is looked at again where its object may be paid a second time, also without a notice."""
    payment = finished.payment
    if payment.account_id is None or not payment.is_taken or not capabilities.paid_twice:
        return finished
    if finished.next_seconds is not None or finished.review_reason is not None:
        return finished
    wait = second_payment_seconds((now - payment.created_at).total_seconds(), capabilities.late_success_seconds)
    return finished if wait is None else replace(finished, next_seconds=wait, next_work="check")


def _failed(payment: Payment, answer: Declined, now: datetime) -> Payment:
    return replace(
        payment,
        status="failed",
        error_code=answer.code,
        error_description=answer.description,
        decline_code=answer.raw or payment.decline_code,
        next_action=None,
        closing=None,
        sequence=payment.sequence + 1,
        updated_at=now,
    )
