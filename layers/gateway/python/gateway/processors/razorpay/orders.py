"""Orders and their payments, as they stand at Razorpay."""

from collections.abc import AsyncIterator
from datetime import datetime

from gateway.processors.protocol import KnownPayment, Operation
from gateway.processors.razorpay.answers import read_order
from gateway.processors.razorpay.calls import Api, Entity, age, items_of, safe_id
from gateway.processors.reading import own_id, read_id, read_text


async def find_order(api: Api, op: Operation) -> Entity | None:
    """The order of a payment: by its reference, else by our payment id, which is its receipt. None: there is none.

    The list answers receipts that *contain* the text, so each is compared. Of several the one with payments is
    taken, then the oldest: the same one whoever asks.
    """
    known = op.reference if op.kind in ("prepare", "authorize", "close") else op.parent
    if known is not None:
        return await api.get(f"/v1/orders/{safe_id(known, 'order')}")
    pages = api.pages("/v1/orders", receipt=op.payment_id)
    found = [order async for page in pages for order in page if order.get("receipt") == op.payment_id]
    return min(
        found, key=lambda one: (one.get("status") != "paid", not one.get("attempts"), age(one)), default=None
    )


async def payments_of(api: Api, order: Entity) -> tuple[list[Entity], datetime | None]:
    """Every try to pay an order, and Razorpay's clock then."""
    page, now = await api.get_with_time(f"/v1/orders/{safe_id(read_id(order), 'order')}/payments")
    return items_of(page), now


async def list_since(api: Api, since: datetime) -> AsyncIterator[KnownPayment]:
    """Each order since then once, the newest first; one that others made in the same account has no `own_id`.

    An order that is made while this is read moves the others to the next page, where one of them comes again.
    """
    seen: set[str] = set()
    async for page in api.pages("/v1/orders", **{"from": int(since.timestamp())}):
        for order in (one for one in page if read_id(one) not in seen):
            seen.add(read_id(order))
            untried = order.get("status") == "created" and not order.get("attempts")
            answer = read_order(order, [] if untried else (await payments_of(api, order))[0], api.mode, None)
            own = own_id("pay", read_text(order.get("notes"), "payment_id"), read_text(order, "receipt"))
            yield KnownPayment(reference=read_id(order), own_id=own, created_at=age(order)[0], answer=answer)
