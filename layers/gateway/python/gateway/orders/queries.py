"""Statements on orders."""

from typing import Any, Final

from psycopg.types.json import Jsonb

from gateway.database import Connection
from gateway.database.rows import rows_as
from gateway.orders.model import Order
from gateway.orders.terms import OrderToPay
from gateway.tenancy.model import Caller

COLUMNS: Final = (
    "id, merchant_id, mode, amount, currency, receipt, notes, capture, status, created_at, updated_at, return_url"
)
_ORDER: Final = rows_as(Order, COLUMNS)

# An order is written when it is made, and when a payment of it is pending no more: `created` with a payment is
# `attempted`, since that payment was made. (Two aggregates, as Postgres may turn one into a walk over the newest
# payments.)
SEEN: Final = """(
    SELECT o.id, o.merchant_id, o.mode, o.amount, o.currency, o.receipt, o.receipt_lower, o.notes, o.capture,
           CASE WHEN tried.payments > 0 THEN 'attempted' ELSE o.status END AS status,
           o.created_at, COALESCE(tried.first_at, o.updated_at) AS updated_at, o.return_url,
           o.status AS written_status, tried.payments
    FROM orders o CROSS JOIN LATERAL (
        SELECT count(*) AS payments, min(p.created_at) AS first_at
        FROM payments p WHERE p.order_id = o.id AND o.status = 'created'
    ) AS tried
) AS orders"""
"""Orders as they are shown: in the place of the table's name in a `FROM`."""

INSERT_ORDER: Final = """
INSERT INTO orders
    (id, merchant_id, mode, amount, currency, receipt, receipt_lower, notes, capture, status,
     created_at, updated_at, return_url)
VALUES (%(id)s, %(merchant_id)s, %(mode)s, %(amount)s, %(currency)s, %(receipt)s, searched(%(receipt)s::text),
        %(notes)s, %(capture)s, %(status)s, %(created_at)s, %(updated_at)s, %(return_url)s)
"""
"""`receipt_lower` as its trigger would write it: to call that costs a tenth of the statement."""


async def insert_order(tx: Connection, order: Order) -> None:
    """Add an order."""
    await tx.execute(
        INSERT_ORDER,
        {
            "id": order.id,
            "merchant_id": order.merchant_id,
            "mode": order.mode,
            "amount": order.amount,
            "currency": order.currency,
            "receipt": order.receipt,
            "notes": Jsonb(order.notes),
            "capture": order.capture,
            "status": order.status,
            "created_at": order.created_at,
            "updated_at": order.updated_at,
            "return_url": order.return_url,
        },
    )


async def select_order(tx: Connection, caller: Caller, order_id: str) -> Order | None:
    """The caller's order with this id."""
    cursor = tx.cursor(row_factory=_ORDER)
    await cursor.execute(
        f"SELECT {COLUMNS} FROM {SEEN} WHERE id = %s AND merchant_id = %s AND mode = %s",  # noqa: S608
        (order_id, caller.merchant_id, caller.mode),
    )
    return await cursor.fetchone()


SELECT_ORDERS: Final = f"""
SELECT {COLUMNS} FROM {SEEN} WHERE id = ANY (%(ids)s) AND merchant_id = %(merchant_id)s AND mode = %(mode)s
"""  # noqa: S608 - constants


async def select_orders(tx: Connection, caller: Caller, order_ids: list[str]) -> dict[str, Order]:
    """The caller's orders with these ids, by id."""
    cursor = tx.cursor(row_factory=_ORDER)
    given = {"ids": order_ids, "merchant_id": caller.merchant_id, "mode": caller.mode}
    await cursor.execute(SELECT_ORDERS, given)
    return {order.id: order for order in await cursor.fetchall()}


async def select_references(tx: Connection, caller: Caller, order_ids: list[str]) -> dict[str, dict[str, Any]]:
    """`receipt` and `notes` of the caller's orders with these ids, by id."""
    cursor = await tx.execute(
        "SELECT id, receipt, notes FROM orders WHERE id = ANY (%s) AND merchant_id = %s AND mode = %s",
        (order_ids, caller.merchant_id, caller.mode),
    )
    return {row[0]: {"receipt": row[1], "notes": row[2]} for row in await cursor.fetchall()}


_ORDER_COLUMNS: Final = len(COLUMNS.split(", "))
_OF_ORDER: Final = ", ".join(f"o.{column}" for column in COLUMNS.split(", "))

# One statement, as it stands in the way of every payment. No row of settings: the defaults, and no end.
# Whether there are routes is asked along: a merchant who has none pays for no second statement. Nobody asks this
# order for its state, so that it is the written one.
_TO_PAY: Final = f"""
SELECT {_OF_ORDER}, coalesce(s.methods, '{{card,upi}}'), s.order_seconds,
       EXISTS (SELECT 1 FROM processor_routes r WHERE r.merchant_id = o.merchant_id AND r.mode = o.mode)
FROM orders o LEFT JOIN checkout_settings s ON s.merchant_id = o.merchant_id AND s.mode = o.mode
WHERE o.id = %s AND o.merchant_id = %s AND o.mode = %s
"""  # noqa: S608 - constants


async def select_order_to_pay(tx: Connection, caller: Caller, order_id: str) -> OrderToPay | None:
    """The caller's order with this id, and how it may be paid."""
    cursor = await tx.execute(_TO_PAY, (order_id, caller.merchant_id, caller.mode))
    row = await cursor.fetchone()
    if row is None:
        return None
    methods, order_seconds, has_routes = row[_ORDER_COLUMNS:]
    extensions = 0
    if order_seconds is not None:
        cursor = await tx.execute("SELECT count FROM checkout_extensions WHERE order_id = %s", (order_id,))
        extensions = (await cursor.fetchone() or (0,))[0]
    return OrderToPay(Order(*row[:_ORDER_COLUMNS]), methods, order_seconds, extensions, has_routes)
