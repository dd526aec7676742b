"""Fill the test merchant with a past. Sends nothing, charges nothing: all rows are settled."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gateway.database import Connection
from gateway.demo import statements
from gateway.encryption import Keyring
from gateway.ledger.queries import ROLLED_UP_AT_ONCE, roll_up
from gateway.webhooks.signatures.sign import new_webhook_secret

_CHUNK: Final = 5_000
_ENDPOINT: Final = "we_DemoEndpoint0000"
_IN_ORDER: Final = (
    statements.MAKE_FACTS,
    statements.INSERT_ORDERS,
    statements.INSERT_PAYMENTS,
    statements.INSERT_REFUNDS,
    statements.INSERT_ENTRIES,
    statements.INSERT_EVENTS,
    statements.INSERT_DELIVERIES,
    statements.INSERT_ATTEMPTS,
)


async def seed_demo(
    tx: Connection,
    keyring: Keyring,
    merchant_id: UUID,
    *,
    payments: int,
    days: int,
    until: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Add this many payments over the last days, with three events and deliveries each. Repeating adds nothing."""
    endpoint_id = await _endpoint(tx, keyring, merchant_id, until)
    for first in range(1, payments + 1, _CHUNK):
        last = min(first + _CHUNK - 1, payments)
        values: dict[str, Any] = {
            "salt": f"demo:{merchant_id}:",
            "merchant_id": merchant_id,
            "endpoint_id": endpoint_id,
            "first": first,
            "last": last,
            "payments": payments,
            "days": days,
            "until": until,
        }
        async with tx.transaction():
            for statement in _IN_ORDER:
                await tx.execute(statement.encode(), values, prepare=False)
        progress(last)
    while await roll_up(tx, 0) >= ROLLED_UP_AT_ONCE:
        pass
    # Plans are chosen by statistics, which a bulk load leaves behind.
    for table in ("orders", "payments", "refunds", "events", "deliveries", "delivery_attempts", "ledger_entries"):
        await tx.execute(f"ANALYZE {table}".encode())


async def _endpoint(tx: Connection, keyring: Keyring, merchant_id: UUID, now: datetime) -> str:
    """A disabled endpoint that the deliveries belong to: nothing is ever sent to it."""
    await tx.execute(
        """
        INSERT INTO webhook_endpoints (id, merchant_id, mode, url, description, status, disabled_reason,
                                       disabled_at, secret, created_at, updated_at)
        VALUES (%(id)s, %(merchant_id)s, 'test', 'https://shop.invalid/webhooks', 'Demo data', 'disabled',
                'demo data', %(now)s, %(secret)s, %(now)s, %(now)s)
        ON CONFLICT (id) DO NOTHING
        """,
        {
            "id": _ENDPOINT,
            "merchant_id": merchant_id,
            "secret": keyring.encrypt("webhook", new_webhook_secret().encode(), _ENDPOINT),
            "now": now,
        },
    )
    return _ENDPOINT
