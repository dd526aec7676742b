"""Statements on recoveries. All walk a merchant's events in the order of the feed: `events_by_merchant`
has `created_at` in it, so rows outside the range are passed without being read."""

from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row

from gateway.database import Connection
from gateway.tenancy.model import Caller

_STEP: Final = 500
"""Events of one step: some 20 ms, so that a cancel takes effect at once."""

_COLUMNS: Final = (
    "id, endpoint_id, since, until, events, wants_failed, wants_missing, wants_success, status, total, "
    "scheduled, created_at, finished_at"
)

# Which endpoint wants event `e` of recovery `r`. A test event was meant for one endpoint only. Without a
# named endpoint, an endpoint is not sent what happened before it was there.
_WANTED_BY: Final = """
    w.merchant_id = r.merchant_id AND w.mode = r.mode AND w.status = 'enabled'
    AND (w.id = r.endpoint_id OR (r.endpoint_id IS NULL AND w.created_at <= e.created_at))
    AND (w.events IS NULL OR e.type = ANY (w.events)) AND w.id <> e.object_id
"""
_IN_RANGE: Final = """
    e.merchant_id = r.merchant_id AND e.mode = r.mode AND e.created_at >= r.since AND e.created_at < r.until
    AND (r.events IS NULL OR e.type = ANY (r.events)) AND e.type <> 'webhook.test'
"""


async def count_targets(tx: Connection, values: dict[str, Any]) -> int:
    """How many deliveries a recovery with these values would make due, counted up to `counted`."""
    cursor = await tx.execute(
        f"""
        WITH r AS (
            SELECT %(merchant_id)s::uuid AS merchant_id, %(mode)s::text AS mode,
                   %(endpoint_id)s::text AS endpoint_id, %(since)s::timestamptz AS since,
                   %(until)s::timestamptz AS until, %(events)s::text[] AS events
        )
        SELECT count(*) FROM (
            SELECT 1
            FROM r JOIN events e ON {_IN_RANGE} JOIN webhook_endpoints w ON {_WANTED_BY}
            LEFT JOIN deliveries d ON d.event_id = e.id AND d.endpoint_id = w.id
            WHERE CASE WHEN d.id IS NULL THEN %(wants_missing)s WHEN d.status = 'failed' THEN %(wants_failed)s
                       WHEN d.status = 'success' THEN %(wants_success)s ELSE false END
            LIMIT %(counted)s) found
        """.encode(),  # noqa: S608
        values,
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def insert_recovery(tx: Connection, values: dict[str, Any]) -> None:
    """Add a recovery that is to be worked off."""
    await tx.execute(
        """
        INSERT INTO webhook_recoveries (id, merchant_id, mode, endpoint_id, since, until, events, wants_failed,
                                        wants_missing, wants_success, total, created_at)
        VALUES (%(id)s, %(merchant_id)s, %(mode)s, %(endpoint_id)s, %(since)s, %(until)s, %(events)s,
                %(wants_failed)s, %(wants_missing)s, %(wants_success)s, %(total)s, %(now)s)
        """,
        values,
    )


async def select_recovery(tx: Connection, caller: Caller, recovery_id: str) -> dict[str, Any] | None:
    """The caller's recovery with this id."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM webhook_recoveries WHERE id = %s AND merchant_id = %s AND mode = %s".encode(),  # noqa: S608
        (recovery_id, caller.merchant_id, caller.mode),
    )
    return await cursor.fetchone()


async def select_recoveries(tx: Connection, caller: Caller) -> list[dict[str, Any]]:
    """The caller's latest twenty recoveries."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        f"""
        SELECT {_COLUMNS} FROM webhook_recoveries WHERE merchant_id = %s AND mode = %s
        ORDER BY created_at DESC, id DESC LIMIT 20
        """.encode(),  # noqa: S608
        (caller.merchant_id, caller.mode),
    )
    return await cursor.fetchall()


async def cancel(tx: Connection, recovery_id: str, now: datetime) -> None:
    """End a running recovery."""
    await tx.execute(
        """
        UPDATE webhook_recoveries SET status = 'cancelled', finished_at = %s WHERE id = %s AND status = 'running'
        """,
        (now, recovery_id),
    )


_ADVANCE: Final = f"""
WITH r AS (
    SELECT * FROM webhook_recoveries WHERE status = 'running'
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
),
page AS (
    SELECT e.* FROM r CROSS JOIN LATERAL (
        SELECT * FROM events e
        WHERE {_IN_RANGE} AND (e.era, e.xact, e.position) > (r.era, r.xact, r.position)
        ORDER BY e.era, e.xact, e.position LIMIT {_STEP}) e
),
targets AS (
    SELECT e.id AS event_id, w.id AS endpoint_id, e.type, e.created_at, w.merchant_id, w.mode
    FROM r CROSS JOIN page e JOIN webhook_endpoints w ON {_WANTED_BY}
),
restarted AS (
    UPDATE deliveries d
    SET status = 'pending', attempts = 0, claims = 0, due_at = now(), next_attempt_at = now(), lease_token = NULL
    FROM targets t CROSS JOIN r
    WHERE d.event_id = t.event_id AND d.endpoint_id = t.endpoint_id
      AND ((d.status = 'failed' AND r.wants_failed) OR (d.status = 'success' AND r.wants_success))
    RETURNING 1
),
created AS (
    INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type, created_at,
                            next_attempt_at, due_at)
    SELECT gen_random_uuid(), t.merchant_id, t.mode, t.event_id, t.endpoint_id, t.type, t.created_at, now(), now()
    FROM targets t CROSS JOIN r WHERE r.wants_missing
    ON CONFLICT (event_id, endpoint_id) DO NOTHING
    RETURNING 1
),
last AS (
    SELECT era, xact, position FROM page ORDER BY era DESC, xact DESC, position DESC LIMIT 1
)
UPDATE webhook_recoveries w
SET scheduled = w.scheduled + (SELECT count(*) FROM restarted) + (SELECT count(*) FROM created),
    era = COALESCE((SELECT era FROM last), w.era),
    xact = COALESCE((SELECT xact FROM last), w.xact),
    position = COALESCE((SELECT position FROM last), w.position),
    status = CASE WHEN (SELECT count(*) FROM page) < {_STEP} THEN 'completed' ELSE 'running' END,
    finished_at = CASE WHEN (SELECT count(*) FROM page) < {_STEP} THEN now() END
FROM r WHERE w.id = r.id
RETURNING (SELECT count(*) FROM restarted) + (SELECT count(*) FROM created)
"""  # noqa: S608 - a constant


async def advance_recovery(tx: Connection) -> int | None:
    """One step of the oldest running recovery: how many deliveries became due; None if there is none."""
    cursor = await tx.execute(_ADVANCE)
    row = await cursor.fetchone()
    return None if row is None else int(row[0])
