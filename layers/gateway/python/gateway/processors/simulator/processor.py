"""A bank for development and tests, with books of its own.

It behaves as a real processor must: idempotent by our key, with look-up by our key, slow,
sometimes undecided, sometimes silent. Its books (schema `simulator`) count what it was asked,
so that a test can read how often a payment was really authorised. It moves no money.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from gateway.database import Database
from gateway.database.batch import Batch
from gateway.failpoint import reach
from gateway.processors.before import (
    ActionRequired,
    Answer,
    Approved,
    Authorization,
    Declined,
    FollowUp,
    Misconfigured,
    Pending,
    ProcessorTimeout,
)
from gateway.processors.simulator.outcomes import APPROVED, LATE_SECONDS, SCENARIOS, choose_scenario
from gateway.processors.simulator.queries import (
    RecordedOperation,
    record_operations,
    select_operations,
)
from gateway.settings import Settings

FollowUpKind = Literal["capture", "void", "refund"]
_REFUSALS: Final[dict[FollowUpKind, tuple[str, str]]] = {
    "capture": ("CAPTURE_REFUSED", "The bank refused the capture"),
    "void": ("NOT_PERMITTED", "The bank refused to release the amount"),
    "refund": ("REFUND_DECLINED", "The bank refused the refund"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One call, before the bank has written it down."""

    key: str
    payment_id: str
    kind: str
    amount: int
    currency: str
    scenario: str
    outcome: str
    error_code: str | None
    error_description: str | None
    answer_seconds: float


def _refuse_live(request: Authorization | FollowUp) -> None:
    """Whatever the settings say: nobody is told that money was taken where none was."""
    if request.mode != "test":
        raise Misconfigured("the simulated bank takes no live payments")


class Simulator:
    """The `Processor` port over simulated books, for test mode."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._records: Batch[_Asked, RecordedOperation] = Batch(self._record)
        self._look_ups: Batch[str, RecordedOperation | None] = Batch(self._select)

    async def authorize(self, request: Authorization) -> Answer:
        _refuse_live(request)
        scenario = choose_scenario(request, self._settings)
        delay = self._delay_seconds()
        # An action waits for the shopper, at most this long; then the bank declines.
        wait = self._settings.action_seconds if scenario.outcome == "action" else scenario.answer_seconds
        recorded = await self._records.submit(
            _Asked(
                request.key,
                request.payment_id,
                "authorize",
                request.amount,
                request.currency,
                scenario.name,
                scenario.outcome,
                scenario.error_code,
                scenario.error_description,
                delay + wait,
            )
        )
        reach("processor.asked")
        await asyncio.sleep(delay)
        if scenario.timeout:
            raise ProcessorTimeout("the simulated bank did not answer")
        return self._answer(recorded, after_delay=True)

    async def capture(self, request: FollowUp) -> Answer:
        return await self._follow_up(request, "capture")

    async def void(self, request: FollowUp) -> Answer:
        return await self._follow_up(request, "void")

    async def refund(self, request: FollowUp) -> Answer:
        return await self._follow_up(request, "refund")

    async def look_up(self, key: str) -> Answer | None:
        recorded = await self._look_ups.submit(key)
        return None if recorded is None else self._answer(recorded, after_delay=False)

    async def _follow_up(self, request: FollowUp, kind: FollowUpKind) -> Answer:
        _refuse_live(request)
        authorized = await self._look_ups.submit(f"{request.payment_id}:authorize")
        scenario = SCENARIOS.get(authorized.scenario, APPROVED) if authorized else APPROVED
        says = getattr(scenario, kind)
        # The first capture has a key without a number.
        declined = says == "declined" or (says == "declined_once" and request.key.endswith(":capture"))
        late = says == "late"
        code, text = _REFUSALS[kind] if declined else (None, None)
        delay = self._delay_seconds()
        recorded = await self._records.submit(
            _Asked(
                request.key,
                request.payment_id,
                kind,
                request.amount,
                request.currency,
                scenario.name,
                "declined" if declined else "pending" if late else "approved",
                code,
                text,
                delay + (LATE_SECONDS if late else 0),
            )
        )
        reach("processor.asked")
        await asyncio.sleep(delay)
        return self._answer(recorded, after_delay=True)

    def _delay_seconds(self) -> float:
        if self._settings.test_mode:
            return self._settings.test_processing_delay / 1000
        low, high = self._settings.processing_delay_min, self._settings.processing_delay_max
        return random.uniform(low, max(low, high)) / 1000

    def _answer(self, operation: RecordedOperation, *, after_delay: bool) -> Answer:
        if operation.outcome == "pending":
            return Approved() if operation.is_due else Pending()
        if operation.outcome == "action":
            if operation.is_due:
                return Declined("PAYMENT_TIMEOUT", "The payment was not approved in time")
            return ActionRequired(self._next_action(operation))
        if not after_delay and not operation.is_due:
            return Pending()
        if operation.outcome == "declined":
            return Declined(operation.error_code or "PAYMENT_DECLINED", operation.error_description or "")
        return Approved()

    def _next_action(self, operation: RecordedOperation) -> dict[str, Any]:
        kind = "challenge" if operation.scenario == "challenge" else "upi_approval"
        return {
            "type": kind,
            "url": f"{self._settings.checkout_url}/challenge?payment_id={operation.payment_id}",
        }

    async def _record(self, asked: Sequence[_Asked]) -> list[RecordedOperation]:
        async with self._database.connection(None) as tx:
            rows = await record_operations(tx, asked)
        return [rows[item.key] for item in asked]

    async def _select(self, keys: Sequence[str]) -> list[RecordedOperation | None]:
        async with self._database.connection(None) as tx:
            rows = await select_operations(tx, keys)
        return [rows.get(key) for key in keys]
