"""Work off what the processor has to be told about payments: authorise, capture, void.

The rule of every step: a claim is committed before the processor is called, its answer is
committed with the events that follow from it, and what was not answered is unknown, not failed.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from gateway.cards.vault import open_card
from gateway.clock import utc_now
from gateway.database import Database
from gateway.database.batch import Batch
from gateway.encryption import Keyring
from gateway.failpoint import reach
from gateway.payments.conclude import conclude
from gateway.payments.work_queries import (
    ClaimedPayment,
    FinishedWork,
    claim_payments,
    finish_payments,
    release_payments,
    renew_payments,
)
from gateway.processors.before import (
    Answer,
    Authorization,
    Declined,
    FollowUp,
    Processor,
    ProcessorTimeout,
)
from gateway.processors.choose import NO_PROCESSOR, processor_of
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
        if processor_of(item.payment.mode) is None:
            return await self._finishes.submit(
                FinishedWork(item, item.payment, None, item.attempts, NO_PROCESSOR, ())
            )
        answer = None
        if item.attempts <= self._settings.processor_attempts:
            answer = await self._ask(item)
        return await self._finishes.submit(conclude(item, answer, utc_now(), self._settings))

    async def _ask(self, item: ClaimedPayment) -> Answer | None:
        """The processor's answer; None if it gave none in time."""
        key = item.key
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
        request = FollowUp(key, payment.id, payment.mode, amount, payment.currency)
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
                mode=payment.mode,
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
