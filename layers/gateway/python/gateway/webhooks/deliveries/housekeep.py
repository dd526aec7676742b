"""What the webhooks process does beside delivering: end what cannot be sent, work off recoveries."""

import time
from typing import Final

from gateway.database import Connection, Database
from gateway.webhooks.recoveries.queries import advance_recovery

_BUDGET_SECONDS: Final = 3.0
_ABANDONED_AT_ONCE: Final = 5_000


async def housekeep_webhooks(database: Database) -> int:
    """One round, of a few seconds at most. Returns how many deliveries became due. May be cut off anywhere."""
    async with database.connection(None) as tx:
        while await abandon_deliveries(tx) == _ABANDONED_AT_ONCE:
            pass
    due = 0
    ends_at = time.monotonic() + _BUDGET_SECONDS
    while time.monotonic() < ends_at:
        async with database.connection(None) as tx:
            step = await advance_recovery(tx)
        if step is None:
            break
        due += step
    return due


async def abandon_deliveries(tx: Connection) -> int:
    """End what waits for an endpoint that is disabled or deleted, as failed: `recover` can bring it back.

    A skip scan, as in the claim: one step per endpoint that has anything pending. What is being
    attempted at the moment is left to its attempt.
    """
    cursor = await tx.execute(
        f"""
        WITH RECURSIVE visited AS (
            (SELECT endpoint_id FROM deliveries WHERE status = 'pending' ORDER BY endpoint_id LIMIT 1)
            UNION ALL
            SELECT n.endpoint_id FROM visited v CROSS JOIN LATERAL (
                SELECT d.endpoint_id FROM deliveries d
                WHERE d.status = 'pending' AND d.endpoint_id > v.endpoint_id ORDER BY d.endpoint_id LIMIT 1) n
        ),
        abandoned AS (
            UPDATE deliveries d
            SET status = 'failed', error_class = 'disabled', due_at = NULL, next_attempt_at = NULL,
                lease_token = NULL
            WHERE d.id = ANY (ARRAY(
                SELECT p.id
                FROM visited v
                JOIN webhook_endpoints w ON w.id = v.endpoint_id AND w.status = 'disabled'
                CROSS JOIN LATERAL (
                    SELECT q.id FROM deliveries q
                    WHERE q.endpoint_id = v.endpoint_id AND q.status = 'pending'
                      AND (q.lease_token IS NULL OR q.due_at <= now())
                    LIMIT {_ABANDONED_AT_ONCE} FOR UPDATE SKIP LOCKED) p
                LIMIT {_ABANDONED_AT_ONCE}))
            RETURNING 1
        ),
        counted AS (
            UPDATE job_counters SET failed = failed + (SELECT count(*) FROM abandoned)
            WHERE kind = 'webhooks' AND EXISTS (SELECT 1 FROM abandoned)
        )
        SELECT count(*) FROM abandoned
        """.encode()  # noqa: S608
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])
