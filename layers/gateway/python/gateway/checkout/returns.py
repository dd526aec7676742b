"""Where a shopper's page may have the shopper led afterwards."""

from typing import Any

from gateway.checkout.model import origin_allowed
from gateway.checkout.queries import select_settings
from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.orders.model import Order
from gateway.orders.return_url import read_return_url
from gateway.origins import origin_of


async def check_return(tx: Connection, order: Order, body: dict[str, Any]) -> None:
    """To the order's own address, or to an origin that the merchant has listed: a stranger who knows the order may
    not have its shopper led to a page of his. Raises `BadRequest`."""
    value = read_return_url(body.get("return_url"), order.mode)
    if value is None or value == order.return_url:
        return
    settings = await select_settings(tx, order.merchant_id, order.mode)
    if not _is_allowed(value, order.mode, settings.allowed_origins):
        raise BadRequest("return_url must be at one of the checkout's allowed_origins", field="return_url")


def _is_allowed(url: str, mode: str, allowed: list[str]) -> bool:
    scheme, _, rest = url.partition("://")
    host = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    try:
        return origin_allowed(origin_of(f"{scheme}://{host}"), mode, allowed)
    except ValueError:
        return False
