"""The list of orders."""

from typing import Final, get_args

from gateway.ids import is_id
from gateway.orders.model import Order, OrderStatus
from gateway.orders.queries import COLUMNS
from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, equals, one_of, search, starts_with
from gateway.pages.model import Condition, Listing


def _find(text: str) -> Condition:
    return equals("id", text) if is_id(text, "order") else starts_with("receipt", text)


ORDERS: Final = Listing(
    name="orders",
    select=f"SELECT {COLUMNS} FROM orders",  # noqa: S608 - a constant
    row=Order,
    columns=(
        "id",
        "amount",
        "currency",
        "receipt",
        "notes",
        "capture",
        "status",
        "created_at",
        "updated_at",
    ),
    money=("amount",),
    filters=(
        one_of("status", get_args(OrderStatus), "Only orders in this state."),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
        search("An order's id, or how its receipt begins (upper or lower case).", _find),
    ),
)
