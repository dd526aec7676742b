"""The list of orders."""

from dataclasses import replace
from typing import Final, get_args

from gateway.ids import is_id
from gateway.orders.model import Order, OrderStatus
from gateway.orders.queries import COLUMNS, SEEN
from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, equals, one_of, search, starts_with
from gateway.pages.model import Condition, Listing


def _find(text: str) -> Condition:
    return equals("id", text) if is_id(text, "order") else starts_with("receipt", text)


_STATUS: Final = one_of("status", get_args(OrderStatus), "Only orders in this state.")
# Two ways, each by an index: what is written, and the orders of payments that are in work. (An OR of both would be
# in the order of no index; and no estimate may have all orders without a payment read in search of these.)
_ATTEMPTED: Final = (
    f"SELECT {COLUMNS} FROM (SELECT * FROM orders WHERE status = 'attempted') AS orders",  # noqa: S608
    f"""
    SELECT {COLUMNS} FROM (
        SELECT o.id, p.merchant_id, p.mode, o.amount, o.currency, o.receipt, o.receipt_lower, o.notes, o.capture,
               'attempted' AS status, o.created_at, p.created_at AS updated_at, o.return_url
        FROM payments p
        CROSS JOIN LATERAL (SELECT * FROM orders WHERE id = p.order_id AND status = 'created' OFFSET 0) AS o
        WHERE p.status = 'pending' AND (p.work IS NOT NULL OR p.review_reason IS NOT NULL)
    ) AS orders""",  # noqa: S608 - constants
)
_CONDITIONS: Final = {
    "created": Condition("written_status = 'created' AND payments = 0", {}),
    "attempted": Condition("true", {}, _ATTEMPTED),
    "paid": Condition("written_status = 'paid'", {}),
}


def _read_status(text: str) -> Condition:
    _STATUS.read(text)
    return _CONDITIONS[text]


ORDERS: Final = Listing(
    name="orders",
    select=f"SELECT {COLUMNS} FROM {SEEN}",  # noqa: S608 - a constant
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
        replace(_STATUS, read=_read_status),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
        search("An order's id, or how its receipt begins (upper or lower case).", _find),
    ),
)
