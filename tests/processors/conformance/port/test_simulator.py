"""The simulated bank by the rules of the port: its books are a database's, and its faults those of one.

It keeps every key and looks up by it, so each rule of a processor holds here without an exception.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from gateway.cards.model import Card
from gateway.database import Connection, PooledDatabase
from gateway.errors import GatewayError, Unavailable
from gateway.processors.capabilities import OperationKind
from gateway.processors.codes import CODES
from gateway.processors.protocol import (
    Absent,
    ActionRequired,
    Answer,
    Approved,
    Declined,
    Instrument,
    Misconfigured,
    Operation,
    Unknown,
)
from gateway.processors.simulator.outcomes import CARDS, TEST_BANKS, TEST_WALLETS, VPAS
from gateway.processors.simulator.processor import Simulator
from gateway.processors.simulator.queries import count_operations
from gateway.settings import Settings
from tests.processors.conformance.port.bench import told
from tests.processors.conformance.port.rules import again, is_ours, sent

VERBS: tuple[OperationKind, ...] = ("authorize", "capture", "void", "refund")
SETTINGS = Settings(TEST_MODE=True, TEST_PROCESSING_DELAY=0)
FINE = Instrument(vpa="success@bank")


@dataclass
class Losing:
    """A database that loses a request, or the answer to one: `fault`, once, after so many that are answered."""

    real: PooledDatabase
    fault: Literal["lose_request", "lose_answer"] | None = None
    answered: int = 0

    @asynccontextmanager
    async def connection(self, caller: Any) -> AsyncIterator[Connection]:
        """One, that may break off."""
        kind = None
        if self.answered > 0:
            self.answered -= 1
        else:
            kind, self.fault = self.fault, None
        if kind == "lose_request":
            raise Unavailable("the database is away")
        async with self.real.connection(caller) as tx:
            yield tx
        if kind == "lose_answer":
            raise Unavailable("the database went away")


@dataclass
class Bank:
    """The simulated bank over such a database."""

    database: Losing
    simulator: Simulator

    async def ask(self, op: Operation, instrument: Instrument = FINE) -> Answer:
        """Send an operation."""
        if op.kind == "authorize":
            return await self.simulator.authorize(op, instrument)
        answer: Answer = await getattr(self.simulator, op.kind)(op)
        return answer

    async def books(self, op: Operation) -> dict[str, tuple[int, int]]:
        """By kind: how many operations, and of how much."""
        async with self.database.real.connection(None) as tx:
            rows = await count_operations(tx, op.payment_id)
        return {row["kind"]: (row["operations"], row["amount"]) for row in rows}


@pytest.fixture
async def bank(worker: PooledDatabase) -> Bank:
    """Its books are shared; payments have ids of their own."""
    database = Losing(worker)
    return Bank(database, Simulator(database, SETTINGS))  # type: ignore[arg-type]


def asked(kind: OperationKind, payment_id: str | None = None, amount: int = 50_000, **more: Any) -> Operation:
    """Something asked of a payment."""
    payment_id = payment_id or f"pay_{secrets.token_hex(8)}"
    name = f"rfnd_{secrets.token_hex(8)}" if kind == "refund" else payment_id
    plain: dict[str, Any] = {"mode": "test", "currency": "INR"} | more
    return Operation(key=f"{name}:{kind}", kind=kind, payment_id=payment_id, amount=amount, **plain)


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer"])
@pytest.mark.parametrize("verb", VERBS)
async def test_what_is_lost_is_no_refusal_and_has_one_effect(bank: Bank, verb: OperationKind, fault: Any) -> None:
    """hyperswitch#13180, console#3449: not an answer at all; a look tells, or the same key again."""
    op = asked(verb)
    bank.database.fault, bank.database.answered = fault, 0 if verb == "authorize" else 1  # it looks first
    with pytest.raises(GatewayError):
        await bank.ask(op)
    known = await bank.simulator.look_up(op)
    assert isinstance(known, Absent if fault == "lose_request" else Approved)
    answer = await (bank.ask(op) if verb == "authorize" else again(bank.simulator, op))
    assert isinstance(answer, Approved)
    assert is_ours(op, answer)
    assert await bank.books(op) == {verb: (1, 50_000)}


