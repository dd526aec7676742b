"""Change a key: under another label, or not at all any more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.database import Connection
from gateway.errors import NotFound
from gateway.merchants.keys.model import ListedKey, read_label
from gateway.merchants.keys.queries import lock_keys, revoke, revoke_keys_of, update_label
from gateway.tenancy.model import Mode


async def revoke_key(tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, now: datetime) -> ListedKey:
    """The key, refused from now on (other processes follow within seconds)."""
    return _found(await revoke(tx, merchant_id, mode, key_id, now))


async def revoke_keys_made_by(tx: Connection, merchant_id: UUID, user_id: UUID, now: datetime) -> list[ListedKey]:
    """The active keys of both modes that a person made, or had a key make, refused from now on. Call in the
    transaction that removes the person, after that: what was being made meanwhile waits, and is refused."""
    await lock_keys(tx, merchant_id, "test", "live")
    return await revoke_keys_of(tx, merchant_id, user_id, now)


async def relabel_key(tx: Connection, merchant_id: UUID, mode: Mode, key_id: str, label: Any) -> ListedKey:
    """The key under another label."""
    return _found(await update_label(tx, merchant_id, mode, key_id, read_label(label)))


def _found(key: ListedKey | None) -> ListedKey:
    if key is None:
        raise NotFound("API key not found")
    return key
