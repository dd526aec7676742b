"""Statements on refunds that a cap has refused: one line for each key or person, currency and day, until somebody
has looked at it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.ids import new_id
from gateway.refunds.caps.model import Capped

KEPT_DAYS: Final = 30
"""What nobody has looked at in so many days is shown no more, and goes with the next refusal."""

# The line of a day that was settled opens again: somebody asks on.
_NOTE: Final = f"""
WITH forgotten AS (
    DELETE FROM refund_cap_reviews
    WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND day < %(day)s - {KEPT_DAYS}
)
INSERT INTO refund_cap_reviews AS r
    (id, merchant_id, mode, currency, day, maker, asked_by, payment_id, amount, asks, created_at, updated_at)
VALUES (%(id)s, %(merchant_id)s, %(mode)s, %(currency)s, %(day)s, %(maker)s, %(asked_by)s, %(payment_id)s,
        %(amount)s, 1, %(now)s, %(now)s)
ON CONFLICT (merchant_id, mode, day, currency, maker) DO UPDATE
SET payment_id = EXCLUDED.payment_id, amount = EXCLUDED.amount, asks = r.asks + 1,
    updated_at = EXCLUDED.updated_at, settled_at = NULL, settled_by = NULL
"""  # noqa: S608 - a constant


async def note_capped(tx: Connection, tenant: Tenant, capped: Capped, now: datetime) -> None:
    """Put it where staff see it. `amount` is what was asked for last."""
    values = {
        "id": new_id("capr"),
        "merchant_id": tenant.merchant_id,
        "mode": tenant.mode,
        "currency": capped.currency,
        "day": now.astimezone(UTC).date(),
        "maker": capped.maker,
        "asked_by": capped.asked_by[:255],
        "payment_id": capped.payment_id,
        "amount": capped.amount,
        "now": now,
    }
    await tx.execute(_NOTE, values)


async def settle_review(tx: Connection, tenant: Tenant, review_id: str, by_whom: str, now: datetime) -> bool:
    """Somebody has looked at it; false: there is none that waits."""
    cursor = await tx.execute(
        """
        UPDATE refund_cap_reviews SET settled_at = %s, settled_by = %s, updated_at = %s
        WHERE id = %s AND merchant_id = %s AND mode = %s AND settled_at IS NULL
        """,
        (now, by_whom[:255], now, review_id, tenant.merchant_id, tenant.mode),
    )
    return cursor.rowcount == 1


async def settle_raised(
    tx: Connection, tenant: Tenant, currencies: Sequence[str], by_whom: str, now: datetime
) -> None:
    """An owner has decided on the caps of these currencies: what they had refused waits for nobody any more."""
    await tx.execute(
        """
        UPDATE refund_cap_reviews SET settled_at = %s, settled_by = %s, updated_at = %s
        WHERE merchant_id = %s AND mode = %s AND currency = ANY (%s) AND settled_at IS NULL
        """,
        (now, by_whom[:255], now, tenant.merchant_id, tenant.mode, list(currencies)),
    )
