"""Statements of the hosted page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row, dict_row

from gateway.checkout.model import DEFAULT_SETTINGS, CheckoutSession, CheckoutSettings
from gateway.database import Connection
from gateway.orders.queries import SEEN
from gateway.payments.model import Payment
from gateway.payments.queries import COLUMNS, PAYMENT_ROWS

_SETTINGS: Final = (
    "allowed_origins, display_name, primary_color, methods, upi_vpa, merchant_category, order_seconds"
)


async def select_settings(tx: Connection, merchant_id: UUID, mode: str) -> CheckoutSettings:
    """The merchant's settings of one mode, or the defaults."""
    cursor = tx.cursor(row_factory=class_row(CheckoutSettings))
    await cursor.execute(
        f"SELECT {_SETTINGS} FROM checkout_settings WHERE merchant_id = %s AND mode = %s",  # noqa: S608
        (merchant_id, mode),
    )
    return await cursor.fetchone() or DEFAULT_SETTINGS


async def upsert_settings(
    tx: Connection, merchant_id: UUID, mode: str, settings: dict[str, Any], now: datetime
) -> None:
    """Replace the merchant's settings of one mode."""
    await tx.execute(
        f"""
        INSERT INTO checkout_settings (merchant_id, mode, {_SETTINGS}, updated_at)
        VALUES (%(merchant_id)s, %(mode)s, %(allowed_origins)s, %(display_name)s, %(primary_color)s,
                %(methods)s, %(upi_vpa)s, %(merchant_category)s, %(order_seconds)s, %(now)s)
        ON CONFLICT (merchant_id, mode) DO UPDATE SET
            ({_SETTINGS}, updated_at) = (EXCLUDED.allowed_origins, EXCLUDED.display_name,
             EXCLUDED.primary_color, EXCLUDED.methods, EXCLUDED.upi_vpa, EXCLUDED.merchant_category,
             EXCLUDED.order_seconds, EXCLUDED.updated_at)
        """,  # noqa: S608
        settings | {"merchant_id": merchant_id, "mode": mode, "now": now},
    )


async def select_session(tx: Connection, order_id: str, key_id: str | None) -> CheckoutSession | None:
    """The order for the page that shows it; with a key, only if the key is live and of this order's merchant."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        f"""
        SELECT orders.id, orders.amount, orders.currency, orders.status, orders.mode, orders.created_at,
               orders.merchant_id, merchants.name AS merchant_name, orders.capture, orders.return_url,
               EXISTS (SELECT 1 FROM processor_routes r
                       WHERE r.merchant_id = orders.merchant_id AND r.mode = orders.mode) AS has_routes,
               coalesce(checkout_extensions.count, 0) AS extensions,
               (SELECT count(*) FROM payments WHERE order_id = orders.id AND status = 'failed') AS failures
        FROM {SEEN} JOIN merchants ON merchants.id = orders.merchant_id
        LEFT JOIN checkout_extensions ON checkout_extensions.order_id = orders.id
        WHERE orders.id = %(order_id)s AND (%(key_id)s::text IS NULL OR EXISTS (
            SELECT 1 FROM api_keys WHERE api_keys.id = %(key_id)s
            AND api_keys.merchant_id = orders.merchant_id AND api_keys.mode = orders.mode
            AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())))
        """,  # noqa: S608 - a constant
        {"order_id": order_id, "key_id": key_id},
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return CheckoutSession(
        order_id=row["id"],
        amount=row["amount"],
        currency=row["currency"],
        status=row["status"],
        mode=row["mode"],
        created_at=row["created_at"],
        merchant_name=row["merchant_name"],
        settings=await select_settings(tx, row["merchant_id"], row["mode"]),
        extensions=row["extensions"],
        failures=row["failures"],
        payment=await _latest_payment(tx, order_id),
        capture=row["capture"],
        return_url=row["return_url"],
        has_routes=row["has_routes"],
    )


async def _latest_payment(tx: Connection, order_id: str) -> Payment | None:
    cursor = tx.cursor(row_factory=PAYMENT_ROWS)
    await cursor.execute(
        f"SELECT {COLUMNS} FROM payments WHERE order_id = %s ORDER BY created_at DESC, id DESC LIMIT 1",  # noqa: S608
        (order_id,),
    )
    return await cursor.fetchone()


async def select_payments(tx: Connection, ids: Sequence[str]) -> dict[str, Payment]:
    """The payments with these ids, by id: one statement for all who watch."""
    cursor = tx.cursor(row_factory=PAYMENT_ROWS)
    await cursor.execute(f"SELECT {COLUMNS} FROM payments WHERE id = ANY(%s)", (list(set(ids)),))  # noqa: S608
    return {payment.id: payment for payment in await cursor.fetchall()}


async def add_extension(tx: Connection, order_id: str, most: int) -> bool:
    """Give an order its time once more; false when it had `most` already."""
    cursor = await tx.execute(
        """
        INSERT INTO checkout_extensions (order_id, count) VALUES (%(order_id)s, 1)
        ON CONFLICT (order_id) DO UPDATE SET count = checkout_extensions.count + 1
        WHERE checkout_extensions.count < %(most)s
        """,
        {"order_id": order_id, "most": most},
    )
    return cursor.rowcount == 1


ORDER_CODES: Final = """
    SELECT coalesce(sum(coalesce(c.number, 1)), 0)
    FROM payments p LEFT JOIN checkout_codes c ON c.payment_id = p.id
    WHERE p.order_id = %(order_id)s AND p.method = 'upi'
"""
"""UPI codes of an order: each payment's first, and the fresh ones that were asked for."""


async def count_failures(
    tx: Connection, order_id: str, merchant_id: UUID, fingerprint: bytes | None, address_hash: bytes | None
) -> tuple[int, int, int, int, int]:
    """Failed payments: of the order; of the card at this merchant in an hour; of the address in ten minutes, at
    whichever merchant, and at this one. And the order's UPI codes (`ORDER_CODES`)."""
    cursor = await tx.execute(
        f"""
        SELECT (SELECT count(*) FROM payments WHERE order_id = %(order_id)s AND status = 'failed'),
               (SELECT count(*) FROM payments WHERE merchant_id = %(merchant_id)s AND status = 'failed'
                AND card_fingerprint = %(fingerprint)s AND updated_at > now() - interval '1 hour'),
               tenant.declines_from(%(address_hash)s),
               (SELECT count(*) FROM checkout_attempts JOIN payments ON payments.id = checkout_attempts.payment_id
                WHERE checkout_attempts.address_hash = %(address_hash)s AND payments.status = 'failed'
                AND payments.merchant_id = %(merchant_id)s
                AND checkout_attempts.created_at > now() - interval '10 minutes'),
               ({ORDER_CODES})
        """,  # noqa: S608 - a constant
        {
            "order_id": order_id,
            "merchant_id": merchant_id,
            "fingerprint": fingerprint,
            "address_hash": address_hash,
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0], row[1], row[2], row[3], row[4]


async def insert_attempt(tx: Connection, payment_id: str, address_hash: bytes, now: datetime) -> None:
    """Note where a payment came from. The sweep forgets it after a day."""
    await tx.execute(
        "INSERT INTO checkout_attempts (payment_id, address_hash, created_at) VALUES (%s, %s, %s)",
        (payment_id, address_hash, now),
    )
