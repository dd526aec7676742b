"""Read the secret that signs a tenant's results, and replace it."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from gateway.checkout.signing.model import SealedSecrets, SigningSecrets
from gateway.checkout.signing.queries import (
    insert_secret,
    select_former_secret,
    select_secrets,
    update_next_secret,
)
from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.encryption import Keyring

_PURPOSE = "signing"


def fresh_secret(keyring: Keyring, row_id: UUID) -> bytes:
    """A new secret, sealed for this row."""
    return keyring.encrypt(_PURPOSE, secrets.token_hex(32).encode(), str(row_id))


async def read_secrets(tx: Connection, keyring: Keyring, tenant: Tenant) -> SigningSecrets:
    """The tenant's secrets, opened. Of a merchant's mode that has none yet the first one is made."""
    return _opened(keyring, tenant, await _kept(tx, keyring, tenant))


async def rotate_secret(
    tx: Connection, keyring: Keyring, tenant: Tenant, activates_at: datetime | None
) -> SigningSecrets:
    """Make the next secret: it is shown at once and signs from `activates_at` on (None: in 24 hours)."""
    kept = await _kept(tx, keyring, tenant)
    return _opened(
        keyring, tenant, await update_next_secret(tx, kept.id, fresh_secret(keyring, kept.id), activates_at)
    )


async def _kept(tx: Connection, keyring: Keyring, tenant: Tenant) -> SealedSecrets:
    kept = await select_secrets(tx, tenant)
    if kept is None:
        former = await select_former_secret(tx, tenant.merchant_id) if tenant.mode == "test" else None
        row_id = uuid4() if former is None else tenant.merchant_id
        await insert_secret(tx, tenant, row_id, former or fresh_secret(keyring, row_id))
        kept = await select_secrets(tx, tenant)
    assert kept is not None
    return kept


def _opened(keyring: Keyring, tenant: Tenant, kept: SealedSecrets) -> SigningSecrets:
    def opened(ciphertext: bytes) -> str:
        return keyring.decrypt(_PURPOSE, ciphertext, str(kept.id)).decode()

    upcoming = None if kept.next_secret is None else opened(kept.next_secret)
    return SigningSecrets(tenant.mode, opened(kept.secret), upcoming, kept.activates_at)
