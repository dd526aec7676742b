"""Work off what the processor has to be told about payments: authorise, capture, void.

The rule of every step: a claim is committed before the processor is called, its answer is
committed with the events that follow from it, and what was not answered is unknown, not failed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gateway.cards.vault import open_card
from gateway.clock import utc_now
from gateway.database import Database
from gateway.database.batch import Batch
from gateway.encryption import Keyring
from gateway.failpoint import reach
from gateway.payments.model import Payment, order_paid_event, payment_event
from gateway.payments.work_queries import (
    ClaimedPayment,
    FinishedWork,
    claim_payments,
    finish_payments,
    refused_reason,
    release_payments,
    renew_payments,
)
from gateway.processors.protocol import (
    ActionRequired,
    Answer,
    Approved,
    Authorization,
    Declined,
    FollowUp,
    Pending,
    Processor,
    ProcessorTimeout,
)
from gateway.settings import Settings

_CARD_GONE: Final = Declined("PAYMENT_EXPIRED", "The payment was not sent to the bank in time")


class PaymentWork:
    """The workload `payments` (see `jobs.model.Workload`)."""

    kind: Final = "payments"

    def __init__(self, database: Database, processor: Processor, keyring: Keyring, settings: Settings) -> None:
        self._database = database
        self._processor = processor
        self._keyring = keyring
        self._settings = settings
        self._finishes: Batch[FinishedWork, int] = Batch(self._finish)

    async def claim(self, limit: int) -> list[ClaimedPayment]:
        async with self._database.connection(None) as tx:
            return await claim_payments(tx, limit, self._settings.lease_seconds)

    async def renew(self, items: Sequence[ClaimedPayment]) -> None:
        async with self._database.connection(None) as tx:
            await renew_payments(tx, [item.lease_token for item in items], self._settings.lease_seconds)

    async def release(self, items: Sequence[ClaimedPayment]) -> None:
        async with self._database.connection(None) as tx:
            await release_payments(tx, [item.lease_token for item in items])

    async def work(self, item: ClaimedPayment) -> int:
        """Ask the processor, write down what came of it; returns deliveries that became due."""
        reach("payments.claimed")
        answer = None
        if item.attempts <= self._settings.processor_attempts:
            answer = await self._ask(item)
        return await self._finishes.submit(conclude(item, answer, utc_now(), self._settings))

    async def _ask(self, item: ClaimedPayment) -> Answer | None:
        """The processor's answer; None if it gave none in time."""
        key = f"{item.payment.id}:{item.work}"
        try:
            async with asyncio.timeout(self._settings.processor_timeout_seconds):
                # A claim before this one may have been answered after we were gone: ask before sending again.
                known = await self._processor.look_up(key) if item.sent_before else None
                return known if known is not None else await self._send(item, key)
        except (TimeoutError, ProcessorTimeout):
            return None

    async def _send(self, item: ClaimedPayment, key: str) -> Answer:
        payment = item.payment
        if item.work == "authorize":
            return await self._authorize(item, key)
        amount = payment.amount_captured if item.work == "capture" else payment.amount
        request = FollowUp(key, payment.id, amount, payment.currency)
        if item.work == "capture":
            return await self._processor.capture(request)
        return await self._processor.void(request)

    async def _authorize(self, item: ClaimedPayment, key: str) -> Answer:
        payment = item.payment
        if payment.method == "card" and item.sealed_card is None:
            return _CARD_GONE  # the processor has never heard of it, and never will
        card = open_card(self._keyring, item.sealed_card, payment.id) if item.sealed_card else None
        return await self._processor.authorize(
            Authorization(
                key=key,
                payment_id=payment.id,
                amount=payment.amount,
                currency=payment.currency,
                method="card" if card else "upi",
                capture=payment.capture == "automatic",
                vpa=payment.vpa,
                card=card,
            )
        )

    async def _finish(self, finished: Sequence[FinishedWork]) -> list[int]:
        reach("payments.answered")
        async with self._database.connection(None) as tx:
            changed, deliveries = await finish_payments(tx, finished)
        reach("payments.finished")
        return [deliveries if item.payment.id in changed else 0 for item in finished]


def conclude(item: ClaimedPayment, answer: Answer | None, now: datetime, settings: Settings) -> FinishedWork:
    """What an answer (None: unknown) makes of a claimed payment. Pure: no clock, no database."""
    if answer is None:
        return _unknown(item, settings)
    if isinstance(answer, Pending):
        return _later(item, item.payment, now)
    if item.work != "authorize":
        refused = isinstance(answer, Declined)
        reason = refused_reason(item.work) if refused else None
        return FinishedWork(item, item.payment, None, 0, reason, ())
    if isinstance(answer, ActionRequired):
        return _requires_action(item, answer, now)
    if isinstance(answer, Declined):
        return _ended(item, _failed(item.payment, answer, now), "payment.failed", now)
    assert isinstance(answer, Approved)
    return _ended(item, _succeeded(item.payment, now, settings), "payment.success", now)


def retry_seconds(attempts: int) -> float:
    """Seconds until an unanswered call is looked up: 1, 2, 4, … at most 300."""
    return float(min(2 ** max(attempts - 1, 0), 300))


def poll_seconds(age_seconds: float) -> float:
    """Seconds until an undecided payment is looked up again: a quarter of its age, 1 to 60."""
    return min(max(age_seconds / 4, 1.0), 60.0)


def _unknown(item: ClaimedPayment, settings: Settings) -> FinishedWork:
    if item.attempts < settings.processor_attempts:
        return FinishedWork(item, item.payment, retry_seconds(item.attempts), item.attempts, None, ())
    reason = f"the processor gave no answer to {item.work} in {item.attempts} attempts"
    return FinishedWork(item, item.payment, None, item.attempts, reason, ())


def _later(item: ClaimedPayment, payment: Payment, now: datetime) -> FinishedWork:
    # An answer came, so this attempt does not count towards giving up.
    seconds = poll_seconds((now - payment.created_at).total_seconds())
    return FinishedWork(item, payment, seconds, 0, None, ())


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


def _ended(item: ClaimedPayment, payment: Payment, event_type: str, now: datetime) -> FinishedWork:
    events = [payment_event(payment, event_type, payment.sequence, now)]
    if payment.captured:
        events.append(order_paid_event(payment, now))
    return FinishedWork(item, payment, None, 0, None, tuple(events))
