"""What is there that we may not know, for the time after a restore.

Cashfree has no list of orders. Its reconciliation tells payments and refunds by their time: an order that nobody
has tried to pay is not listed. It is found by our payment's id when it is prepared again.
"""

from collections.abc import AsyncIterator
from datetime import datetime

from gateway.processors import protocol as port
from gateway.processors.cashfree.calls import INDIA, Api, Entity
from gateway.processors.cashfree.orders import look
from gateway.processors.cashfree.refund import facts
from gateway.processors.reading import inner, own_id, read_iso, read_text, safe_id


async def list_since(api: Api, since: datetime) -> AsyncIterator[port.KnownPayment]:
    """Each order that was tried since then, once; one that others made in the same account has no `own_id`."""
    async for name, event in _named(api, since, "PAYMENT", "order_details", "order_id"):
        op = port.Operation(
            key=f"{name}:prepare", kind="prepare", payment_id=name, reference=name, mode=api.mode,
            amount=0, currency="INR",
        )  # fmt: skip
        try:
            answer = await look(api, op)
        except port.Unknown as problem:  # told as undecided, to be looked up by itself
            answer = port.Pending(reference=name, mode=api.mode, raw=problem.raw or problem.reason)
        assert not isinstance(answer, port.Absent)
        at = read_iso(inner(event, "event_details").get("event_time"), INDIA)
        yield port.KnownPayment(reference=name, own_id=own_id("pay", name), created_at=at, answer=answer)


async def refunds_since(api: Api, since: datetime) -> AsyncIterator[port.KnownRefund]:
    """Each refund since then, once, whoever made it."""
    async for name, event in _named(api, since, "REFUND", "refund_details", "refund_id"):
        order_id = safe_id(read_text(inner(event, "order_details"), "order_id"), "order")
        one = await api.get(f"/pg/orders/{order_id}/refunds/{name}")
        told = facts(one, api.mode)
        at, of = read_iso(one.get("created_at"), INDIA), (order_id, told["answer"].charge)
        yield port.KnownRefund(payment_id=own_id("pay", order_id), of=of, created_at=at, **told)


async def _named(api: Api, since: datetime, kind: str, part: str, name: str) -> AsyncIterator[tuple[str, Entity]]:
    """The events of a kind by the object that they are about, the first of each."""
    until, seen = await api.their_time(), set[str]()
    span = {"start_date": since.isoformat(timespec="seconds"), "end_date": until.isoformat(timespec="seconds")}
    if since >= until:
        return
    async for event in api.events("/pg/recon", span):
        if inner(event, "event_details").get("event_type") == kind:
            found = safe_id(read_text(inner(event, part), name), "object")
            if found not in seen:
                seen.add(found)
                yield found, event
