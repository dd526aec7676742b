"""Create an order."""

from datetime import datetime
from typing import Any

from gateway.database import Connection
from gateway.ids import new_id
from gateway.orders.model import Capture, NewOrder, Order
from gateway.orders.queries import insert_order
from gateway.orders.return_url import read_return_url
from gateway.processors.choose import require_processor
from gateway.tenancy.model import Caller
from gateway.validation import validate


async def create_order(
    tx: Connection, caller: Caller, body: dict[str, Any], *, default_capture: Capture, now: datetime
) -> Order:
    """Validate the body (`NewOrder`), store the order and return it. Raises `BadRequest`, `ProcessorRequired`."""
    order = new_order(caller, body, default_capture, now)
    await require_processor(tx, caller)
    await insert_order(tx, order)
    return order


def new_order(caller: Caller, body: dict[str, Any], default_capture: Capture, now: datetime) -> Order:
    """The order that the body (`NewOrder`) asks for. Raises `BadRequest`."""
    new = validate(NewOrder, body)
    return_url = read_return_url(new.return_url, caller.mode)
    return Order(
        id=new_id("order"),
        merchant_id=caller.merchant_id,
        mode=caller.mode,
        amount=new.amount,
        currency=new.currency,
        receipt=new.receipt,
        notes=new.notes or {},
        capture=new.capture or default_capture,
        status="created",
        created_at=now,
        updated_at=now,
        return_url=return_url,
    )
