"""One account at a fake Stripe, and what is asked of it."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Credentials, Mode, Operation, OrderFacts, Prepared
from gateway.processors.stripe.connector import Stripe, build
from tests.processors.fakes.stripe import StripeFake

PATIENCE_SECONDS = 20.0
"""Of an account whose calls are to be answered, on a machine that has much else to do."""
ORDER = OrderFacts("order_1", receipt="receipt_1")


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant's account, opened, and the fake that it is at."""

    fake: StripeFake
    port: int
    stripe: Stripe

    async def prepared(self, **fields: Any) -> Operation:
        """A payment that the shopper can pay: its `prepare`, with the reference that came of it."""
        op = payment(**fields)
        made = await self.stripe.prepare(op, ORDER, None)
        assert isinstance(made, Prepared)
        return replace(op, reference=made.reference)

    async def held(self, **fields: Any) -> Operation:
        """A payment whose amount is held."""
        op = await self.prepared(capture=False, **fields)
        assert self.fake.act("pay", payment_id=op.payment_id) == {"status": "requires_capture"}
        return op

    async def taken(self, **fields: Any) -> Operation:
        """A payment whose amount is taken."""
        op = await self.prepared(**fields)
        assert self.fake.act("pay", payment_id=op.payment_id) == {"status": "succeeded"}
        return op

    def book(self, op: Operation) -> dict[str, Any]:
        """What the fake has really done for a payment."""
        line = self.fake.books()[op.payment_id]
        assert isinstance(line, dict)
        return line

    def sent(self, operation: str) -> list[dict[str, Any]]:
        """The calls of an operation, as they arrived."""
        return [call for call in self.fake.requests if call["operation"] == operation]


def open_account(fake: StripeFake, port: int, mode: Mode = "test", timeout: float = PATIENCE_SECONDS) -> Shop:
    """An account with keys of this mode."""
    client = ProcessorClient(f"http://127.0.0.1:{port}", timeout)
    keys = Credentials(f"pk_{mode}_fake", {"secret_key": f"sk_{mode}_fake"})
    return Shop(fake, port, build(keys, mode, client))


def payment(**fields: Any) -> Operation:
    """`prepare` of a new payment of 500.00 INR by card."""
    payment_id = f"pay_{secrets.token_hex(8)}"
    plain: dict[str, Any] = {"kind": "prepare", "mode": "test", "amount": 50_000, "currency": "INR"}
    return Operation(**{"key": f"{payment_id}:prepare", "payment_id": payment_id, **plain, **fields})


def following(of: Operation, kind: Any, amount: int | None = None, *, key: str | None = None) -> Operation:
    """Capture, void, refund or close of a payment that was prepared."""
    name = f"rfnd_{secrets.token_hex(8)}" if kind == "refund" else of.payment_id
    key = key or f"{name}:{kind}"
    return replace(of, key=key, kind=kind, amount=amount or of.amount, parent=of.reference, reference=None)
