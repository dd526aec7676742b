"""Pay back. Many times, in parts; by a key of ours, and found again by our id in its notes.

For how long Razorpay keeps the key is not told. So a repeat that is refused (`has been fully refunded already`) is
no refusal until the payment's refunds say that ours is not among them.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from gateway.processors import protocol as port
from gateway.processors.razorpay.answers import told
from gateway.processors.razorpay.calls import Api, Entity, Refusal, age, safe_id
from gateway.processors.razorpay.units import CAPABILITIES
from gateway.processors.reading import after_sending, declined, own_id, plain_key, read_id, read_text, require_mode

Outcome = port.Approved | port.Declined | port.Pending


def refund_body(op: port.Operation) -> dict[str, Any]:
    """The request, the same bytes for every repeat: a key with another body is refused."""
    notes = {"refund_id": op.own_id, "payment_id": op.payment_id}
    return {"amount": op.amount, "speed": "normal", "receipt": op.own_id, "notes": notes}


async def pay_back(api: Api, op: port.Operation) -> Outcome:
    """Pay back `op.amount` of the charge."""
    require_mode(op, api.mode)
    charge, step = safe_id(op.charge, "payment"), CAPABILITIES.steps.get(op.currency, 1)
    said = {"charge": charge, "amount": op.amount, "currency": op.currency, "mode": api.mode}
    if op.amount % step:
        return declined("REFUND_DECLINED", **said, raw=f"not sent: no multiple of {step}")
    headers = {"X-Refund-Idempotency": plain_key(op.key)}
    sent = await api.post(f"/v1/payments/{charge}/refund", refund_body(op), headers)
    if not isinstance(sent, Refusal):
        return read_refund(sent, api.mode)
    with after_sending():
        known = await _find(api, op)
    return declined("REFUND_DECLINED", **said, raw=sent.raw) if known is None else read_refund(known, api.mode)


async def look_up_refund(api: Api, op: port.Operation) -> Outcome | port.Absent:
    """By its id there, else by ours among the payment's refunds."""
    if op.reference is not None:
        return read_refund(await api.get(f"/v1/refunds/{safe_id(op.reference, 'refund')}"), api.mode)
    found = await _find(api, op)
    return port.Absent(mode=api.mode) if found is None else read_refund(found, api.mode)


async def refunds_of(api: Api, op: port.Operation) -> list[port.ForeignRefund]:
    """Every refund of `op.charge`, whoever made it, the oldest first."""
    found = [(one, told(one, api.mode, read_id(one))) for one in await _all(api, op)]
    return [port.ForeignRefund(**_facts(one, said), answer=read_refund(one, api.mode)) for one, said in found]


async def refunds_since(api: Api, since: datetime) -> AsyncIterator[port.KnownRefund]:
    """Each refund since then once, the newest first. What cannot be read is told as undecided."""
    seen: set[str] = set()
    async for page in api.pages("/v1/refunds", **{"from": int(since.timestamp())}):
        for one in (one for one in page if read_id(one) not in seen):
            seen.add(read_id(one))
            said = told(one, api.mode, read_id(one), charge := read_text(one, "payment_id"))
            try:
                answer = read_refund(one, api.mode)
            except port.Unknown as problem:
                answer = port.Pending(**said | {"raw": problem.raw or problem.reason})
            payment_id, of = own_id("pay", read_text(one.get("notes"), "payment_id")), (charge,) if charge else ()
            facts = _facts(one, said) | {"payment_id": payment_id, "of": of, "created_at": age(one)[0]}
            yield port.KnownRefund(**facts, answer=answer)


def _facts(refund: Entity, said: dict[str, Any]) -> dict[str, Any]:
    return {"own_id": own_refund_id(refund)} | {name: said[name] for name in ("reference", "amount", "currency")}


def own_refund_id(refund: Entity) -> str | None:
    """Our id of it, as we had sent it along; None: somebody else made this refund."""
    carried = read_text(refund.get("notes"), "refund_id"), read_text(refund, "receipt")
    return own_id("rfnd", *carried) or own_id("unex", *carried)


def read_refund(refund: Entity, mode: port.Mode) -> Outcome:
    """Where a refund stands. Raises `Unknown` for a status that is new to us."""
    said = told(refund, mode, read_id(refund), read_text(refund, "payment_id"))
    match refund.get("status"):
        case "processed":
            return port.Approved(**said)
        case "pending":
            return port.Pending(**said)
        case "failed":
            return declined("REFUND_DECLINED", **said)
    raise port.Unknown(f"a refund of status {str(refund.get('status'))[:40]!r}")


async def _all(api: Api, op: port.Operation) -> list[Entity]:
    """By id: a refund that is made meanwhile moves others to the next page, where one of them comes again."""
    pages = api.pages(f"/v1/payments/{safe_id(op.charge, 'payment')}/refunds")
    return sorted({read_id(one): one async for page in pages for one in page}.values(), key=age)


async def _find(api: Api, op: port.Operation) -> Entity | None:
    return next((one for one in await _all(api, op) if own_refund_id(one) == op.own_id), None)
