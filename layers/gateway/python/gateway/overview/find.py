"""Find a record by whatever a person has at hand: any id, an order's receipt, a VPA, a card's last digits."""

from typing import Any, Final

from psycopg.rows import dict_row

from gateway.database import Connection
from gateway.ids import is_id
from gateway.orders.queries import SEEN
from gateway.tenancy.model import Caller

_LIMIT: Final = 6
_OWNED: Final = "merchant_id = %(merchant_id)s AND mode = %(mode)s"
_PAYMENT: Final = (
    "SELECT 'payment' AS kind, id, order_id AS parent_id, id AS title, status, amount, currency, created_at "
    "FROM payments"
)
_ORDER: Final = f"""
SELECT 'order' AS kind, id, NULL AS parent_id, COALESCE(receipt, id) AS title, status, amount, currency, created_at
FROM {SEEN}"""  # noqa: S608 - a constant
_REFUND: Final = (
    "SELECT 'refund' AS kind, id, payment_id AS parent_id, id AS title, status, amount, currency, created_at "
    "FROM refunds"
)
_EVENT: Final = (
    "SELECT 'event' AS kind, id, object_id AS parent_id, type AS title, NULL AS status, NULL::bigint AS amount, "
    "NULL AS currency, created_at FROM events"
)
_DISPUTE: Final = (
    "SELECT 'dispute' AS kind, id, payment_id AS parent_id, id AS title, status, amount, currency, created_at "
    "FROM disputes"
)
_UNEXPECTED: Final = (
    "SELECT 'unexpected' AS kind, id, payment_id AS parent_id, id AS title, status, amount, currency, "
    "created_at FROM unexpected_money"
)
_BY_ID: Final = {
    "pay": _PAYMENT, "order": _ORDER, "rfnd": _REFUND, "evt": _EVENT, "disp": _DISPUTE, "unex": _UNEXPECTED,
}  # fmt: skip


async def find_records(tx: Connection, caller: Caller, text: str) -> list[dict[str, Any]]:
    """At most a handful, the likeliest kind first. Uses indexes only: ids exactly, other texts by prefix."""
    for prefix, statement in _BY_ID.items():
        if is_id(text, prefix):
            return await _select(tx, caller, f"{statement} WHERE {_OWNED} AND id = %(text)s", text)
    orders = f"{_ORDER} WHERE {_OWNED} AND {_prefix('receipt')} LIMIT {_LIMIT}"
    payments = f"{_PAYMENT} WHERE {_OWNED} AND {_prefix('vpa')} LIMIT {_LIMIT}"
    found = await _select(tx, caller, orders, text) + await _select(tx, caller, payments, text)
    if len(text) == 4 and text.isascii() and text.isdigit():
        cards = f"{_PAYMENT} WHERE {_OWNED} AND card_last4 = %(text)s ORDER BY created_at DESC LIMIT {_LIMIT}"
        found += await _select(tx, caller, cards, text)
    return found


def _prefix(column: str) -> str:
    return f"{column}_lower ^@ searched(%(text)s::text)"


async def _select(tx: Connection, caller: Caller, statement: str, text: str) -> list[dict[str, Any]]:
    cursor = tx.cursor(row_factory=dict_row)
    parameters = {"merchant_id": caller.merchant_id, "mode": caller.mode, "text": text}
    await cursor.execute(statement.encode(), parameters, prepare=False)
    return await cursor.fetchall()
