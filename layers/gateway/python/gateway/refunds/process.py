"""Work off what the processor has to be told about refunds; see `payments.process` for the rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway.clock import utc_now
from gateway.database import Database
from gateway.database.batch import Batch
from gateway.failpoint import reach
from gateway.payments.ask import once
from gateway.payments.schedule import look_seconds, poll_seconds, retry_seconds
from gateway.processors.asking import Asked, asking
from gateway.processors.choose import NO_PROCESSOR
from gateway.processors.integrity import difference
from gateway.processors.operations.model import Kept, Noted, latest, outcome_of, request_hash
from gateway.processors.operations.queries import insert_calls
from gateway.processors.processors import Processors
from gateway.processors.protocol import (
    Absent,
    Answer,
    Approved,
    Declined,
    Misconfigured,
    Operation,
    Processor,
)
from gateway.processors.trouble import Trouble
from gateway.refunds.model import Refund, refund_event
from gateway.refunds.work_queries import (
    ClaimedRefund,
    FinishedRefund,
    claim_refunds,
    finish_refunds,
    release_refunds,
    renew_refunds,
)
from gateway.settings import Settings

_NEVER_TAKEN: Final = Declined(
    code="CAPTURE_REFUSED", description="The bank refused the capture: there is nothing to pay back"
)
"""What no bank says: the money of this payment was never taken."""


STOPPED_SECONDS: Final = 2.0
"""Until a refund that the emergency stop holds back is looked at again."""

_STOPPED: Final = Trouble("not_sent", "live refunds are stopped", retry_after=STOPPED_SECONDS)


class _Stopped(Exception):
    """It would be sent now, were refunds not stopped."""


class RefundWork:
    """The workload `refunds` (see `jobs.model.Workload`)."""

    kind: Final = "refunds"

    def __init__(self, database: Database, processors: Processors, settings: Settings) -> None:
        self._database = database
        self._processors = processors
        self._settings = settings
        self._finishes: Batch[tuple[FinishedRefund, tuple[Kept, ...]], int] = Batch(self._finish)

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
        if item.account_id is None and item.refund.mode != "test":
            finished = FinishedRefund(item, item.refund, None, item.attempts, NO_PROCESSOR, ())
            return await self._finishes.submit((finished, ()))
        asked = await self.ask(item)
        if isinstance(asked.said, Trouble) and asked.said.kind == "misconfigured" and item.account_id is not None:
            await self._processors.accounts.note_problem(item.account_id, asked.said.reason)
        finished = conclude(item, asked.said, utc_now(), self._settings)
        return await self._finishes.submit((finished, _kept(item, asked)))

    async def ask(self, item: ClaimedRefund) -> Asked:
        """The processor's answer, or what kept it from giving one."""
        if item.attempts > self._settings.processor_attempts and item.account_id is None:
            return Asked(Trouble("unknown", "asked too often"))
        if item.is_stopped and (item.operation is None or item.operation.first_sent_at is None):
            return Asked(_STOPPED)
        seconds = self._settings.processor_timeout_seconds
        async with asking(self._processors, item.account_id, item.refund.mode, seconds) as attempt:
            try:
                attempt.said = await _ask(item, await attempt.processor(), utc_now())
            except _Stopped:  # known now never to have arrived, it waits like one that was never sent
                attempt.said = _STOPPED
        return attempt.asked()

    async def _finish(self, finished: Sequence[tuple[FinishedRefund, tuple[Kept, ...]]]) -> list[int]:
        reach("refunds.answered")
        works = [work for work, _ in finished]
        async with self._database.connection(None) as tx:
            changed, deliveries = await finish_refunds(tx, works)
            await insert_calls(tx, [one for _, calls in finished for one in calls])
        return [deliveries if work.refund.id in changed else 0 for work in works]


