"""Statements that ask the processor for a capture or a void. Its answer is written down by `work_queries`."""

from datetime import datetime
from typing import Final

from gateway.database import Connection
from gateway.payments.model import Payment

# A new key for what was refused: the processor takes the old one for a repeat. `sent_at` is of this asking.
_ASK_CAPTURE: Final = """
UPDATE payments
SET captured = true, amount_captured = %(amount)s, capture_status = 'pending',
    capture_number = capture_number + CASE WHEN capture_status = 'failed' THEN 1 ELSE 0 END, updated_at = %(now)s,
    work = 'capture', due_at = now(), attempts = 0, sent_at = NULL, lease_token = NULL, review_reason = NULL
WHERE id = %(id)s AND sequence = %(sequence)s AND status = 'success' AND NOT captured
  AND void_status IS DISTINCT FROM 'pending' AND amount_refund_pending = 0
  AND (expires_at IS NULL OR expires_at > %(now)s OR void_status = 'failed')
"""

_ASK_VOID: Final = """
UPDATE payments
SET void_status = 'pending',
    void_number = void_number + CASE WHEN void_status = 'failed' THEN 1 ELSE 0 END, updated_at = %(now)s,
    work = 'void', due_at = now(), attempts = 0, sent_at = NULL, lease_token = NULL, review_reason = NULL
WHERE id = %(id)s AND sequence = %(sequence)s AND status = 'success' AND NOT captured
  AND void_status IS DISTINCT FROM 'pending'
"""


async def ask_capture(tx: Connection, payment: Payment, amount: int, now: datetime) -> bool:
    """Have `amount` (minor units) of an authorised payment taken, if it is still as it was read."""
    values = {"id": payment.id, "sequence": payment.sequence, "amount": amount, "now": now}
    return (await tx.execute(_ASK_CAPTURE, values)).rowcount == 1


async def ask_void(tx: Connection, payment: Payment, now: datetime) -> bool:
    """Have an authorised payment released, if it is still as it was read."""
    values = {"id": payment.id, "sequence": payment.sequence, "now": now}
    return (await tx.execute(_ASK_VOID, values)).rowcount == 1
