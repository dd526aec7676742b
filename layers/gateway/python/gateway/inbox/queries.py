"""Statements on the inbox."""

from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from gateway.database import Connection
from gateway.inbox.model import KEPT, Received
from gateway.tenancy.model import Caller


async def insert_received(
    tx: Connection,
    caller: Caller,
    *,
    endpoint_id: str,
    event_id: str | None,
    event_type: str | None,
    diagnosis: dict[str, Any],
    headers: dict[str, str],
    body: bytes,
    answered: int,
    now: datetime,
) -> None:
    """Keep a webhook."""
    await tx.execute(
        """
        INSERT INTO webhook_inbox (merchant_id, mode, endpoint_id, event_id, event_type, verified, problems,
                                   headers, body, answered, received_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            caller.merchant_id,
            caller.mode,
            endpoint_id,
            event_id,
            event_type,
            diagnosis["valid"],
            Jsonb(diagnosis["problems"]),
            Jsonb(headers),
            body,
            answered,
            now,
        ),
    )


async def delete_older(tx: Connection, caller: Caller, kept: int = KEPT) -> None:
    """All but the newest `kept` of the caller."""
    await tx.execute(
        """
        DELETE FROM webhook_inbox
        WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND id <= (
            SELECT id FROM webhook_inbox WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
            ORDER BY id DESC OFFSET %(kept)s LIMIT 1)
        """,
        {"merchant_id": caller.merchant_id, "mode": caller.mode, "kept": kept},
    )


async def select_received(tx: Connection, caller: Caller) -> list[Received]:
    """What the caller's inbox holds, newest first."""
    cursor = tx.cursor(row_factory=class_row(Received))
    await cursor.execute(
        """
        SELECT id, endpoint_id, event_id, event_type, verified, problems, headers, body, answered, received_at
        FROM webhook_inbox WHERE merchant_id = %s AND mode = %s ORDER BY id DESC LIMIT %s
        """,
        (caller.merchant_id, caller.mode, KEPT),
    )
    return await cursor.fetchall()
