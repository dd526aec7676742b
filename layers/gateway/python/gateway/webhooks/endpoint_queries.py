"""Statements on endpoints."""

from typing import Any, Final

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.merchants.model import Caller
from gateway.webhooks.model import Endpoint

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


async def delete_health(tx: Connection, endpoint_id: str) -> None:
    """Forget how the endpoint has been doing: it has another URL, or a fresh chance."""
    await tx.execute("DELETE FROM endpoint_health WHERE endpoint_id = %s", (endpoint_id,))
