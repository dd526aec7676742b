"""One account at one fake, and what is asked of it."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from gateway.processors.capabilities import OperationKind
from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Answer, Approved, Operation, OrderFacts, Prepared, Processor
from gateway.processors.registry import CONNECTORS
from tests.processors.conformance.port.parties import Party
from tests.processors.fakes.base import Fake

ORDER: Final = OrderFacts("order_of_ours")
PATIENCE_SECONDS: Final = 20.0
"""Of a client whose calls are to be answered, on a machine that has much else to do."""
HASTE_SECONDS: Final = 0.1
"""Of one that is to give up."""
AMOUNT: Final = 50_000

Ask = Callable[[Processor], Awaitable[Any]]


@dataclass(frozen=True)
class Bench:
    """A fake with empty books, and an account at it. `hasty` is the same account, asked without patience."""

    party: Party
    fake: Fake
    account: Processor
    hasty: Processor
    clients: tuple[ProcessorClient, ...]

    async def prepared(self, **fields: Any) -> Operation:
        """A payment that its shopper can pay: its `prepare`, with the reference that came of it."""
        op = payment(**fields)
        made = await self.account.prepare(op, ORDER, None)
        assert isinstance(made, Prepared)
        return replace(op, reference=made.reference)

    async def held(self, **fields: Any) -> Operation:
        """One whose amount is held, with the charge as it was told."""
        op = await self.prepared(capture=False, **fields)
        self.fake.act("pay", payment_id=op.payment_id)
        return await self.known(op)

    async def taken(self, **fields: Any) -> Operation:
        """One whose amount is taken, by whom it may be."""
        op = await self.prepared(**fields)
        self.fake.act("pay", payment_id=op.payment_id)
        if self.party.can.capture_is_ours:
            self.fake.act("capture_in_dashboard", payment_id=op.payment_id)
        return await self.known(op)

    async def known(self, op: Operation) -> Operation:
        """With the charge that a look-up tells."""
        answer = await self.account.look_up(op)
        assert isinstance(answer, Approved)
        return replace(op, charge=answer.charge)

    def book(self, op: Operation) -> dict[str, Any]:
        """What the fake has really done for a payment."""
        line: dict[str, Any] = self.fake.books().get(op.payment_id, {})
        return line

    def sums(self, op: Operation) -> tuple[int, int, int]:
        """Held, taken and paid back of it."""
        book = self.book(op)
        return book["held"], book["captured"], book["refunded"]

    def sent(self, verb: str) -> list[tuple[str, str, str]]:
        """Path, key and body of each call of a verb that changes something."""
        return [
            (one["path"], key_of(one["headers"]), one["body"])
            for one in self.fake.requests
            if one["operation"] == self.party.call_of(verb) and one["method"] == "POST"
        ]

    async def ready(self, verb: str) -> tuple[Operation, Ask]:
        """An operation that is about to be asked, and how."""
        if verb == "prepare":
            op = payment()
            return op, lambda account: account.prepare(op, ORDER, None)
        if verb in ("capture", "void"):
            op = following(await self.held(), verb)  # type: ignore[arg-type]
        elif verb == "refund":
            op = following(await self.taken(), "refund", 20_000)
        elif verb == "close":
            op = replace(await self.prepared(), kind="close")
        else:
            op = await self.taken()
        return op, lambda account: getattr(account, verb)(op)


async def open_bench(party: Party) -> Bench:
    """Empty books, a port of its own."""
    fake = party.fake()
    url = f"http://127.0.0.1:{await fake.start()}"
    clients = tuple(ProcessorClient(url, seconds) for seconds in (PATIENCE_SECONDS, HASTE_SECONDS))
    build = CONNECTORS[party.name].build
    account, hasty = (build(party.credentials, "test", client) for client in clients)
    return Bench(party, fake, account, hasty, clients)


def payment(**fields: Any) -> Operation:
    """`prepare` of a new payment of 500.00 INR by card."""
    payment_id = f"pay_{secrets.token_hex(8)}"
    plain: dict[str, Any] = {"kind": "prepare", "mode": "test", "amount": AMOUNT, "currency": "INR"}
    return Operation(**{"key": f"{payment_id}:prepare", "payment_id": payment_id, **plain, **fields})


def following(
    of: Operation, kind: OperationKind, amount: int | None = None, *, key: str | None = None
) -> Operation:
    """A capture, void or refund of a payment that was prepared."""
    name = f"rfnd_{secrets.token_hex(8)}" if kind == "refund" else of.payment_id
    asked = {"key": key or f"{name}:{kind}", "kind": kind, "amount": of.amount if amount is None else amount}
    return replace(of, parent=of.reference, reference=None, **asked)  # type: ignore[arg-type]


def told(answer: Answer) -> tuple[int | None, str | None, str | None]:
    """Amount, currency and mode, as the processor said them."""
    return answer.amount, answer.currency, answer.mode


def key_of(headers: dict[str, Any]) -> str:
    """The idempotency key of a call, whatever the processor calls it."""
    names = ("idempotency-key", "x-refund-idempotency", "x-idempotency-key")
    return next((str(headers[name]) for name in names if name in headers), "")
