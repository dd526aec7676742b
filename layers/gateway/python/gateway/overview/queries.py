"""Statements of the overview. Each reads one span of one merchant through the index of its list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row, dict_row

from gateway.database import Connection
from gateway.overview.model import Span
from gateway.processors.notices.queries import SILENT
from gateway.tenancy.model import Caller


@dataclass(frozen=True, slots=True)
class PaymentSum:
    """Payments of one step with one currency and status. Amounts in minor units."""

    step: int
    currency: str
    status: str
    count: int
    captured: int
    refunded: int


async def sum_payments(tx: Connection, caller: Caller, span: Span) -> list[PaymentSum]:
    """Counts and sums by step (from 1), currency and status, of payments before the span's end."""
    cursor = tx.cursor(row_factory=class_row(PaymentSum))
    await cursor.execute(
        """
        SELECT width_bucket(created_at, %(edges)s::timestamptz[]) AS step, currency, status, count(*) AS count,
               sum(CASE WHEN capture_status = 'pending' THEN 0 ELSE amount_captured END)::bigint AS captured,
               sum(amount_refunded)::bigint AS refunded
        FROM payments
        WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND created_at >= %(since)s
          AND created_at <= %(until)s
        GROUP BY 1, 2, 3
        """,
        {"edges": list(span.edges), "since": span.edges[0], "until": span.until, **_owner(caller)},
    )
    return await cursor.fetchall()


async def count_failures(tx: Connection, caller: Caller, since: datetime) -> list[dict[str, Any]]:
    """Failed payments by error code, the most frequent first."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT error_code, min(error_description) AS description, count(*) AS count FROM payments
        WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND status = 'failed' AND created_at >= %(since)s
        GROUP BY error_code ORDER BY count DESC, error_code LIMIT 8
        """,
        {"since": since, **_owner(caller)},
    )
    return await cursor.fetchall()


async def count_deliveries(tx: Connection, caller: Caller, since: datetime, now: datetime) -> dict[str, int]:
    """Deliveries by status, and how many of the pending ones are late; test events are none of them."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT count(*) FILTER (WHERE status = 'success') AS success,
               count(*) FILTER (WHERE status = 'failed') AS failed,
               count(*) FILTER (WHERE status = 'pending') AS pending,
               count(*) FILTER (WHERE status = 'pending'
                   AND (attempts > 0 OR created_at < %(now)s - interval '1 minute')) AS late
        FROM deliveries
        WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND created_at >= %(since)s
          AND event_type <> 'webhook.test'
        """,
        {"since": since, "now": now, **_owner(caller)},
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def select_attention(tx: Connection, caller: Caller, now: datetime) -> dict[str, int]:
    """How many things wait for a person, by kind. All through small partial indexes."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        f"""
        SELECT
            (SELECT count(*) FROM payments WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND review_reason IS NOT NULL) AS payments_in_review,
            (SELECT count(*) FROM refunds WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND review_reason IS NOT NULL)
            + (SELECT count(*) FROM refund_cap_reviews WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND settled_at IS NULL AND updated_at > %(now)s - interval '30 days') AS refunds_in_review,
            (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE merchant_id = %(merchant_id)s
                AND mode = %(mode)s AND status = 'failed' AND event_type <> 'webhook.test'
                AND created_at > %(now)s - interval '7 days' LIMIT 10000) AS f) AS failed_deliveries,
            (SELECT count(*) FROM webhook_endpoints e JOIN endpoint_health h ON h.endpoint_id = e.id
                WHERE e.merchant_id = %(merchant_id)s AND e.mode = %(mode)s AND e.status = 'enabled'
                AND h.open_until IS NOT NULL) AS paused_endpoints,
            (SELECT count(*) FROM (SELECT 1 FROM webhook_endpoints e
                JOIN endpoint_health h ON h.endpoint_id = e.id AND h.open_until IS NOT NULL
                JOIN deliveries d ON d.endpoint_id = e.id AND d.status = 'pending'
                WHERE e.merchant_id = %(merchant_id)s AND e.mode = %(mode)s AND e.status = 'enabled'
                LIMIT 10000) AS p) AS paused_deliveries,
            (SELECT count(*) FROM webhook_endpoints WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND status = 'disabled' AND url IS NOT NULL AND deleted_at IS NULL) AS disabled_endpoints,
            (SELECT count(*) FROM payments WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND expires_at < %(now)s + interval '24 hours' AND status = 'success'
                AND NOT captured) AS expiring_authorizations,
            (SELECT count(*) FROM unexpected_money WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND status IN ('kept', 'review')) AS unexpected_payments,
            (SELECT count(*) FROM disputes WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND status = 'needs_response') AS open_disputes,
            (SELECT count(*) FROM (SELECT 1 FROM processor_notices WHERE merchant_id = %(merchant_id)s
                AND mode = %(mode)s AND review_reason IS NOT NULL LIMIT 10000) AS n) AS unknown_notices,
            (SELECT count(*) FROM processor_accounts a
                WHERE a.merchant_id = %(merchant_id)s AND a.mode = %(mode)s AND {SILENT}) AS silent_accounts
        """,  # noqa: S608 - a constant
        {"now": now, **_owner(caller)},
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def select_progress(tx: Connection, caller: Caller) -> dict[str, bool]:
    """Which first steps the merchant has taken."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT
            EXISTS (SELECT 1 FROM orders WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s) AS "order",
            EXISTS (SELECT 1 FROM payments WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND status = 'success') AS payment,
            EXISTS (SELECT 1 FROM webhook_endpoints WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND url IS NOT NULL) AS endpoint,
            EXISTS (SELECT 1 FROM deliveries WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND status = 'success') AS delivery,
            EXISTS (SELECT 1 FROM refunds WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                AND status = 'processed') AS refund,
            EXISTS (SELECT 1 FROM api_keys WHERE merchant_id = %(merchant_id)s AND mode = 'live'
                AND revoked_at IS NULL) AS live_key
        """,
        _owner(caller),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


def _owner(caller: Caller) -> dict[str, Any]:
    return {"merchant_id": caller.merchant_id, "mode": caller.mode}