def operation_of(item: ClaimedRefund) -> Operation:
    """The claimed refund in the port's words."""
    refund, known = item.refund, item.operation
    prepared = latest(item.operations, "prepare", item.account_id) if item.account_id else None
    return Operation(
        key=item.key,
        kind="refund",
        payment_id=refund.payment_id,
        mode=refund.mode,  # type: ignore[arg-type]
        amount=refund.amount,
        currency=refund.currency,
        method=item.method,  # type: ignore[arg-type]
        reference=known.reference if known else None,
        parent=prepared.reference if prepared else None,
        charge=prepared.charge if prepared else None,
        first_sent_at=known.first_sent_at if known else None,
    )


async def _ask(item: ClaimedRefund, processor: Processor, now: datetime) -> Answer:
    op = operation_of(item)
    if item.account_id is None:
        known = await processor.look_up(op) if item.sent_before else Absent()
        if not isinstance(known, Absent):
            return known
        return _NEVER_TAKEN if item.capture_refused else await processor.refund(op)
    if item.capture_refused:
        return _NEVER_TAKEN
    if item.operation and item.operation.request not in (
        None,
        request_hash("refund", op.amount, op.currency, item.account_id),
    ):
        raise Misconfigured(f"{op.key} was written down for something else")
    return await once(processor, op, lambda: _send(item, processor, op), now)


async def _send(item: ClaimedRefund, processor: Processor, op: Operation) -> Answer:
    if item.is_stopped:
        raise _Stopped
    return await processor.refund(op)


def conclude(item: ClaimedRefund, said: Answer | Trouble, now: datetime, settings: Settings) -> FinishedRefund:
    """What an answer, or the lack of one, makes of a claimed refund. Pure: no clock, no database."""
    finished = _conclude(item, said, now, settings)
    if item.account_id is None or said is _NEVER_TAKEN:
        return finished
    return replace(finished, noted=_noted(item, said))


def _noted(item: ClaimedRefund, said: Answer | Trouble) -> Noted:
    if isinstance(said, Trouble):
        return Noted(item.key, said.kind, raw=said.raw or said.reason, was_not_sent=said.kind != "unknown")
    return Noted(item.key, outcome_of(said), said.reference, said.charge, raw=said.raw)


def _conclude(item: ClaimedRefund, said: Answer | Trouble, now: datetime, settings: Settings) -> FinishedRefund:
    if isinstance(said, Trouble):
        return _troubled(item, said, settings)
    if isinstance(said, Approved):
        if reason := difference(operation_of(item), said, "refund"):
            return FinishedRefund(item, item.refund, None, item.attempts, reason, ())
        return _ended(item, replace(item.refund, status="processed", processed_at=now), now)
    if isinstance(said, Declined):
        failed = replace(item.refund, status="failed", error_code=said.code, error_description=said.description)
        return _ended(item, failed, now)
    age = (now - item.refund.created_at).total_seconds()
    seconds = poll_seconds(age) if item.account_id is None else look_seconds(age)
    return FinishedRefund(item, item.refund, seconds, 0, None, ())


def _troubled(item: ClaimedRefund, said: Trouble, settings: Settings) -> FinishedRefund:
    if said.kind == "not_sent":
        wait = min(said.retry_after or retry_seconds(item.attempts), 30.0)
        return FinishedRefund(item, item.refund, wait, max(item.attempts - 1, 0), None, ())
    if said.kind == "misconfigured":
        return FinishedRefund(item, item.refund, None, item.attempts, said.reason[:500], ())
    if item.attempts >= settings.processor_attempts:
        reason = f"the processor gave no answer in {item.attempts} attempts"
        return FinishedRefund(item, item.refund, None, item.attempts, reason, ())
    return FinishedRefund(item, item.refund, retry_seconds(item.attempts), item.attempts, None, ())


def _ended(item: ClaimedRefund, refund: Refund, now: datetime) -> FinishedRefund:
    refund = replace(refund, sequence=refund.sequence + 1, updated_at=now)
    event = refund_event(refund, f"refund.{refund.status}", now)
    return FinishedRefund(item, refund, None, 0, None, (event,))


def _kept(item: ClaimedRefund, asked: Asked) -> tuple[Kept, ...]:
    refund = item.refund
    return tuple(
        Kept(item.key, refund.merchant_id, refund.mode, item.account_id or "", refund.payment_id, call)
        for call in asked.calls
    )
