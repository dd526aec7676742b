"""What became of an operation, and what is there that we may not know: never by Stripe's search, which lags."""

from collections.abc import AsyncIterator
from datetime import datetime

from gateway.processors.protocol import Absent, Answer, KnownPayment, Operation, Pending, Unknown
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, require_mode
from gateway.processors.stripe.hold import captured, voided
from gateway.processors.stripe.intents import get_intent, state_of
from gateway.processors.stripe.refund import find_refund


async def look_up(account: Account, op: Operation) -> Answer | Absent:
    """What became of it. Raises `Unknown` where that cannot be told.

    Without the reference of an intent it cannot: the answer to `prepare` was lost, and the same request with the
    same key will be answered with it.
    """
    require_mode(account, op)
    if op.kind == "refund":
        return await find_refund(account, op)
    intent = await get_intent(account, op)
    if op.kind == "capture":
        return captured(intent)
    return voided(intent) if op.kind == "void" else state_of(intent)


async def list_since(account: Account, since: datetime) -> AsyncIterator[KnownPayment]:
    """Every intent made since then. What cannot be read is told as undecided, to be looked up by itself."""
    params: dict[str, str | int] = {"created[gte]": int(since.timestamp()), "expand[0]": "data.latest_charge"}
    async for intent in account.pages("/v1/payment_intents", **params):
        reference = read.text(intent, "id")
        try:
            answer = state_of(intent)
        except Unknown as problem:
            answer = Pending(reference=reference, raw=problem.raw or problem.reason)
        own_id, created_at = read.own(intent, "payment_id"), read.moment(intent, "created")
        yield KnownPayment(reference=reference, own_id=own_id, created_at=created_at, answer=answer)
