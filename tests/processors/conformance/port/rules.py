"""The rules around the port, as the worker has them, asked with no database: `payments.ask` and `integrity`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from gateway.payments.ask import Asker, ask, once
from gateway.payments.model import Payment
from gateway.payments.work_model import ClaimedPayment
from gateway.processors.integrity import difference
from gateway.processors.operations.model import KnownOperation, request_hash
from gateway.processors.protocol import Answer, Operation, OrderFacts, Processor
from tests.processors.rows import KEYRING

ACCOUNT: Final = "acct_0000000000000001"
Send = Callable[[Processor, Operation], Awaitable[Any]]


def sent(op: Operation, seconds_ago: float = 1) -> Operation:
    """The same, which may have been sent before."""
    return replace(op, first_sent_at=datetime.now(UTC) - timedelta(seconds=seconds_ago))


async def again(account: Processor, op: Operation, seconds_ago: float = 1) -> Any:
    """What the worker does with an operation of which it does not know what became of it."""
    op = sent(op, seconds_ago)
    if op.kind == "prepare":
        return await ask(claimed(op), account, Asker(KEYRING, datetime.now(UTC), OrderFacts("order_of_ours")))
    if op.kind == "close":
        return await account.close(op)
    if op.kind == "void" and account.capabilities.void == "expires":
        return await account.look_up(op)
    return await once(account, op, lambda: getattr(account, op.kind)(op), datetime.now(UTC))


def claimed(op: Operation, status: str = "pending") -> ClaimedPayment:
    """The claim of a payment whose `prepare` was written down."""
    now = datetime.now(UTC)
    row = Payment(
        id=op.payment_id, merchant_id=uuid4(), mode=op.mode, order_id="order_of_ours", amount=op.amount,
        currency=op.currency, capture="automatic" if op.capture else "manual", method=op.method, vpa=None,
        card_network=None, card_last4=None, status=status, captured=False, amount_captured=0,
        amount_refund_pending=0, amount_refunded=0, error_code=None, error_description=None, next_action=None,
        expires_at=None, sequence=2, created_at=now, updated_at=now, account_id=ACCOUNT,
    )  # fmt: skip
    request = request_hash("prepare", op.amount, op.currency, ACCOUNT)
    known = KnownOperation(op.key, "prepare", ACCOUNT, request, op.reference, op.charge, op.first_sent_at, None)
    return ClaimedPayment(row, "authorize", 1, uuid4(), True, None, operations=(known,))


def is_ours(op: Operation, answer: Answer) -> bool:
    """Whether the rules take a yes for what was asked (rule 3)."""
    return difference(op, answer, op.kind) is None
