"""Statements on trials: each by an index, whatever the merchant has."""

from typing import Any, Final

from psycopg.rows import dict_row

from gateway.database import Connection
from gateway.orders.queries import SEEN
from gateway.processors.accounts.model import Account
from gateway.trials.model import Facts, receipt_of

_FACTS: Final = f"""
WITH tried AS MATERIALIZED (
    SELECT id, amount, currency, status, created_at FROM {SEEN}
    WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND receipt_lower = searched(%(receipt)s::text)
    ORDER BY created_at DESC, id DESC LIMIT 1
),
paid AS MATERIALIZED (
    SELECT p.id, p.status, p.account_id, p.amount_captured, p.amount_refunded, p.capture_status, p.authorized_at,
           p.error_code, p.error_description, p.review_reason
    FROM tried o JOIN payments p ON p.order_id = o.id AND p.merchant_id = %(merchant_id)s AND p.mode = %(mode)s
    ORDER BY p.created_at DESC, p.id DESC LIMIT 1
)
SELECT
    (SELECT ROW_TO_JSON(o) FROM tried o) AS "order",
    (SELECT ROW_TO_JSON(p) FROM paid p) AS payment,
    (SELECT JSON_AGG(ROW_TO_JSON(one)) FROM (
        SELECT o.key, o.kind, o.reference, o.outcome, o.updated_at
        FROM paid p JOIN processor_operations o ON o.payment_id = p.id AND o.account_id = %(id)s
        ORDER BY o.created_at DESC, o.key DESC LIMIT 20) one) AS operations,
    (SELECT ROW_TO_JSON(one) FROM (
        SELECT n.type, n.received_at FROM paid p
        JOIN processor_notices n ON n.payment_id = p.id AND n.account_id = %(id)s
        ORDER BY n.received_at LIMIT 1) one) AS notice,
    (SELECT ROW_TO_JSON(one) FROM (
        SELECT r.id, r.status, r.error_code, r.error_description, r.review_reason, r.created_at, r.processed_at
        FROM paid p JOIN refunds r ON r.payment_id = p.id
        ORDER BY r.created_at DESC, r.id DESC LIMIT 1) one) AS refund
"""  # noqa: S608 - a constant


async def select_facts(tx: Connection, account: Account) -> Facts | None:
    """What there is of the account's newest trial; None: it was never tried."""
    cursor = tx.cursor(row_factory=dict_row)
    receipt: dict[str, Any] = {"receipt": receipt_of(account.id), "id": account.id}
    await cursor.execute(_FACTS, receipt | {"merchant_id": account.merchant_id, "mode": account.mode})
    row = await cursor.fetchone()
    if row is None or row["order"] is None:
        return None
    return Facts(row["order"], row["payment"], row["operations"] or [], row["notice"], row["refund"])
