"""Statements on refund caps."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.refunds.caps.model import RefundCap

_COLUMNS: Final = "currency, per_merchant, per_key, updated_at"


async def select_caps(tx: Connection, tenant: Tenant) -> list[RefundCap]:
    """The tenant's, by currency."""
    cursor = tx.cursor(row_factory=class_row(RefundCap))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM refund_caps WHERE merchant_id = %s AND mode = %s ORDER BY currency",  # noqa: S608
        (tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchall()


async def delete_caps(tx: Connection, tenant: Tenant, without: Sequence[str]) -> None:
    """All of the tenant's but those of these currencies."""
    await tx.execute(
        "DELETE FROM refund_caps WHERE merchant_id = %s AND mode = %s AND currency <> ALL (%s)",
        (tenant.merchant_id, tenant.mode, list(without)),
    )


async def upsert_cap(
    tx: Connection, tenant: Tenant, currency: str, per_merchant: int | None, per_key: int | None, now: datetime
) -> None:
    """Set one cap. What was asked for today stays counted."""
    await tx.execute(
        """
        INSERT INTO refund_caps (merchant_id, mode, currency, per_merchant, per_key, updated_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (merchant_id, mode, currency) DO UPDATE
        SET per_merchant = EXCLUDED.per_merchant, per_key = EXCLUDED.per_key, updated_at = EXCLUDED.updated_at
        """,
        (tenant.merchant_id, tenant.mode, currency, per_merchant, per_key, now),
    )


# Counts a use of each bound that there is, if it fits. Both are counted where there is a cap at all, so that a
# bound that is set at noon knows the morning.
_COUNT: Final = """
WITH cap AS (
    SELECT currency, per_merchant, per_key, updated_at FROM refund_caps
    WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND currency = %(currency)s
), bound AS (
    SELECT '' AS maker, per_merchant AS most FROM cap UNION ALL SELECT %(maker)s, per_key FROM cap
), used AS (
    INSERT INTO refund_cap_uses AS u (merchant_id, mode, currency, day, maker, amount)
    SELECT %(merchant_id)s, %(mode)s, %(currency)s, %(day)s, maker, %(amount)s FROM bound
    WHERE most IS NULL OR %(amount)s <= most
    ORDER BY maker
    ON CONFLICT (merchant_id, mode, day, currency, maker) DO UPDATE SET amount = u.amount + EXCLUDED.amount
    WHERE u.amount + EXCLUDED.amount <= coalesce((SELECT most FROM bound WHERE bound.maker = u.maker), 2 ^ 62)
    RETURNING 1
), forgotten AS (
    DELETE FROM refund_cap_uses
    WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND day < %(day)s - 7 AND EXISTS (SELECT 1 FROM cap)
)
SELECT cap.*, (SELECT count(*) FROM used) = 2 FROM cap
"""


async def count_use(
    tx: Connection, tenant: Tenant, maker: str, currency: str, amount: int, day: date
) -> tuple[RefundCap, bool] | None:
    """Count a refund against the tenant's cap, and whether it fits; None: there is no cap. Where it does not fit
    the transaction has to be given up, as one of the two bounds may have been counted."""
    cursor = await tx.execute(
        _COUNT,
        {
            "merchant_id": tenant.merchant_id,
            "mode": tenant.mode,
            "currency": currency,
            "maker": maker,
            "amount": amount,
            "day": day,
        },
    )
    row: tuple[Any, ...] | None = await cursor.fetchone()
    return None if row is None else (RefundCap(*row[:4]), bool(row[4]))
