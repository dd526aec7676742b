"""API keys as a merchant sees them: make, rotate with an overlap, revoke."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.clock import iso, iso_or_none
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, NotFound
from gateway.merchants.model import Mode

KEY_SCOPES: Final = ("read", "write", "admin")
"""`admin` manages keys, team and settings; the checkout needs a key without any scope."""
MAX_KEYS: Final = 50
MAX_OVERLAP: Final = timedelta(days=7)

_COLUMNS: Final = "id, merchant_id, mode, label, scopes, created_at, last_used_at, expires_at, revoked_at"


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key pair without its secret."""

    id: str
    merchant_id: UUID
    mode: Mode
    label: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    def as_json(self, now: datetime) -> dict[str, Any]:
        """What the API shows. `status`: live, expiring (a rotation's old key), expired, revoked."""
        return {
            "id": self.id,
            "label": self.label,
            "mode": self.mode,
            "scopes": self.scopes,
            "status": self._status(now),
            "created_at": iso(self.created_at),
            "last_used_at": iso_or_none(self.last_used_at),
            "expires_at": iso_or_none(self.expires_at),
            "revoked_at": iso_or_none(self.revoked_at),
        }

    def _status(self, now: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is None:
            return "live"
        return "expiring" if now < self.expires_at else "expired"


async def list_keys(tx: Connection, merchant_id: UUID, mode: Mode) -> list[ListedKey]:
    """All keys of the merchant in this mode, the newest first."""
    cursor = tx.cursor(row_factory=class_row(ListedKey))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM api_keys WHERE merchant_id = %s AND mode = %s "  # noqa: S608
        "ORDER BY created_at DESC, id LIMIT 200",
        (merchant_id, mode),
    )
    return await cursor.fetchall()


async def make_key(
    tx: Connection, keyring: Keyring, merchant_id: UUID, mode: Mode, body: dict[str, Any], now: datetime
) -> tuple[ListedKey, str]:
    """A fresh pair from `label` and `scopes`; the secret is shown once. Call in a transaction."""
    await _lock_keys(tx, merchant_id, mode)
    if await _count_live(tx, merchant_id, mode, now) >= MAX_KEYS:
        raise BadRequest(f"A merchant has at most {MAX_KEYS} live keys in a mode")
    label, scopes = _label(body.get("label", "")), _scopes(body.get("scopes", ["read", "write"]))
    return await _insert(tx, keyring, merchant_id, mode, label, scopes, now)


async def rotate_key(
    tx: Connection, keyring: Keyring, merchant_id: UUID, mode: Mode, key_id: str, overlap: Any, now: datetime
) -> tuple[ListedKey, str, ListedKey]:
    """A new pair with the label and scopes of `key_id`, which is refused after `overlap` seconds (0: now).

    Returns the new key, its secret, and the old key. Call in a transaction.
    """
    limit = int(MAX_OVERLAP.total_seconds())
    if isinstance(overlap, bool) or not isinstance(overlap, int) or not 0 <= overlap <= limit:
        raise BadRequest(f"overlap_seconds must be 0 to {limit}", field="overlap_seconds")
    old = await _end_at(tx, merchant_id, mode, key_id, now + timedelta(seconds=overlap), now)
    new, secret = await _insert(tx, keyring, merchant_id, mode, old.label, old.scopes, now)
    return new, secret, old


async def revoke_key(tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, now: datetime) -> ListedKey:
    """The key, refused from now on (other processes follow within seconds)."""
    cursor = tx.cursor(row_factory=class_row(ListedKey))
    await cursor.execute(
        f"""
        UPDATE api_keys SET revoked_at = COALESCE(revoked_at, %s)
        WHERE id = %s AND merchant_id = %s AND mode = %s RETURNING {_COLUMNS}
        """,  # noqa: S608
        (now, key_id, merchant_id, mode),
    )
    key = await cursor.fetchone()
    if key is None:
        raise NotFound("API key not found")
    return key


async def relabel_key(tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, label: Any) -> ListedKey:
    """The key under another label."""
    cursor = tx.cursor(row_factory=class_row(ListedKey))
    await cursor.execute(
        f"UPDATE api_keys SET label = %s WHERE id = %s AND merchant_id = %s AND mode = %s "  # noqa: S608
        f"RETURNING {_COLUMNS}",
        (_label(label), key_id, merchant_id, mode),
    )
    key = await cursor.fetchone()
    if key is None:
        raise NotFound("API key not found")
    return key


async def _lock_keys(tx: Connection, merchant_id: UUID, mode: Mode) -> None:
    """Until the transaction ends, nobody else adds a key for this merchant and mode."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('api_keys:' || %s || ':' || %s, 0))",
        (str(merchant_id), mode),
    )


async def _count_live(tx: Connection, merchant_id: UUID, mode: Mode, now: datetime) -> int:
    cursor = await tx.execute(
        """
        SELECT count(*) FROM api_keys WHERE merchant_id = %s AND mode = %s
          AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)
        """,
        (merchant_id, mode, now),
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


async def _end_at(
    tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, end: datetime, now: datetime
) -> ListedKey:
    cursor = tx.cursor(row_factory=class_row(ListedKey))
    await cursor.execute(
        f"""
        UPDATE api_keys SET expires_at = %(end)s
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s
          AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)
        RETURNING {_COLUMNS}
        """,  # noqa: S608
        {"end": end, "id": key_id, "merchant_id": merchant_id, "mode": mode, "now": now},
    )
    key = await cursor.fetchone()
    if key is None:
        raise NotFound("There is no live API key with this id")
    return key


async def _insert(
    tx: Connection,
    keyring: Keyring,
    merchant_id: UUID,
    mode: Mode,
    label: str,
    scopes: list[str],
    now: datetime,
) -> tuple[ListedKey, str]:
    key_id = f"key_{mode}_{secrets.token_hex(8)}"
    secret = f"secret_{mode}_{secrets.token_urlsafe(32).replace('-', 'A').replace('_', 'B')}"
    await tx.execute(
        """
        INSERT INTO api_keys (id, merchant_id, mode, secret_hash, label, scopes, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (key_id, merchant_id, mode, keyring.hash_api_secret(secret), label, scopes, now),
    )
    return ListedKey(key_id, merchant_id, mode, label, scopes, now, None, None, None), secret


def _label(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 100:
        raise BadRequest("label must be text of at most 100 characters", field="label")
    return value.strip()


def _scopes(value: Any) -> list[str]:
    if not isinstance(value, list) or any(scope not in KEY_SCOPES for scope in value):
        raise BadRequest(f"scopes must be a list of {', '.join(KEY_SCOPES)}", field="scopes")
    return [scope for scope in KEY_SCOPES if scope in value]
