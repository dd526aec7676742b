"""Statements on events, endpoints, deliveries and attempts."""

from datetime import datetime
from uuid import UUID

from gateway.database import Connection
from gateway.merchants.model import Mode


async def insert_default_endpoint(
    tx: Connection, *, endpoint_id: str, merchant_id: UUID, mode: Mode, secret: bytes, now: datetime
) -> None:
    """The endpoint behind /webhooks/config, waiting for its URL; nothing if the merchant has one."""
    await tx.execute(
        """
        INSERT INTO webhook_endpoints
            (id, merchant_id, mode, is_default, status, disabled_reason, secret, created_at, updated_at)
        VALUES (%(id)s, %(merchant_id)s, %(mode)s, true, 'disabled', 'no URL yet', %(secret)s, %(now)s, %(now)s)
        ON CONFLICT (merchant_id, mode) WHERE is_default DO NOTHING
        """,
        {"id": endpoint_id, "merchant_id": merchant_id, "mode": mode, "secret": secret, "now": now},
    )
