"""Make a key pair, or one in place of another."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.audit.model import Actor
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, NotFound, PermissionDenied
from gateway.merchants.keys.model import (
    MAX_KEYS,
    ListedKey,
    Maker,
    read_label,
    read_overlap,
    read_scopes,
)
from gateway.merchants.keys.queries import count_active_keys, end_key, insert_key, lock_keys
from gateway.tenancy.model import Mode


def new_pair(mode: Mode) -> tuple[str, str]:
    """A fresh `(key id, secret)`; the secret has 256 random bits."""
    secret = secrets.token_urlsafe(32).replace("-", "A").replace("_", "B")
    return f"key_{mode}_{secrets.token_hex(8)}", f"secret_{mode}_{secret}"


async def make_key(
    tx: Connection,
    keyring: Keyring,
    merchant_id: UUID,
    mode: Mode,
    body: dict[str, Any],
    maker: Actor,
    now: datetime,
) -> tuple[ListedKey, str]:
    """A fresh pair from `label` and `scopes`; the secret is shown once. Call in a transaction."""
    label, scopes = read_label(body.get("label", "")), read_scopes(body.get("scopes", ["read", "write"]))
    await lock_keys(tx, merchant_id, mode)
    await _require_room(tx, merchant_id, mode, now)
    return await _insert(tx, keyring, merchant_id, mode, label, scopes, maker, now)


async def rotate_key(
    tx: Connection,
    keyring: Keyring,
    merchant_id: UUID,
    mode: Mode,
    key_id: str,
    overlap: Any,
    maker: Actor,
    now: datetime,
) -> tuple[ListedKey, str, ListedKey]:
    """A new pair with the label and scopes of `key_id`, which is refused after `overlap` seconds (0: now).

    Returns the new key, its secret, and the old key. While both work, both count towards the limit. Call in a
    transaction.
    """
    goes_on = read_overlap(overlap)
    await lock_keys(tx, merchant_id, mode)
    old = await end_key(tx, merchant_id, mode, key_id, now + goes_on, now)
    if old is None:
        raise NotFound("There is no active API key with this id")
    await _require_room(tx, merchant_id, mode, now)
    new, secret = await _insert(tx, keyring, merchant_id, mode, old.label, old.scopes, maker, now)
    return new, secret, old


async def _require_room(tx: Connection, merchant_id: UUID, mode: Mode, now: datetime) -> None:
    if await count_active_keys(tx, merchant_id, mode, now) >= MAX_KEYS:
        raise BadRequest(f"A merchant has at most {MAX_KEYS} active keys in a mode: revoke one first")


async def _insert(
    tx: Connection,
    keyring: Keyring,
    merchant_id: UUID,
    mode: Mode,
    label: str,
    scopes: list[str],
    maker: Actor,
    now: datetime,
) -> tuple[ListedKey, str]:
    key_id, secret = new_pair(mode)
    added = await insert_key(
        tx,
        key_id=key_id,
        merchant_id=merchant_id,
        mode=mode,
        secret_hash=keyring.hash_api_secret(secret),
        label=label,
        scopes=scopes,
        maker=maker,
        now=now,
    )
    if not added:
        raise PermissionDenied("Whoever asks for this key has been removed or revoked")
    made = ListedKey(key_id, merchant_id, mode, label, scopes, now, None, None, None, Maker(maker, has_left=False))
    return made, secret