async def test_a_look_up_that_is_lost_says_nothing(bank: Bank) -> None:
    op = asked("authorize")
    bank.database.fault = "lose_request"
    with pytest.raises(GatewayError):
        await bank.simulator.look_up(op)
    assert isinstance(await bank.simulator.look_up(op), Absent)


async def test_an_answer_that_the_bank_keeps_to_itself_is_unknown_and_looked_up(bank: Bank) -> None:
    op = asked("authorize", method="upi")
    with pytest.raises(Unknown):
        await bank.ask(op, Instrument(vpa="timeout@bank"))
    assert isinstance(await bank.simulator.look_up(op), Approved)
    assert await bank.books(op) == {"authorize": (1, 50_000)}


@pytest.mark.parametrize("verb", VERBS)
async def test_a_key_is_one_operation_however_often_and_whenever(bank: Bank, verb: OperationKind) -> None:
    """Of another sum it is told with the first one's, which the rules refuse (rule 3)."""
    op = asked(verb)
    answers = await asyncio.gather(*(bank.ask(op) for _ in range(6)))
    assert {told(answer) for answer in answers} == {(50_000, "INR", "test")}
    assert told(await again(bank.simulator, sent(op), 400 * 86_400.0)) == (50_000, "INR", "test")
    other = Operation(key=op.key, kind=verb, payment_id=op.payment_id, mode="test", amount=50_001, currency="INR")
    answer = await bank.ask(other)
    assert isinstance(answer, Approved)
    assert not is_ours(other, answer)
    assert await bank.books(op) == {verb: (1, 50_000)}


async def test_a_key_per_verb_and_parts_are_operations_of_their_own(bank: Bank) -> None:
    op = asked("authorize", capture=False)
    await bank.ask(op)
    await bank.ask(asked("capture", op.payment_id, 30_000))
    for _ in range(2):
        await bank.ask(asked("refund", op.payment_id, 10_000))
    assert await bank.books(op) == {"authorize": (1, 50_000), "capture": (1, 30_000), "refund": (2, 20_000)}


@pytest.mark.parametrize("verb", VERBS)
async def test_nothing_live_is_simulated(bank: Bank, verb: OperationKind) -> None:
    """Whatever the settings say."""
    op = asked(verb, mode="live")
    with pytest.raises(Misconfigured):
        await bank.ask(op)
    assert await bank.books(op) == {}


async def test_every_refusal_is_of_the_closed_set(bank: Bank) -> None:
    """Each magic number and address: refused with a code of ours, or not refused."""
    cards = [Instrument(Card(number, 12, 2040, "123", "A")) for number in CARDS]
    named = [Instrument(vpa=f"{name}@bank") for name in VPAS if name != "timeout"]
    codes = [code for code in (*TEST_BANKS, *TEST_WALLETS, "HDFC") if "timeout" not in code.lower()]
    named += [Instrument(code=code) for code in codes]
    for instrument in (*cards, *named):
        op = asked("authorize", capture=False)
        first = await bank.ask(op, instrument)
        assert not isinstance(first, Declined) or (first.code in CODES and first.raw)
        if isinstance(first, Approved):
            for kind in ("capture", "void", "refund"):
                answer = await bank.ask(asked(kind, op.payment_id))  # type: ignore[arg-type]
                assert not isinstance(answer, Declined) or answer.code in CODES
        else:
            assert isinstance(first, Declined | ActionRequired) or first.raw == "pending"


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 1), ("INR", 1), ("KWD", 12_345), ("MGA", 501)])
async def test_the_same_sum_is_taken_and_told(bank: Bank, currency: str, amount: int) -> None:
    op = asked("authorize", amount=amount, currency=currency)
    assert told(await bank.ask(op)) == (amount, currency, "test")
    assert await bank.books(op) == {"authorize": (1, amount)}
    assert bank.simulator.capabilities.why_not("card", "ZZZ", amount) == "takes no ZZZ"
