"""A bank for development and tests, with books of its own.

It behaves as a real processor must: idempotent by our key, with look-up by our key, slow,
sometimes undecided, sometimes silent. Its books (schema `simulator`) count what it was asked,
so that a test can read how often a payment was really authorised. It moves no money.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from gateway.database import Database
from gateway.database.batch import Batch
from gateway.failpoint import reach
from gateway.processors.capabilities import Capabilities
from gateway.processors.protocol import (
    Absent,
    AccountFacts,
    Action,
    ActionRequired,
    Answer,
    Approved,
    Ask,
    Closed,
    Declined,
    ForeignDispute,
    ForeignRefund,
    Instrument,
    KnownPayment,
    KnownRefund,
    Misconfigured,
    Mode,
    Operation,
    OrderFacts,
    Pending,
    Prepared,
    SettlementLine,
    Unknown,
    UpiIntent,
    UpiQr,
)
from gateway.processors.simulator.known import CAPABILITIES
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


_QUESTIONS: Final[dict[str, Literal["challenge", "bank_page"]]] = {
    "challenge": "challenge",
    "bank_page": "bank_page",
}
"""By scenario; what is not here is the approval of a UPI payment."""


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


def _refuse_live(request: Operation) -> None:
    """Whatever the settings say: nobody is told that money was taken where none was."""
    if request.mode != "test":
        raise Misconfigured("the simulated bank takes no live payments")


def _approved(recorded: RecordedOperation, op: Operation) -> Approved:
    """As the books have it."""
    mode: Mode = "test"
    return Approved(
        reference=recorded.payment_id,
        amount=recorded.amount,
        currency=recorded.currency,
        mode=mode,
        raw="approved",
        captured=op.capture,
    )


def _upi_link(recorded: RecordedOperation) -> str:
    """A link (NPCI UPI Linking Specifications 1.6) that no app pays: its payee is of the bank of examples. `tr` is
    at most 35 letters and digits."""
    rupees = f"{recorded.amount // 100}.{recorded.amount % 100:02d}"
    reference = recorded.payment_id.replace("_", "")
    return f"upi://pay?pa=simulator@example&pn=Simulated%20bank&tr={reference}&am={rupees}&cu=INR"


class Simulator:
    """The `Processor` port over simulated books, for test mode."""

    name = "simulator"
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._records: Batch[_Asked, RecordedOperation] = Batch(self._record)
        self._look_ups: Batch[str, RecordedOperation | None] = Batch(self._select)

    async def check(self) -> AccountFacts:
        return AccountFacts("test", "simulator", "Simulated bank")

    async def prepare(self, op: Operation, order: OrderFacts, return_url: str | None) -> Prepared | Declined:
        raise Misconfigured("the simulated bank has no form of its own")

    async def authorize(self, op: Operation, instrument: Instrument) -> Answer:
        _refuse_live(op)
        scenario = choose_scenario(op.method, instrument, self._settings)
        delay = self._delay_seconds()
        # An action waits for the shopper, at most this long; then the bank declines.
        wait = self._settings.action_seconds if scenario.outcome == "action" else scenario.answer_seconds
        recorded = await self._records.submit(
            _Asked(
                op.key,
                op.payment_id,
                "authorize",
                op.amount,
                op.currency,
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
            raise Unknown("the simulated bank did not answer")
        return self._answer(recorded, op, after_delay=True)

    async def capture(self, op: Operation) -> Answer:
        return await self._follow_up(op, "capture")

    async def void(self, op: Operation) -> Answer:
        return await self._follow_up(op, "void")

    async def refund(self, op: Operation) -> Answer:
        return await self._follow_up(op, "refund")

    async def look_up(self, op: Operation) -> Answer | Absent:
        recorded = await self._look_ups.submit(op.key)
        return Absent() if recorded is None else self._answer(recorded, op, after_delay=False)

    async def close(self, op: Operation) -> Closed | Approved | Pending:
        raise Misconfigured("the simulated bank gives up by a void")

    async def refunds_of(self, op: Operation) -> Sequence[ForeignRefund]:
        return ()

    async def disputes_of(self, op: Operation) -> Sequence[ForeignDispute]:
        return ()

    async def list_since(self, since: datetime) -> AsyncIterator[KnownPayment]:
        nothing: tuple[KnownPayment, ...] = ()
        for one in nothing:
            yield one

    async def refunds_since(self, since: datetime) -> AsyncIterator[KnownRefund]:
        nothing: tuple[KnownRefund, ...] = ()
        for one in nothing:
            yield one

    async def settlements(self, day: date) -> AsyncIterator[SettlementLine]:
        nothing: tuple[SettlementLine, ...] = ()
        for one in nothing:
            yield one

    async def _follow_up(self, op: Operation, kind: FollowUpKind) -> Answer:
        _refuse_live(op)
        authorized = await self._look_ups.submit(f"{op.payment_id}:authorize")
        scenario = SCENARIOS.get(authorized.scenario, APPROVED) if authorized else APPROVED
        says = getattr(scenario, kind)
        # The first capture has a key without a number.
        declined = says == "declined" or (says == "declined_once" and op.key.endswith(":capture"))
        late = says == "late"
        code, text = _REFUSALS[kind] if declined else (None, None)
        delay = self._delay_seconds()
        recorded = await self._records.submit(
            _Asked(
                op.key,
                op.payment_id,
                kind,
                op.amount,
                op.currency,
                scenario.name,
                "declined" if declined else "pending" if late else "approved",
                code,
                text,
                delay + (LATE_SECONDS if late else 0),
            )
        )
        reach("processor.asked")
        await asyncio.sleep(delay)
        return self._answer(recorded, op, after_delay=True)

    def _delay_seconds(self) -> float:
        if self._settings.test_mode:
            return self._settings.test_processing_delay / 1000
        low, high = self._settings.processing_delay_min, self._settings.processing_delay_max
        return random.uniform(low, max(low, high)) / 1000

    def _answer(self, recorded: RecordedOperation, op: Operation, *, after_delay: bool) -> Answer:
        raw = recorded.outcome
        if recorded.outcome == "pending":
            return _approved(recorded, op) if recorded.is_due else Pending(raw=raw)
        if recorded.outcome == "action":
            if recorded.is_due:
                return Declined(
                    code="PAYMENT_TIMEOUT", description="The payment was not approved in time", raw=raw
                )
            return ActionRequired(action=self._action(recorded), raw=raw)
        if not after_delay and not recorded.is_due:
            return Pending(raw=raw)
        if recorded.outcome == "declined":
            code, description = recorded.error_code or "PAYMENT_DECLINED", recorded.error_description or ""
            return Declined(code=code, description=description, raw=code)
        return _approved(recorded, op)

    def _action(self, recorded: RecordedOperation) -> Action:
        url = f"{self._settings.checkout_url}/challenge?payment_id={recorded.payment_id}"
        if recorded.scenario == "upi_intent":
            return UpiIntent(_upi_link(recorded), url)
        if recorded.scenario == "upi_qr":
            return UpiQr(_upi_link(recorded), url)
        return Ask(_QUESTIONS.get(recorded.scenario, "upi_approval"), url)

    async def _record(self, asked: Sequence[_Asked]) -> list[RecordedOperation]:
        async with self._database.connection(None) as tx:
            rows = await record_operations(tx, asked)
        return [rows[item.key] for item in asked]

    async def _select(self, keys: Sequence[str]) -> list[RecordedOperation | None]:
        async with self._database.connection(None) as tx:
            rows = await select_operations(tx, keys)
        return [rows.get(key) for key in keys]
