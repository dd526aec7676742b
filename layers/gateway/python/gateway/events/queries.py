"""Statements on events."""

from typing import Final

from gateway.database import Connection
from gateway.events.model import EventRow
from gateway.tenancy.model import Caller

EVENT_COLUMNS: Final = "id, payload, object_id, created_at, era, xact, position"


async def select_event(tx: Connection, caller: Caller, event_id: str) -> EventRow | None:
    """The caller's event with this id."""
    cursor = await tx.execute(
        f"SELECT {EVENT_COLUMNS} FROM events WHERE id = %s AND merchant_id = %s AND mode = %s".encode(),  # noqa: S608
        (event_id, caller.merchant_id, caller.mode),
    )
    row = await cursor.fetchone()
    return None if row is None else EventRow(*row)
