"""Statements on refunds whose story is written at the processor: made in its own dashboard, or taken back by it.

They run under the lock and lease of the payment's check (`checks.write`).
"""

from dataclasses import replace
from typing import Final

from gateway.database import Connection
from gateway.events.publish import PUBLISHED, event_parameters
from gateway.ledger.post import posted
from gateway.refunds.model import Refund, refund_event
from gateway.refunds.queries import insert_refund

_PAID_BACK: Final = """
    SELECT id, merchant_id, mode, currency, kind, amount, created_at
    FROM changed CROSS JOIN (VALUES ('reserve'), ('payout')) AS step (kind)
"""

# Never more than was captured and is not promised to another refund. The processor's id stands with what was asked
# of it, though nobody has: notices and later checks find the refund by it, and nothing is ever sent.
ADOPT_REFUND: Final = f"""
WITH paid_back AS (
    UPDATE payments SET amount_refunded = amount_refunded + %(amount)s, updated_at = %(now)s
    WHERE id = %(payment_id)s AND status = 'success' AND captured AND capture_status IS DISTINCT FROM 'pending'
      AND amount_captured - amount_refunded - amount_refund_pending >= %(amount)s
      AND NOT EXISTS (SELECT 1 FROM refunds WHERE id = %(id)s)
    RETURNING id, account_id
),
changed AS (
    INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, status, sequence, created_at,
                         updated_at, processed_at, origin)
    SELECT %(id)s, %(merchant_id)s, %(mode)s, id, %(amount)s, %(currency)s, 'processed', %(sequence)s, %(now)s,
           %(now)s, %(now)s, %(origin)s
    FROM paid_back
    RETURNING id, merchant_id, mode, currency, amount, created_at
),
found AS (
    INSERT INTO processor_operations (key, merchant_id, mode, account_id, payment_id, kind, amount, currency,
                                      reference, first_sent_at, outcome)
    SELECT c.id || ':refund', c.merchant_id, c.mode, p.account_id, p.id, 'refund', c.amount, c.currency,
           %(reference)s, %(now)s, 'approved'
    FROM changed c CROSS JOIN paid_back p
    ON CONFLICT (key) DO NOTHING
),
{posted(_PAID_BACK)},
{PUBLISHED}
SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM fanned_out)
"""  # noqa: S608 - a constant


async def adopt_refund(tx: Connection, refund: Refund, reference: str) -> int:
    """Add a refund that was made at the processor, processed as it is. Returns how many deliveries became due."""
    begun = replace(refund, status="pending", processed_at=None, sequence=1)
    events = [
        refund_event(begun, "refund.created", refund.created_at),
        refund_event(refund, "refund.processed", refund.created_at),
    ]
    return await _deliveries(
        tx,
        ADOPT_REFUND,
        {
            "id": refund.id,
            "merchant_id": refund.merchant_id,
            "mode": refund.mode,
            "payment_id": refund.payment_id,
            "amount": refund.amount,
            "currency": refund.currency,
            "sequence": refund.sequence,
            "now": refund.created_at,
            "origin": refund.origin,
            "reference": reference,
            **event_parameters(events),
        },
    )


# With the processor's id of it, so that it is only ever looked up.
_ADOPT_ASKED: Final = """
INSERT INTO processor_operations (key, merchant_id, mode, account_id, payment_id, kind, amount, currency,
                                  reference, first_sent_at, sends, outcome)
SELECT %(id)s || ':refund', p.merchant_id, p.mode, p.account_id, p.id, 'refund', %(amount)s, %(currency)s,
       %(reference)s, %(now)s, 1, 'pending'
FROM payments p JOIN refunds r ON r.payment_id = p.id AND r.id = %(id)s WHERE p.id = %(payment_id)s
ON CONFLICT (key) DO NOTHING
"""


async def adopt_pending(tx: Connection, refund: Refund, reference: str) -> int:
    """Add a refund of ours that is known to the processor alone, and not decided there: it is looked up until it
    is. Returns how many deliveries became due."""
    event = refund_event(refund, "refund.created", refund.created_at)
    created, deliveries = await insert_refund(tx, refund, event)
    if created:
        values = {
            "id": refund.id,
            "payment_id": refund.payment_id,
            "amount": refund.amount,
            "currency": refund.currency,
            "reference": reference,
            "now": refund.created_at,
        }
        await tx.execute(_ADOPT_ASKED, values)
    return deliveries


_BACK: Final = """
    SELECT id, merchant_id, mode, currency, kind, amount, taken_back_at
    FROM changed CROSS JOIN (VALUES ('payout_reversal'), ('return')) AS step (kind)
"""
TAKE_BACK: Final = f"""
WITH changed AS (
    UPDATE refunds
    SET status = 'failed', error_code = %(error_code)s, error_description = %(error_description)s,
        taken_back_at = %(now)s, updated_at = %(now)s, sequence = %(sequence)s, reserved = true
    WHERE id = %(id)s AND payment_id = %(payment_id)s AND status = 'processed' AND sequence = %(sequence)s - 1
    RETURNING id, merchant_id, mode, currency, amount, payment_id, taken_back_at
),
moved AS (
    UPDATE payments p SET amount_refunded = p.amount_refunded - c.amount, updated_at = %(now)s
    FROM changed c WHERE p.id = c.payment_id
),
{posted(_BACK)},
{PUBLISHED}
SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM fanned_out)
"""  # noqa: S608 - a constant


async def take_back(tx: Connection, refund: Refund) -> int:
    """`refund` as it is after the processor took it back. Returns how many deliveries became due."""
    return await _deliveries(
        tx,
        TAKE_BACK,
        {
            "id": refund.id,
            "payment_id": refund.payment_id,
            "error_code": refund.error_code,
            "error_description": refund.error_description,
            "now": refund.taken_back_at,
            "sequence": refund.sequence,
            **event_parameters([refund_event(refund, "refund.failed", refund.updated_at)]),
        },
    )


async def _deliveries(tx: Connection, statement: str, values: dict[str, object]) -> int:
    cursor = await tx.execute(statement.encode(), values)
    row = await cursor.fetchone()
    assert row is not None
    return int(row[1])
