"""What became of an operation, and what is there that we may not know: never by Stripe's search, which lags."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final, Literal

from gateway.processors.protocol import Absent, Answer, ForeignDispute, KnownPayment, Operation, Pending, Unknown
from gateway.processors.reading import read_id, read_integer, read_moment
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, Entity, intent_id, require_mode
from gateway.processors.stripe.hold import captured, voided
from gateway.processors.stripe.intents import get_intent, state_of
from gateway.processors.stripe.refund import find_refund
from gateway.processors.stripe.units import from_stripe

Status = Literal["needs_response", "under_review", "won", "lost"]
_STATUSES: Final[tuple[Status, ...]] = ("needs_response", "under_review", "won", "lost")


async def look_up(account: Account, op: Operation) -> Answer | Absent:
    """What became of it. Raises `Unknown` where that cannot be told: without an intent's reference, say."""
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
        reference = read_id(intent)
        try:
            answer = state_of(intent)
        except Unknown as problem:
            answer = Pending(reference=reference, raw=problem.raw or problem.reason)
        own_id, created_at = read.own(intent, "payment"), read_moment(intent.get("created"))
        yield KnownPayment(reference=reference, own_id=own_id, created_at=created_at, answer=answer)


async def disputes_of(account: Account, op: Operation) -> Sequence[ForeignDispute]:
    """All disputes of an intent, and the inquiries that precede them."""
    return [_dispute(item) async for item in account.pages("/v1/disputes", payment_intent=intent_id(op))]


def _dispute(entity: Entity) -> ForeignDispute:
    currency, due = read.text(entity, "currency"), read.inner(entity, "evidence_details").get("due_by")
    return ForeignDispute(
        reference=read_id(entity),
        amount=from_stripe(read_integer(entity.get("amount")), currency),
        currency=currency.upper(),
        reason=read.text(entity, "reason"),
        status=_status(entity),
        respond_by=read_moment(due) if due else None,
        raw=read.text(entity, "status"),
    )


def _status(entity: Entity) -> Status:
    status = read.text(entity, "status")
    if status == "prevented":
        # Before it became one, with the money given back or without; its transactions say which.
        return "lost" if entity.get("balance_transactions") else "won"
    # An inquiry has the same ones (`warning_…`, and it is closed), and so has an appeal (`appeal_…`).
    word = "won" if status == "warning_closed" else status.removeprefix("warning_").removeprefix("appeal_")
    for known in _STATUSES:
        if known == word:
            return known
    raise Unknown("a dispute with a status that is not known", raw=status[:100])
