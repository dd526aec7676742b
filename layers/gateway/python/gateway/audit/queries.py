"""Statements on the audit log."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gateway.audit.model import Actor, AuditEntry
from gateway.database import Connection


async def insert_audit(tx: Connection, entry: AuditEntry) -> None:
    """Add a line, in the transaction of what it tells."""
    await tx.execute(
        """
        INSERT INTO audit_log (merchant_id, mode, actor_kind, actor_id, actor, action, object_id, details,
                               address, request_id, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            entry.merchant_id,
            entry.mode,
            entry.actor.kind,
            entry.actor.id,
            entry.actor.label,
            entry.action,
            entry.object_id,
            Jsonb(entry.details),
            entry.address,
            entry.request_id,
            entry.created_at,
        ),
    )


async def select_audit(
    tx: Connection,
    merchant_id: UUID,
    *,
    before: int | None,
    limit: int,
    action: str | None = None,
    actor: str | None = None,
    object_id: str | None = None,
) -> list[AuditEntry]:
    """Lines of the merchant, newest first, below the line `before`. `action` may be a noun (`payment`)."""
    cursor = await tx.execute(
        """
        SELECT merchant_id, mode, actor_kind, actor_id, actor, action, object_id, address, request_id,
               created_at, details, id
        FROM audit_log
        WHERE merchant_id = %(merchant_id)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
          AND (%(action)s::text IS NULL OR action = %(action)s OR action LIKE %(action)s || '.%%')
          AND (%(actor)s::text IS NULL OR actor = %(actor)s)
          AND (%(object_id)s::text IS NULL OR object_id = %(object_id)s)
        ORDER BY id DESC LIMIT %(limit)s
        """,
        {
            "merchant_id": merchant_id,
            "before": before,
            "limit": limit,
            "action": action,
            "actor": actor,
            "object_id": object_id,
        },
    )
    return [_entry(row) for row in await cursor.fetchall()]


def _entry(row: tuple[Any, ...]) -> AuditEntry:
    return AuditEntry(row[0], row[1], Actor(row[2], row[3], row[4]), *row[5:])
