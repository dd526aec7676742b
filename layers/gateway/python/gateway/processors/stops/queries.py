"""Statements on stops. Each is read by the transaction that it refuses: there is nothing to wait for."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.stops.model import Covers, NamedStop, Stop

_COLUMNS: Final = "merchant_id, account_id, covers, reason, by_whom, created_at"


async def insert_stop(tx: Connection, stop: Stop) -> bool:
    """Add a stop; false: there is one already, and it stays as it is."""
    cursor = await tx.execute(
        """
        INSERT INTO processor_stops (merchant_id, account_id, covers, reason, by_whom, created_at)
        VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        (stop.merchant_id, stop.account_id, stop.covers, stop.reason, stop.by_whom, stop.created_at),
    )
    return cursor.rowcount == 1


async def delete_stop(
    tx: Connection,
    merchant_id: UUID | None,
    account_id: str | None,
    covers: Covers,
    set_at: datetime | None = None,
) -> bool:
    """End exactly this stop, and none that reaches further; false: there is none. `set_at`: only if set then."""
    cursor = await tx.execute(
        """
        DELETE FROM processor_stops
        WHERE covers = %s AND merchant_id IS NOT DISTINCT FROM %s AND account_id IS NOT DISTINCT FROM %s
          AND created_at = COALESCE(%s, created_at)
        """,
        (covers, merchant_id, account_id, set_at),
    )
    return cursor.rowcount == 1


async def select_stops(tx: Connection, tenant: Tenant | None = None) -> list[Stop]:
    """Those that reach this tenant, the widest first; without one all that there are. Test mode has none."""
    if tenant is not None and tenant.mode != "live":
        return []
    cursor = tx.cursor(row_factory=class_row(Stop))
    merchant_id: Any = None if tenant is None else tenant.merchant_id
    await cursor.execute(
        f"""
        SELECT {_COLUMNS} FROM processor_stops
        WHERE %(merchant_id)s::uuid IS NULL OR merchant_id IS NULL OR merchant_id = %(merchant_id)s
        ORDER BY merchant_id IS NOT NULL, account_id IS NOT NULL, created_at
        """,  # noqa: S608 - constants
        {"merchant_id": merchant_id},
    )
    return await cursor.fetchall()


async def select_named_stops(tx: Connection, tenant: Tenant) -> list[NamedStop]:
    """Those that reach this tenant, the widest first, each with its account's name; none of a removed one."""
    if tenant.mode != "live":
        return []
    cursor = tx.cursor(row_factory=class_row(NamedStop))
    await cursor.execute(
        """
        SELECT s.merchant_id, s.account_id, s.covers, s.reason, s.by_whom, s.created_at, a.processor,
               a.label AS account_label
        FROM processor_stops s LEFT JOIN processor_accounts a ON a.id = s.account_id
        WHERE (s.merchant_id IS NULL OR s.merchant_id = %s) AND a.status IS DISTINCT FROM 'removed'
        ORDER BY s.merchant_id IS NOT NULL, s.account_id IS NOT NULL, s.created_at
        """,
        (tenant.merchant_id,),
    )
    return await cursor.fetchall()


async def select_live_merchants(tx: Connection) -> list[UUID]:
    """Those whom a stop of everybody reaches: they have live accounts."""
    cursor = await tx.execute(
        "SELECT DISTINCT merchant_id FROM processor_accounts WHERE mode = 'live' AND status <> 'removed'"
    )
    return [row[0] for row in await cursor.fetchall()]


async def is_stopped(tx: Connection, tenant: Tenant, account_id: str | None, covers: Covers) -> bool:
    """Whether this account (None: any of the tenant's) may not do that now."""
    if tenant.mode != "live":
        return False
    cursor = await tx.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM processor_stops
            WHERE covers = %s AND (merchant_id IS NULL OR merchant_id = %s)
              AND (account_id IS NULL OR account_id = %s))
        """,
        (covers, tenant.merchant_id, account_id),
    )
    row = await cursor.fetchone()
    return row is not None and bool(row[0])
