"""Statements on the secrets that sign results. The database's clock says which one signs."""

from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.checkout.signing.model import SealedSecrets
from gateway.database import Connection
from gateway.database.scope import Tenant

# From its moment on the next secret is the one that signs, whenever it is read.
_SHOWN: Final = """
    id, CASE WHEN activates_at <= now() THEN next_secret ELSE secret END AS secret,
    CASE WHEN activates_at > now() THEN next_secret END AS next_secret,
    CASE WHEN activates_at > now() THEN activates_at END AS activates_at
"""


async def select_secrets(tx: Connection, tenant: Tenant) -> SealedSecrets | None:
    """The tenant's secrets as they are now."""
    cursor = tx.cursor(row_factory=class_row(SealedSecrets))
    await cursor.execute(
        f"SELECT {_SHOWN} FROM signing_secrets WHERE merchant_id = %s AND mode = %s",  # noqa: S608
        (tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchone()


async def insert_secret(tx: Connection, tenant: Tenant, row_id: UUID, secret: bytes) -> None:
    """Keep the tenant's first secret; one that is there stays."""
    await tx.execute(
        """
        INSERT INTO signing_secrets (id, merchant_id, mode, secret, created_at, updated_at)
        VALUES (%s, %s, %s, %s, now(), now()) ON CONFLICT (merchant_id, mode) DO NOTHING
        """,
        (row_id, tenant.merchant_id, tenant.mode, secret),
    )


async def select_former_secret(tx: Connection, merchant_id: UUID) -> bytes | None:
    """The secret of a merchant made by the version that had one for both modes, bound to his id."""
    cursor = await tx.execute("SELECT signing_secret FROM merchants WHERE id = %s", (merchant_id,))
    row = await cursor.fetchone()
    return None if row is None else bytes(row[0])


async def update_next_secret(
    tx: Connection, row_id: UUID, next_secret: bytes, activates_at: datetime | None
) -> SealedSecrets:
    """Have another secret sign from `activates_at` on (None: in 24 hours), instead of any that waited to."""
    cursor = tx.cursor(row_factory=class_row(SealedSecrets))
    await cursor.execute(
        f"""
        UPDATE signing_secrets
        SET secret = CASE WHEN activates_at <= now() THEN next_secret ELSE secret END,
            next_secret = %(next_secret)s,
            activates_at = COALESCE(%(activates_at)s, now() + interval '24 hours'), updated_at = now()
        WHERE id = %(id)s RETURNING {_SHOWN}
        """,  # noqa: S608
        {"id": row_id, "next_secret": next_secret, "activates_at": activates_at},
    )
    row = await cursor.fetchone()
    assert row is not None
    return row
