"""Statements on merchants and API keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from gateway.audit.model import Actor
from gateway.database import Connection
from gateway.tenancy.model import Mode


async def note_key_used(tx: Connection, key_id: str) -> None:
    """This key is in use now."""
    await tx.execute("UPDATE api_keys SET last_used_at = now() WHERE id = %s", (key_id,))


async def insert_api_key(
    tx: Connection,
    *,
    key_id: str,
    merchant_id: UUID,
    mode: Mode,
    secret_hash: bytes,
    label: str,
    now: datetime,
    maker: Actor | None = None,
) -> None:
    """Add a key pair; one that exists keeps its row but takes the given secret."""
    await tx.execute(
        """
        INSERT INTO api_keys (id, merchant_id, mode, secret_hash, label, created_at, maker_kind, maker_id, maker)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (id) DO UPDATE SET secret_hash = EXCLUDED.secret_hash
        """,
        (key_id, merchant_id, mode, secret_hash, label, now)
        + ((maker.kind, maker.id, maker.label) if maker else (None, None, None)),
    )


async def insert_merchant(
    tx: Connection, *, merchant_id: UUID, name: str, email: str, signing_secret: bytes, now: datetime
) -> bool:
    """Add a merchant; false if the id is there already."""
    cursor = await tx.execute(
        """
        INSERT INTO merchants (id, name, email, signing_secret, created_at)
        VALUES (%s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING
        """,
        (merchant_id, name, email, signing_secret, now),
    )
    return cursor.rowcount == 1


async def select_merchant(tx: Connection, merchant_id: UUID) -> dict[str, Any] | None:
    """Id, name, e-mail and beginning of a merchant."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute("SELECT id, name, email, created_at FROM merchants WHERE id = %s", (merchant_id,))
    return await cursor.fetchone()
