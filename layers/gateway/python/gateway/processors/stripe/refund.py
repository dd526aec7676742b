"""Pay back, often and in parts, under our refund id, which is in the refund's metadata.

A refusal is not believed before the intent's refunds were read: "already refunded" is also what a second sending
is told. A refund that `succeeded` may still become `failed`: the bank has sent it back.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from gateway.processors import protocol as port
from gateway.processors.reading import after_sending, declined, read_moment
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, Entity, Refusal, intent_id, require_mode, safe_id
from gateway.processors.stripe.intents import said
from gateway.processors.stripe.units import to_stripe


async def refund(account: Account, op: port.Operation) -> port.Answer:
    """Pay back `op.amount`. A repeat sends the same bytes."""
    require_mode(account, op)
    amount = to_stripe(op.amount, op.currency)
    if amount is None:
        return declined("REFUND_DECLINED", raw="an amount that Stripe cannot be told; not sent")
    form: dict[str, str | int] = {
        "payment_intent": intent_id(op),
        "amount": amount,
        "metadata[refund_id]": op.own_id,
        "metadata[payment_id]": op.payment_id,
    }
    answer = await account.post("/v1/refunds", form, op.key)
    if not isinstance(answer, Refusal):
        return refunded(account, answer)
    with after_sending():
        found = await find_refund(account, op)
    return declined("REFUND_DECLINED", raw=answer.raw) if isinstance(found, port.Absent) else found


async def find_refund(account: Account, op: port.Operation) -> port.Answer | port.Absent:
    """What became of a refund: by its reference, else by our id among all of the intent's."""
    if op.reference is not None:
        return refunded(account, await account.get(f"/v1/refunds/{safe_id(op.reference, 'refund')}"))
    async for entity in account.pages("/v1/refunds", payment_intent=intent_id(op)):
        if read.inner(entity, "metadata").get("refund_id") == op.own_id:
            return refunded(account, entity)
    return port.Absent()


async def refunds_of(account: Account, op: port.Operation) -> Sequence[port.ForeignRefund]:
    """All refunds of an intent, also those that were made in Stripe's dashboard."""
    found = [item async for item in account.pages("/v1/refunds", payment_intent=intent_id(op))]
    facts = [{name: said(item)[name] for name in ("reference", "amount", "currency")} for item in found]
    return [
        port.ForeignRefund(own_id=read.own(item, "refund"), answer=refunded(account, item), **fact)
        for item, fact in zip(found, facts, strict=True)
    ]


async def refunds_since(account: Account, since: datetime) -> AsyncIterator[port.KnownRefund]:
    """Every refund made since then. What cannot be read is told as undecided, to be looked up by itself."""
    async for item in account.pages("/v1/refunds", **{"created[gte]": int(since.timestamp())}):
        fact = {name: said(item)[name] for name in ("reference", "amount", "currency")}
        try:
            answer = refunded(account, item)
        except port.Unknown as problem:
            answer = port.Pending(**fact, mode=account.mode, raw=problem.raw or problem.reason)
        of = (read.link(item.get(name)) for name in ("payment_intent", "charge"))
        yield port.KnownRefund(
            own_id=read.own(item, "refund"),
            payment_id=read.own(item, "payment"),
            of=tuple(one for one in of if one is not None),
            created_at=read_moment(item.get("created")),
            answer=answer,
            **fact,
        )


def refunded(account: Account, entity: Entity) -> port.Approved | port.Declined | port.Pending:
    """How a refund stands. Raises `Unknown` where that cannot be told. Its mode is its key's."""
    if entity.get("object") != "refund":
        raise port.Unknown("an answer that is no refund")
    facts = said(entity) | {"mode": account.mode}
    match status := read.text(entity, "status"):
        case "pending" | "requires_action":
            return port.Pending(**facts)
        case "succeeded":
            return port.Approved(**facts)
        case "failed" | "canceled":
            raw = str(entity.get("failure_reason") or status)[:100]
            return declined("REFUND_DECLINED", **facts | {"raw": raw})
    raise port.Unknown("a refund with a status that is not known", raw=status[:100])
