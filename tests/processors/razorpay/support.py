"""Payments and refunds of ours, asked of Razorpay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gateway.ids import new_id
from gateway.processors.capabilities import OperationKind
from gateway.processors.protocol import (
    Absent,
    Answer,
    Approved,
    Operation,
    OrderFacts,
    Prepared,
    Processor,
)
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.fakes.razorpay_books import Refused

FACTS = OrderFacts("order_of_ours")
AGES_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def payment(kind: OperationKind = "prepare", payment_id: str | None = None, **more: Any) -> Operation:
    """Something asked of a payment of 500.00 INR."""
    payment_id = payment_id or new_id("pay")
    given: dict[str, Any] = {"mode": "test", "amount": 50000, "currency": "INR"} | more
    return Operation(key=f"{payment_id}:{kind}", kind=kind, payment_id=payment_id, **given)


def refund(of: Operation, amount: int) -> Operation:
    """A refund of a payment whose charge is known."""
    return replace(of, key=f"{new_id('rfnd')}:refund", kind="refund", amount=amount, reference=None)


def again(op: Operation) -> Operation:
    """The same, which may have been sent before."""
    return replace(op, first_sent_at=AGES_AGO)


async def prepare(account: Processor, op: Operation) -> Prepared:
    """Make the order."""
    prepared = await account.prepare(op, OrderFacts("order_of_ours"), None)
    assert isinstance(prepared, Prepared)
    return prepared


async def prepared(account: Processor, **more: Any) -> Operation:
    """An order that is made; the operation looks it up by its reference."""
    op = payment(**more)
    return replace(op, reference=(await prepare(account, op)).reference)


async def look(account: Processor, op: Operation) -> Answer | Absent:
    """How the payment stands."""
    return await account.look_up(op)


def to_capture(op: Operation, charge: str | None) -> Operation:
    """The capture of a prepared payment."""
    return replace(
        op, key=f"{op.payment_id}:capture", kind="capture", parent=op.reference, reference=None, charge=charge
    )


async def captured(account: Processor, fake: Any, **more: Any) -> Operation:
    """A payment that is taken; the operation is its capture, with the charge."""
    op = await prepared(account, **more)
    fake.do_pay(op.payment_id)
    answer = await account.look_up(op)
    assert isinstance(answer, Approved)
    capture = to_capture(op, answer.charge)
    assert isinstance(await account.capture(capture), Approved)
    return capture


def refusing(text: str) -> Callable[[Any], None]:
    """An API that answers every call with a 400."""

    def refuse(_: Any) -> None:
        raise Refused(text)

    return refuse


def taken_and_paid_back(fake: FakeRazorpay, charge: str, amount: int = 50000) -> None:
    """A payment is captured and refunded, and not by us."""
    fake.pay_back(fake.take(fake.payments[charge]), {"amount": amount})


# --- prepare
