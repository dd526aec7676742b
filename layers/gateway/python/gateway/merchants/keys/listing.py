"""List keys: those that work first, all of them, then those that worked."""

from datetime import datetime
from typing import Final
from uuid import UUID

from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.merchants.keys.model import KeyPage
from gateway.merchants.keys.queries import select_active_keys, select_ended_keys, select_key
from gateway.tenancy.model import Mode

MAX_PAGE: Final = 200
"""Keys that have ended on one page."""


async def list_keys(
    tx: Connection,
    merchant_id: UUID,
    mode: Mode,
    now: datetime,
    *,
    cursor: str | None = None,
    limit: int = MAX_PAGE,
) -> KeyPage:
    """The first page has every active key, and after them up to `limit` ended ones, the newest first; those
    behind it go on with the ended ones. Raises `BadRequest` for a cursor that is none."""
    if cursor is not None and await select_key(tx, merchant_id, mode, cursor) is None:
        raise BadRequest("cursor is not valid", field="cursor")
    active = [] if cursor is not None else await select_active_keys(tx, merchant_id, mode, now)
    ended = await select_ended_keys(tx, merchant_id, mode, now, after=cursor, limit=limit + 1)
    page = ended[:limit]
    return KeyPage([*active, *page], page[-1].id if len(ended) > limit else None)
