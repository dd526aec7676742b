"""A backlog of webhooks: real events of made-up payments, fanned out by the product's own statement."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from psycopg import AsyncConnection

from gateway.clock import utc_now
from gateway.database import Connection, connect_arguments
from gateway.encryption import Keyring
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.ids import new_id
from gateway.settings import Settings
from gateway.webhooks.signatures.sign import new_webhook_secret

_MERCHANT = UUID("550e8400-e29b-41d4-a716-446655440000")
_PUBLISH = f"WITH changed AS (SELECT unnest(%(ids)s::text[]) AS id), {PUBLISHED} SELECT count(*) FROM fanned_out"
_BATCH = 500


def fill(database_url: str, deliveries: int, endpoints: int, port: int) -> None:
    """Empty what a run before left, then `deliveries` rows due now, spread evenly over the endpoints."""
    asyncio.run(_fill(database_url, deliveries, endpoints, port))


async def _fill(database_url: str, deliveries: int, endpoints: int, port: int) -> None:
    settings = Settings(test_mode=True, database_url=database_url)
    async with await AsyncConnection.connect(database_url, **connect_arguments(settings)) as tx:
        await tx.execute("TRUNCATE delivery_attempts, deliveries, events, endpoint_health")
        await tx.execute("DELETE FROM webhook_endpoints WHERE NOT is_default")
        await add_endpoints(tx, [f"http://127.0.0.1:{port}/hook/{number}" for number in range(endpoints)])
        for start in range(0, deliveries // endpoints, _BATCH):
            await publish(tx, min(_BATCH, deliveries // endpoints - start))
        await tx.execute("ANALYZE")


async def add_endpoints(tx: Connection, urls: Sequence[str]) -> None:
    """Enabled endpoints of the test merchant, for every event; beyond the API's limits if need be."""
    keyring = Keyring(Settings(test_mode=True).master_key_bytes())
    for url in urls:
        endpoint_id = new_id("we")
        sealed = keyring.encrypt("webhook", new_webhook_secret().encode(), endpoint_id)
        await tx.execute(
            """
            INSERT INTO webhook_endpoints (id, merchant_id, mode, url, secret, created_at, updated_at)
            VALUES (%s, %s, 'test', %s, %s, now(), now())
            """,
            (endpoint_id, _MERCHANT, url, sealed),
        )


async def publish(tx: Connection, count: int) -> list[str]:
    """So many `payment.success` of made-up payments, fanned out to all endpoints; the payments' ids."""
    drafts = [_draft() for _ in range(count)]
    ids = [draft.cause for draft in drafts]
    await tx.execute(_PUBLISH.encode(), {"ids": ids} | event_parameters(drafts))
    return ids


def _draft() -> EventDraft:
    payment_id, now = new_id("pay"), utc_now()
    payment = {
        "id": payment_id,
        "order_id": new_id("order"),
        "amount": 50_000,
        "currency": "INR",
        "method": "upi",
        "vpa": "success@bank",
        "status": "success",
        "captured": True,
        "amount_captured": 50_000,
        "created_at": now.isoformat(),
    }
    return EventDraft(
        merchant_id=_MERCHANT,
        mode="test",
        type="payment.success",
        cause=payment_id,
        object_id=payment_id,
        sequence=3,
        data={"payment": payment},
        at=now,
    )
