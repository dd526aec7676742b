"""A payment's disputes, and the inquiries that precede them."""

from collections.abc import Sequence
from typing import Literal

from gateway.processors.protocol import ForeignDispute, Operation, Unknown
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, Entity, intent_id
from gateway.processors.stripe.units import from_stripe


async def disputes_of(account: Account, op: Operation) -> Sequence[ForeignDispute]:
    """All disputes of an intent."""
    return [_dispute(item) async for item in account.pages("/v1/disputes", payment_intent=intent_id(op))]


def _dispute(entity: Entity) -> ForeignDispute:
    currency, evidence = read.text(entity, "currency"), read.inner(entity, "evidence_details")
    return ForeignDispute(
        reference=read.text(entity, "id"),
        amount=from_stripe(read.integer(entity, "amount"), currency),
        currency=currency.upper(),
        reason=read.text(entity, "reason"),
        status=_status(entity),
        respond_by=read.moment(evidence, "due_by") if evidence.get("due_by") else None,
        raw=read.text(entity, "status"),
    )


def _status(entity: Entity) -> Literal["needs_response", "under_review", "won", "lost"]:
    status = read.text(entity, "status")
    if status == "prevented":
        # Before it became one, with the money given back or without; its transactions say which.
        return "lost" if entity.get("balance_transactions") else "won"
    if status in ("won", "warning_closed"):
        return "won"
    if status == "lost":
        return "lost"
    # Also of an inquiry (`warning_…`) and of an appeal (`appeal_…`).
    if status.endswith("under_review"):
        return "under_review"
    if status.endswith("needs_response"):
        return "needs_response"
    raise Unknown("a dispute with a status that is not known", raw=status[:100])
