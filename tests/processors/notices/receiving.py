"""Notices, told to the layer, and what stands there afterwards."""

from typing import Any

from gateway.clock import utc_now
from gateway.database import PooledDatabase
from gateway.processors.notices.receive import Received, receive_notices
from tests.processors.notices.signed import stripe_notice
from tests.processors.rows import KEYRING, SECRET, Shelf

INTENT = "pi_3MtwBwLkdIwHu7ix28a3tqPa"
CHARGE = "ch_3MtwBwLkdIwHu7ix2ktBPXYZ"


async def told(
    api: PooledDatabase, shelf: Shelf, account_id: str, notice: tuple[dict[str, str], bytes]
) -> Received:
    """What came of a notice to this account."""
    async with api.connection(shelf.tenant) as tx:
        return await receive_notices(tx, KEYRING, shelf.tenant, account_id, *notice, utc_now())


def about(entity: dict[str, Any], event_id: str = "evt_1", kind: str = "charge.succeeded") -> Any:
    """Stripe's notice about an object."""
    return stripe_notice(SECRET, event_id, kind, entity)


def work_of(shelf: Shelf, payment_id: str) -> tuple[Any, ...]:
    """Its work, and whether it is due now."""
    (row,) = shelf.sql(
        "SELECT work, coalesce(due_at <= now(), false), review_reason FROM payments WHERE id = %s", payment_id
    )
    return row


def kept(shelf: Shelf) -> list[tuple[Any, ...]]:
    return shelf.sql(
        "SELECT event_id, type, topic, payment_id, try_at IS NOT NULL, tries, review_reason "
        "FROM processor_notices WHERE merchant_id = %s ORDER BY event_id",
        shelf.merchant_id,
    )
