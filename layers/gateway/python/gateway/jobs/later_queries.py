"""Statements on when work falls due and when the next delayed hint comes."""

from typing import Final

from gateway.database import Connection
from gateway.jobs.model import Kind
from gateway.payments.work_model import refused_reason

# Each reads the first entry of the index of due work.
_NEXT_DUE: Final[dict[Kind, str]] = {
    "payments": "SELECT extract(epoch FROM min(due_at) - now()) FROM payments WHERE work IS NOT NULL",
    # What waits for its payment's capture is not due: that capture's end is nobody's to foretell.
    "refunds": """
        SELECT extract(epoch FROM r.due_at - now()) FROM refunds r JOIN payments p ON p.id = r.payment_id
        WHERE r.work IS NOT NULL AND p.work IS NULL AND (p.review_reason IS NULL OR p.review_reason = %(refused)s)
        ORDER BY r.due_at LIMIT 1
        """,
    # One entry per endpoint. What an open breaker or a disabled endpoint holds back is not due.
    "webhooks": """
        WITH RECURSIVE visited AS (
            (SELECT endpoint_id, due_at FROM deliveries WHERE status = 'pending'
             ORDER BY endpoint_id, due_at LIMIT 1)
            UNION ALL
            SELECT n.endpoint_id, n.due_at FROM visited v CROSS JOIN LATERAL (
                SELECT d.endpoint_id, d.due_at FROM deliveries d
                WHERE d.status = 'pending' AND d.endpoint_id > v.endpoint_id
                ORDER BY d.endpoint_id, d.due_at LIMIT 1) n
        )
        SELECT extract(epoch FROM min(GREATEST(v.due_at, h.open_until)) - now())
        FROM visited v JOIN webhook_endpoints e ON e.id = v.endpoint_id AND e.status = 'enabled'
        LEFT JOIN endpoint_health h ON h.endpoint_id = v.endpoint_id
        """,
}


async def select_seconds_until_due(tx: Connection, kind: Kind) -> float | None:
    """Seconds until the first item of the kind falls due, negative when it is overdue; None: nothing waits."""
    parameters = {"refused": refused_reason("capture")} if kind == "refunds" else None
    cursor = await tx.execute(_NEXT_DUE[kind].encode(), parameters)
    row = await cursor.fetchone()
    return None if row is None or row[0] is None else float(row[0])


async def claim_next_hint(tx: Connection, kind: Kind, seconds: float) -> bool:
    """Whether the caller is the one to send a hint that comes in `seconds`: none comes by then."""
    cursor = await tx.execute(
        """
        UPDATE job_counters SET next_hint_at = now() + make_interval(secs => %(seconds)s)
        WHERE kind = %(kind)s
          AND (next_hint_at IS NULL OR next_hint_at <= now()
               OR next_hint_at > now() + make_interval(secs => %(seconds)s + 1))
        """,
        {"kind": kind, "seconds": seconds},
    )
    return cursor.rowcount == 1
