"""Statements on the API keys of a merchant."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gateway.audit.model import Actor
from gateway.database import Connection
from gateway.merchants.keys.model import ListedKey, Maker
from gateway.tenancy.model import Mode

_COLUMNS: Final = """
    id, merchant_id, mode, label, scopes, created_at, last_used_at, expires_at, revoked_at,
    maker_kind, maker_id, maker,
    EXISTS (
        WITH RECURSIVE makers AS (
            SELECT api_keys.maker_kind AS kind, api_keys.maker_id AS id
            UNION
            SELECT k.maker_kind, k.maker_id FROM api_keys k JOIN makers m ON m.kind = 'key' AND k.id = m.id
            WHERE k.merchant_id = api_keys.merchant_id
        )
        SELECT 1 FROM makers m WHERE m.kind = 'user' AND NOT EXISTS (
            SELECT 1 FROM users u
            WHERE u.merchant_id = api_keys.merchant_id AND u.id::text = m.id AND u.removed_at IS NULL))
"""
_ACTIVE: Final = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)"


def _key(row: tuple[Any, ...]) -> ListedKey:
    maker = None if row[9] is None else Maker(Actor(row[9], row[10], row[11]), row[12])
    return ListedKey(*(*row[:9], maker))


async def _keys(tx: Connection, statement: str, given: dict[str, Any]) -> list[ListedKey]:
    cursor = await tx.execute(statement.encode(), given)
    return [_key(row) for row in await cursor.fetchall()]


async def select_active_keys(tx: Connection, merchant_id: UUID, mode: Mode, now: datetime) -> list[ListedKey]:
    """All keys that work, the newest first: there are at most `MAX_KEYS`."""
    return await _keys(
        tx,
        f"""
        SELECT {_COLUMNS} FROM api_keys WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND {_ACTIVE}
        ORDER BY created_at DESC, id DESC
        """,  # noqa: S608
        {"merchant_id": merchant_id, "mode": mode, "now": now},
    )


async def select_ended_keys(
    tx: Connection, merchant_id: UUID, mode: Mode, now: datetime, *, after: str | None, limit: int
) -> list[ListedKey]:
    """Keys that work no more, the newest first, behind the key `after`."""
    return await _keys(
        tx,
        f"""
        SELECT {_COLUMNS} FROM api_keys
        WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND NOT ({_ACTIVE})
          AND (%(after)s::text IS NULL OR (created_at, id) < (
              SELECT a.created_at, a.id FROM api_keys a
              WHERE a.id = %(after)s AND a.merchant_id = %(merchant_id)s AND a.mode = %(mode)s))
        ORDER BY created_at DESC, id DESC LIMIT %(limit)s
        """,  # noqa: S608
        {"merchant_id": merchant_id, "mode": mode, "now": now, "after": after, "limit": limit},
    )


async def select_key(tx: Connection, merchant_id: UUID, mode: Mode, key_id: str) -> ListedKey | None:
    """The key of this id, active or not."""
    found = await _keys(
        tx,
        f"SELECT {_COLUMNS} FROM api_keys WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s",  # noqa: S608
        {"id": key_id, "merchant_id": merchant_id, "mode": mode},
    )
    return found[0] if found else None


async def lock_keys(tx: Connection, merchant_id: UUID, *modes: Mode) -> None:
    """Until the transaction ends, nobody else adds a key for this merchant and mode."""
    for mode in sorted(modes):
        await tx.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('api_keys:' || %s || ':' || %s, 0))",
            (str(merchant_id), mode),
        )


async def count_active_keys(tx: Connection, merchant_id: UUID, mode: Mode, now: datetime) -> int:
    """How many work. Call it with the keys locked: who had the lock before may have ended a key after `now`, when
    this request came, so that the clock is looked at once more."""
    cursor = await tx.execute(
        """
        SELECT count(*) FROM api_keys
        WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > greatest(%(now)s, clock_timestamp()))
        """,
        {"merchant_id": merchant_id, "mode": mode, "now": now},
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


async def insert_key(
    tx: Connection,
    *,
    key_id: str,
    merchant_id: UUID,
    mode: Mode,
    secret_hash: bytes,
    label: str,
    scopes: list[str],
    maker: Actor,
    now: datetime,
) -> bool:
    """Add a key; false where its maker has been removed, or revoked, since the request was let in."""
    cursor = await tx.execute(
        f"""
        INSERT INTO api_keys (id, merchant_id, mode, secret_hash, label, scopes, created_at,
                              maker_kind, maker_id, maker)
        SELECT %(id)s, %(merchant_id)s, %(mode)s, %(hash)s, %(label)s, %(scopes)s, %(now)s,
               %(kind)s, %(by)s, %(who)s
        WHERE CASE %(kind)s::text
            WHEN 'user' THEN EXISTS (SELECT 1 FROM users WHERE id::text = %(by)s AND removed_at IS NULL)
            WHEN 'key' THEN EXISTS (SELECT 1 FROM api_keys WHERE id = %(by)s AND {_ACTIVE})
            ELSE true END
        """.encode(),  # noqa: S608
        {
            "id": key_id,
            "merchant_id": merchant_id,
            "mode": mode,
            "hash": secret_hash,
            "label": label,
            "scopes": scopes,
            "now": now,
            "kind": maker.kind,
            "by": maker.id,
            "who": maker.label,
        },
    )
    return cursor.rowcount == 1


async def end_key(
    tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, end: datetime, now: datetime
) -> ListedKey | None:
    """The active key of this id, which works until `end`."""
    ended = await _keys(
        tx,
        f"""
        UPDATE api_keys SET expires_at = least(expires_at, %(end)s)
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s AND {_ACTIVE}
        RETURNING {_COLUMNS}
        """,  # noqa: S608
        {"end": end, "id": key_id, "merchant_id": merchant_id, "mode": mode, "now": now},
    )
    return ended[0] if ended else None


async def revoke(tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, now: datetime) -> ListedKey | None:
    """The key of this id, revoked now if it was not before."""
    revoked = await _keys(
        tx,
        f"""
        UPDATE api_keys SET revoked_at = COALESCE(revoked_at, %(now)s)
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s RETURNING {_COLUMNS}
        """,  # noqa: S608
        {"now": now, "id": key_id, "merchant_id": merchant_id, "mode": mode},
    )
    return revoked[0] if revoked else None


async def update_label(tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, label: str) -> ListedKey | None:
    """The key of this id under another label."""
    changed = await _keys(
        tx,
        f"""
        UPDATE api_keys SET label = %(label)s
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s RETURNING {_COLUMNS}
        """,  # noqa: S608
        {"label": label, "id": key_id, "merchant_id": merchant_id, "mode": mode},
    )
    return changed[0] if changed else None


# A key may have made keys itself: whoever made the first one has the secrets of all.
_MADE: Final = """
WITH RECURSIVE made AS (
    SELECT id, maker_id AS person FROM api_keys WHERE merchant_id = %(merchant_id)s AND maker_kind = 'user'
    UNION
    SELECT k.id, m.person FROM api_keys k JOIN made m ON k.maker_kind = 'key' AND k.maker_id = m.id
    WHERE k.merchant_id = %(merchant_id)s
)
"""


async def revoke_keys_of(tx: Connection, merchant_id: UUID, user_id: UUID, now: datetime) -> list[ListedKey]:
    """Every active key of both modes that this person made, or had a key make; revoked now."""
    return await _keys(
        tx,
        f"""
        {_MADE} UPDATE api_keys SET revoked_at = %(now)s
        WHERE merchant_id = %(merchant_id)s AND {_ACTIVE}
          AND id IN (SELECT m.id FROM made m WHERE m.person = %(person)s) RETURNING {_COLUMNS}
        """,  # noqa: S608
        {"merchant_id": merchant_id, "person": str(user_id), "now": now},
    )


async def count_keys_of_people(tx: Connection, merchant_id: UUID, now: datetime) -> dict[str, int]:
    """How many active keys of both modes each person made, or had a key make, by the person's id."""
    cursor = await tx.execute(
        f"""
        {_MADE} SELECT m.person, count(*) FROM made m JOIN api_keys ON api_keys.id = m.id
        WHERE {_ACTIVE} GROUP BY m.person
        """.encode(),  # noqa: S608
        {"merchant_id": merchant_id, "now": now},
    )
    return dict(await cursor.fetchall())
