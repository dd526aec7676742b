"""Payments and refunds of ours, asked of Cashfree."""

import json
from dataclasses import replace
from typing import Any

from gateway.ids import new_id
from gateway.processors.capabilities import OperationKind
from gateway.processors.protocol import Approved, Operation, OrderFacts, Prepared, Processor
from tests.processors.fakes import cashfree_objects as make
from tests.processors.fakes.cashfree import FakeCashfree


def payment(kind: OperationKind = "prepare", payment_id: str | None = None, **more: Any) -> Operation:
    """Something asked of a payment of 500.00 INR."""
    payment_id = payment_id or new_id("pay")
    given: dict[str, Any] = {"mode": "test", "amount": 50_000, "currency": "INR"} | more
    return Operation(key=f"{payment_id}:{kind}", kind=kind, payment_id=payment_id, **given)


async def prepare(account: Processor, op: Operation) -> Prepared:
    """Make the order."""
    made = await account.prepare(op, OrderFacts("order_of_ours"), None)
    assert isinstance(made, Prepared)
    return made


async def prepared(account: Processor, **more: Any) -> Operation:
    """An order that is made; the operation looks it up by its reference."""
    op = payment(**more)
    return replace(op, reference=(await prepare(account, op)).reference)


async def known(account: Processor, op: Operation) -> Operation:
    """With the charge that a look-up tells."""
    answer = await account.look_up(op)
    assert isinstance(answer, Approved), answer
    return replace(op, charge=answer.charge)


async def held(account: Processor, fake: FakeCashfree, **more: Any) -> Operation:
    """A payment whose amount is held."""
    op = await prepared(account, capture=False, **more)
    fake.act("pay", payment_id=op.payment_id)
    return await known(account, op)


async def captured(account: Processor, fake: FakeCashfree, **more: Any) -> Operation:
    """A payment that is taken; the operation is its capture, with the charge."""
    op = to_capture(await held(account, fake, **more))
    assert isinstance(await account.capture(op), Approved)
    return op


def to_capture(op: Operation) -> Operation:
    """The capture of a prepared payment."""
    return replace(op, key=f"{op.payment_id}:capture", kind="capture", parent=op.reference, reference=None)


def to_void(op: Operation) -> Operation:
    """Its release."""
    return replace(op, key=f"{op.payment_id}:void", kind="void", parent=op.reference, reference=None)


def refund(of: Operation, amount: int, name: str | None = None, again: str = "") -> Operation:
    """A refund of a payment whose charge is known. `again`: `:2` for a further asking."""
    key = f"{name or new_id('rfnd')}:refund{again}"
    return replace(of, key=key, kind="refund", amount=amount, parent=of.parent or of.reference, reference=None)


def as_read(entity: dict[str, Any], currency: str = "INR") -> dict[str, Any]:
    """An object of the fake's as the connector reads it: with amounts as they were written."""
    return json.loads(json.dumps(make.as_wire(entity, currency)), parse_float=str)  # type: ignore[no-any-return]
