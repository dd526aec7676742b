"""Work off what the processor has to be told about refunds; see `payments.process` for the rules."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway.clock import utc_now
from gateway.database import Database
from gateway.database.batch import Batch
from gateway.failpoint import reach
from gateway.payments.conclude import poll_seconds, retry_seconds
from gateway.processors.before import Answer, Approved, Declined, FollowUp, Processor, ProcessorTimeout
from gateway.processors.choose import NO_PROCESSOR, processor_of
from gateway.refunds.model import Refund, refund_event
from gateway.refunds.queries import (
    ClaimedRefund,
    FinishedRefund,
    claim_refunds,
    finish_refunds,
    release_refunds,
    renew_refunds,
)
from gateway.settings import Settings

_NEVER_TAKEN: Final = Declined("CAPTURE_REFUSED", "The bank refused the capture: there is nothing to pay back")
"""What no bank says: the money of this payment was never taken."""


class RefundWork:
    """The workload `refunds` (see `jobs.model.Workload`)."""

    kind: Final = "refunds"

    def __init__(self, database: Database, processor: Processor, settings: Settings) -> None:
        self._database = database
        self._processor = processor
        self._settings = settings
        self._finishes: Batch[FinishedRefund, int] = Batch(self._finish)

    async def claim(self, limit: int) -> list[ClaimedRefund]:
        async with self._database.connection(None) as tx:
            return await claim_refunds(tx, limit, self._settings.lease_seconds)

    async def renew(self, items: Sequence[ClaimedRefund]) -> None:
        async with self._database.connection(None) as tx:
            await renew_refunds(tx, [item.lease_token for item in items], self._settings.lease_seconds)

    async def release(self, items: Sequence[ClaimedRefund]) -> None:
        async with self._database.connection(None) as tx:
            await release_refunds(tx, [item.lease_token for item in items])

    async def work(self, item: ClaimedRefund) -> int:
        """Ask the processor, write down what came of it; returns deliveries that became due."""
        reach("refunds.claimed")
        if processor_of(item.refund.mode) is None:
            return await self._finishes.submit(
                FinishedRefund(item, item.refund, None, item.attempts, NO_PROCESSOR, ())
            )
        answer = None
        if item.attempts <= self._settings.processor_attempts:
            answer = await self._ask(item)
        return await self._finishes.submit(conclude(item, answer, utc_now(), self._settings))

    async def _ask(self, item: ClaimedRefund) -> Answer | None:
        refund = item.refund
        key = f"{refund.id}:refund"
        try:
            async with asyncio.timeout(self._settings.processor_timeout_seconds):
                known = await self._processor.look_up(key) if item.sent_before else None
                if known is not None:
                    return known
                if item.capture_refused:
                    return _NEVER_TAKEN
                return await self._processor.refund(
                    FollowUp(key, refund.payment_id, refund.mode, refund.amount, refund.currency)
                )
        except (TimeoutError, ProcessorTimeout):
            return None

    async def _finish(self, finished: Sequence[FinishedRefund]) -> list[int]:
        reach("refunds.answered")
        async with self._database.connection(None) as tx:
            changed, deliveries = await finish_refunds(tx, finished)
        return [deliveries if item.refund.id in changed else 0 for item in finished]


def conclude(item: ClaimedRefund, answer: Answer | None, now: datetime, settings: Settings) -> FinishedRefund:
    """What an answer (None: unknown) makes of a claimed refund. Pure: no clock, no database."""
    if answer is None and item.attempts >= settings.processor_attempts:
        reason = f"the processor gave no answer in {item.attempts} attempts"
        return FinishedRefund(item, item.refund, None, item.attempts, reason, ())
    if answer is None:
        return FinishedRefund(item, item.refund, retry_seconds(item.attempts), item.attempts, None, ())
    if isinstance(answer, Approved):
        return _ended(item, replace(item.refund, status="processed", processed_at=now), now)
    if isinstance(answer, Declined):
        failed = replace(
            item.refund, status="failed", error_code=answer.code, error_description=answer.description
        )
        return _ended(item, failed, now)
    seconds = poll_seconds((now - item.refund.created_at).total_seconds())
    return FinishedRefund(item, item.refund, seconds, 0, None, ())


def _ended(item: ClaimedRefund, refund: Refund, now: datetime) -> FinishedRefund:
    refund = replace(refund, sequence=refund.sequence + 1, updated_at=now)
    event = refund_event(refund, f"refund.{refund.status}", now)
    return FinishedRefund(item, refund, None, 0, None, (event,))
