"""Statements on endpoints."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.tenancy.model import Caller, Mode
from gateway.webhooks.endpoints.model import WAITING_LIMIT, Endpoint, Health

COLUMNS: Final = (
    "id, merchant_id, mode, is_default, url, description, events, status, disabled_reason, disabled_at, "
    "secret, previous_secret, previous_secret_expires_at, headers, rate_limit, sequence, created_at, updated_at"
)


async def select_default_endpoint(tx: Connection, caller: Caller) -> Endpoint | None:
    """The endpoint behind /webhooks/config."""
    cursor = tx.cursor(row_factory=class_row(Endpoint))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM webhook_endpoints WHERE merchant_id = %s AND mode = %s AND is_default",  # noqa: S608
        (caller.merchant_id, caller.mode),
    )
    return await cursor.fetchone()


async def select_endpoint(tx: Connection, caller: Caller, endpoint_id: str) -> Endpoint | None:
    """The caller's endpoint with this id."""
    cursor = tx.cursor(row_factory=class_row(Endpoint))
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM webhook_endpoints
        WHERE id = %s AND merchant_id = %s AND mode = %s AND deleted_at IS NULL
        """.encode(),  # noqa: S608
        (endpoint_id, caller.merchant_id, caller.mode),
    )
    return await cursor.fetchone()


async def select_endpoints(tx: Connection, caller: Caller) -> list[Endpoint]:
    """All endpoints of the caller that have a URL, oldest first."""
    cursor = tx.cursor(row_factory=class_row(Endpoint))
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM webhook_endpoints
        WHERE merchant_id = %s AND mode = %s AND deleted_at IS NULL AND url IS NOT NULL
        ORDER BY created_at, id
        """.encode(),  # noqa: S608
        (caller.merchant_id, caller.mode),
    )
    return await cursor.fetchall()


async def count_endpoints(tx: Connection, caller: Caller) -> int:
    """How many of the caller's endpoints have a URL."""
    cursor = await tx.execute(
        """
        SELECT count(*) FROM webhook_endpoints
        WHERE merchant_id = %s AND mode = %s AND deleted_at IS NULL AND url IS NOT NULL
        """,
        (caller.merchant_id, caller.mode),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def lock_endpoints(tx: Connection, caller: Caller) -> None:
    """Until the transaction ends, nobody else adds an endpoint for this merchant and mode."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('webhook_endpoints:' || %s || ':' || %s, 0))",
        (str(caller.merchant_id), caller.mode),
    )


async def insert_endpoint(tx: Connection, values: dict[str, Any]) -> Endpoint:
    """Add an enabled endpoint."""
    cursor = tx.cursor(row_factory=class_row(Endpoint))
    await cursor.execute(
        f"""
        INSERT INTO webhook_endpoints
            (id, merchant_id, mode, url, description, events, headers, rate_limit, secret, created_at, updated_at)
        VALUES (%(id)s, %(merchant_id)s, %(mode)s, %(url)s, %(description)s, %(events)s, %(headers)s,
                %(rate_limit)s, %(secret)s, %(created_at)s, %(updated_at)s)
        RETURNING {COLUMNS}
        """.encode(),  # noqa: S608
        values,
    )
    endpoint = await cursor.fetchone()
    assert endpoint is not None
    return endpoint


async def update_endpoint(
    tx: Connection, caller: Caller, endpoint_id: str, changes: dict[str, Any]
) -> Endpoint | None:
    """Set these columns; the endpoint as it is then, or None if the caller has no such endpoint."""
    assignments = ", ".join(f"{name} = %({name})s" for name in changes)
    cursor = tx.cursor(row_factory=class_row(Endpoint))
    await cursor.execute(
        f"""
        UPDATE webhook_endpoints SET {assignments}
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s AND deleted_at IS NULL
        RETURNING {COLUMNS}
        """.encode(),  # noqa: S608
        changes | {"id": endpoint_id, "merchant_id": caller.merchant_id, "mode": caller.mode},
    )
    return await cursor.fetchone()


async def replace_secret(
    tx: Connection, caller: Caller, endpoint_id: str, sealed: bytes, expires_at: datetime | None, now: datetime
) -> Endpoint | None:
    """Set a fresh secret; the one that it replaces signs until `expires_at` (None: no more).

    Which one that is, the row says at this moment: of two rotations at once none loses what the other has shown.
    """
    cursor = tx.cursor(row_factory=class_row(Endpoint))
    await cursor.execute(
        f"""
        UPDATE webhook_endpoints
        SET previous_secret = CASE WHEN %(expires_at)s::timestamptz IS NOT NULL THEN secret END,
            previous_secret_expires_at = %(expires_at)s, secret = %(sealed)s, updated_at = %(now)s
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s AND deleted_at IS NULL
        RETURNING {COLUMNS}
        """.encode(),  # noqa: S608
        {
            "id": endpoint_id,
            "merchant_id": caller.merchant_id,
            "mode": caller.mode,
            "sealed": sealed,
            "expires_at": expires_at,
            "now": now,
        },
    )
    return await cursor.fetchone()


async def delete_health(tx: Connection, endpoint_id: str) -> None:
    """Forget how the endpoint has been doing: it has another URL, or a fresh chance."""
    await tx.execute("DELETE FROM endpoint_health WHERE endpoint_id = %s", (endpoint_id,))


async def select_health(tx: Connection, endpoint_ids: list[str]) -> dict[str, Health]:
    """How these endpoints have been doing, and how much waits for each."""
    cursor = tx.cursor(row_factory=class_row(Health))
    await cursor.execute(
        """
        SELECT e.id AS endpoint_id, COALESCE(h.failures_in_row, 0) AS failures_in_row, h.failing_since,
               h.last_success_at, h.open_until, w.waiting
        FROM unnest(%(ids)s::text[]) AS e (id)
        LEFT JOIN endpoint_health h ON h.endpoint_id = e.id
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting FROM (
                SELECT 1 FROM deliveries d WHERE d.endpoint_id = e.id AND d.status = 'pending'
                LIMIT %(limit)s) AS pending
        ) w
        """,
        {"ids": endpoint_ids, "limit": WAITING_LIMIT + 1},
    )
    return {health.endpoint_id: health for health in await cursor.fetchall()}


async def insert_default_endpoint(
    tx: Connection, *, endpoint_id: str, merchant_id: UUID, mode: Mode, secret: bytes, now: datetime
) -> None:
    """The endpoint behind /webhooks/config, waiting for its URL; nothing if the merchant has one."""
    await tx.execute(
        """
        INSERT INTO webhook_endpoints
            (id, merchant_id, mode, is_default, status, disabled_reason, secret, created_at, updated_at)
        VALUES (%(id)s, %(merchant_id)s, %(mode)s, true, 'disabled', 'no URL yet', %(secret)s, %(now)s, %(now)s)
        ON CONFLICT (merchant_id, mode) WHERE is_default DO NOTHING
        """,
        {"id": endpoint_id, "merchant_id": merchant_id, "mode": mode, "secret": secret, "now": now},
    )
