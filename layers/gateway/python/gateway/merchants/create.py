"""Create a merchant, a key pair, and the test merchant of the contract."""

from datetime import datetime
from uuid import UUID

from gateway.audit.model import Actor
from gateway.checkout.signing.change import fresh_secret
from gateway.checkout.signing.queries import insert_secret
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.ids import new_id
from gateway.merchants.keys.make import new_pair
from gateway.merchants.queries import insert_api_key, insert_merchant
from gateway.tenancy.model import TEST_KEY_ID, TEST_MERCHANT_ID, TEST_SECRET, TEST_WEBHOOK_SECRET, Caller, Mode
from gateway.webhooks.endpoints.queries import insert_default_endpoint
from gateway.webhooks.signatures.sign import new_webhook_secret


async def create_merchant(
    tx: Connection, keyring: Keyring, *, merchant_id: UUID, name: str, email: str, now: datetime
) -> bool:
    """Add a merchant with a webhook endpoint that waits for its URL, in both modes. False if it exists."""
    signing_secret = fresh_secret(keyring, merchant_id)
    created = await insert_merchant(
        tx, merchant_id=merchant_id, name=name, email=email, signing_secret=signing_secret, now=now
    )
    if created:
        await insert_secret(tx, Caller(merchant_id, "test"), merchant_id, signing_secret)
    modes: tuple[Mode, ...] = ("test", "live")
    for mode in modes:
        is_seeded = merchant_id == TEST_MERCHANT_ID and mode == "test"
        secret = TEST_WEBHOOK_SECRET if is_seeded else new_webhook_secret()
        endpoint_id = new_id("we")
        await insert_default_endpoint(
            tx,
            endpoint_id=endpoint_id,
            merchant_id=merchant_id,
            mode=mode,
            secret=keyring.encrypt("webhook", secret.encode(), endpoint_id),
            now=now,
        )
    return created


async def create_api_key(
    tx: Connection,
    keyring: Keyring,
    *,
    merchant_id: UUID,
    mode: Mode,
    label: str,
    now: datetime,
    maker: Actor | None = None,
) -> tuple[str, str]:
    """A fresh pair `(key id, secret)`; the secret is not kept and cannot be shown again."""
    key_id, secret = new_pair(mode)
    await insert_api_key(
        tx,
        key_id=key_id,
        merchant_id=merchant_id,
        mode=mode,
        secret_hash=keyring.hash_api_secret(secret),
        label=label,
        now=now,
        maker=maker,
    )
    return key_id, secret


async def seed_test_merchant(tx: Connection, keyring: Keyring, now: datetime) -> None:
    """The merchant, key and webhook secret that the contract publishes. May run at every start."""
    await create_merchant(
        tx, keyring, merchant_id=TEST_MERCHANT_ID, name="Test Merchant", email="test@example.com", now=now
    )
    await insert_api_key(
        tx,
        key_id=TEST_KEY_ID,
        merchant_id=TEST_MERCHANT_ID,
        mode="test",
        secret_hash=keyring.hash_api_secret(TEST_SECRET),
        label="Seeded test key",
        now=now,
    )
