"""What is proven of an account: the newest of each that its processor has said about our own payments there."""

from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row

from gateway.clock import iso, iso_or_none
from gateway.database import Connection
from gateway.processors.accounts.model import Account
from gateway.processors.transcript import Call

LOOKED_AT: Final = 500
"""Of the account's newest payments: what the statement costs is bound by this, however old the account is."""

MOST_CHECK_CALLS: Final = 5
"""Exchanges of one check that are kept."""

# Rows of ours that a processor's answer has made: a payment's success, a capture's and a refund's yes; and a
# notice, which was signed with the account's secret.
_PROOF: Final = """
WITH recent AS MATERIALIZED (
    SELECT id, amount, currency, status, authorized_at, processor_reference, amount_captured, capture_status
    FROM payments WHERE account_id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s
    ORDER BY created_at DESC LIMIT %(limit)s
)
SELECT
    (SELECT check_calls FROM processor_accounts
     WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s) AS calls,
    (SELECT ROW_TO_JSON(one) FROM (
        SELECT id AS payment_id, amount, currency, processor_reference AS reference, authorized_at AS at
        FROM recent WHERE authorized_at IS NOT NULL ORDER BY authorized_at DESC LIMIT 1) one) AS payment,
    (SELECT ROW_TO_JSON(one) FROM (
        SELECT p.id AS payment_id, p.amount_captured AS amount, p.currency,
               COALESCE(o.reference, p.processor_reference) AS reference,
               COALESCE(o.updated_at, p.authorized_at) AS at
        FROM recent p LEFT JOIN processor_operations o
          ON o.payment_id = p.id AND o.account_id = %(id)s AND o.kind = 'capture' AND o.outcome = 'approved'
        WHERE p.status = 'success' AND p.amount_captured > 0 AND p.capture_status IS DISTINCT FROM 'pending'
        ORDER BY at DESC NULLS LAST LIMIT 1) one) AS capture,
    (SELECT ROW_TO_JSON(one) FROM (
        SELECT r.payment_id, r.id AS refund_id, r.amount, r.currency, o.reference, r.processed_at AS at
        FROM recent p JOIN refunds r ON r.payment_id = p.id AND r.status = 'processed'
        LEFT JOIN processor_operations o ON o.payment_id = p.id AND o.key = r.id || ':refund'
        ORDER BY r.processed_at DESC LIMIT 1) one) AS refund,
    (SELECT ROW_TO_JSON(one) FROM (
        SELECT n.payment_id, n.type, n.received_at AS at
        FROM recent p JOIN processor_notices n ON n.payment_id = p.id AND n.account_id = %(id)s
        ORDER BY n.received_at DESC LIMIT 1) one) AS notice
"""


def shown_call(call: Call) -> dict[str, Any]:
    """An exchange as people see it: redacted when it was noted."""
    return {
        "at": iso(call.started_at),
        "method": call.method,
        "path": call.path[:500],
        "request": call.request,
        "response_code": call.status,
        "response": call.response,
        "duration_ms": call.duration_ms,
        "error": call.error and call.error[:500],
    }


async def read_proof(tx: Connection, account: Account) -> dict[str, Any]:
    """The last check's exchanges; the last payment, capture, refund and notice, null where there was none among
    the `LOOKED_AT` newest payments. One statement."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        _PROOF,
        {"id": account.id, "merchant_id": account.merchant_id, "mode": account.mode, "limit": LOOKED_AT},
    )
    row = await cursor.fetchone()
    assert row is not None
    return {
        "account_id": account.id,
        "checked_at": iso_or_none(account.checked_at),
        "problem": account.problem,
        "checks": row["calls"] or [],
        **{name: _told(row[name]) for name in ("payment", "capture", "refund", "notice")},
    }


def _told(fact: dict[str, Any] | None) -> dict[str, Any] | None:
    """A fact with its moment as the API writes it: Postgres has made JSON of it."""
    if fact is None:
        return None
    return fact | {"at": iso_or_none(fact["at"] and datetime.fromisoformat(fact["at"]))}
