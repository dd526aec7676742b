"""Statements on refunds."""

from typing import Any, Final

from gateway.database import Connection
from gateway.database.rows import rows_as
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.ledger.post import posted
from gateway.refunds.model import Refund
from gateway.tenancy.model import Caller

COLUMNS: Final = (
    "id, merchant_id, mode, payment_id, amount, currency, reason, status, error_code, error_description, "
    "sequence, created_at, updated_at, processed_at, origin, taken_back_at"
)
_ROWS: Final = rows_as(Refund, COLUMNS)

# There is nothing to book it against while the capture is under way: see `_CLAIM`.
_RESERVED: Final = (
    "SELECT id, merchant_id, mode, currency, 'reserve', amount, created_at FROM changed WHERE reserved"
)

# One statement decides: fifty at once each see what the ones before them have reserved.
INSERT_REFUND: Final = f"""
WITH reserved AS (
    UPDATE payments SET amount_refund_pending = amount_refund_pending + %(amount)s
    WHERE id = %(payment_id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s AND status = 'success'
      AND amount_captured - amount_refunded - amount_refund_pending >= %(amount)s
    RETURNING id, capture_status IS DISTINCT FROM 'pending' AS is_taken
),
changed AS (
    INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, reason, sequence,
                         created_at, updated_at, work, due_at, reserved)
    SELECT %(id)s, %(merchant_id)s, %(mode)s, id, %(amount)s, %(currency)s, %(reason)s, %(sequence)s,
           %(now)s, %(now)s, 'refund', now(), is_taken
    FROM reserved
    RETURNING id, merchant_id, mode, currency, amount, created_at, reserved
),
{posted(_RESERVED)},
{PUBLISHED}
SELECT count(*), (SELECT count(*) FROM fanned_out) FROM changed
"""  # noqa: S608 - a constant


async def insert_refund(tx: Connection, refund: Refund, event: EventDraft) -> tuple[bool, int]:
    """Reserve the amount on the payment and add the refund, or do neither.

    Returns whether it was done, and how many deliveries became due.
    """
    cursor = await tx.execute(
        INSERT_REFUND,
        {
            "id": refund.id,
            "merchant_id": refund.merchant_id,
            "mode": refund.mode,
            "payment_id": refund.payment_id,
            "amount": refund.amount,
            "currency": refund.currency,
            "reason": refund.reason,
            "sequence": refund.sequence,
            "now": refund.created_at,
            **event_parameters([event]),
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0] == 1, row[1]


async def select_refund(tx: Connection, caller: Caller, refund_id: str) -> Refund | None:
    """The caller's refund with this id."""
    cursor = tx.cursor(row_factory=_ROWS)
    await cursor.execute(
        f"SELECT {COLUMNS} FROM refunds WHERE id = %s AND merchant_id = %s AND mode = %s",  # noqa: S608
        (refund_id, caller.merchant_id, caller.mode),
    )
    return await cursor.fetchone()


async def select_orders_of(tx: Connection, caller: Caller, payment_ids: list[str]) -> dict[str, dict[str, Any]]:
    """`order_id`, `receipt` and `notes` of the orders of the caller's payments with these ids, by payment."""
    cursor = await tx.execute(
        """
        SELECT p.id, o.id, o.receipt, o.notes FROM payments p JOIN orders o ON o.id = p.order_id
        WHERE p.id = ANY (%s) AND p.merchant_id = %s AND p.mode = %s
        """,
        (payment_ids, caller.merchant_id, caller.mode),
    )
    return {row[0]: {"order_id": row[1], "receipt": row[2], "notes": row[3]} for row in await cursor.fetchall()}


async def select_refunds_of_payment(tx: Connection, caller: Caller, payment_id: str) -> list[Refund]:
    """All refunds of one payment, newest first."""
    cursor = tx.cursor(row_factory=_ROWS)
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM refunds WHERE payment_id = %s AND merchant_id = %s AND mode = %s
        ORDER BY created_at DESC, id DESC
        """,  # noqa: S608
        (payment_id, caller.merchant_id, caller.mode),
    )
    return await cursor.fetchall()
