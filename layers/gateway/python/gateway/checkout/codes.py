"""A fresh UPI code for the same payment: a new reference, and the time to scan it once more."""

from datetime import datetime
from typing import Any, Final

from gateway.checkout.queries import ORDER_CODES
from gateway.clock import iso
from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.orders.terms import OrderToPay
from gateway.payments.model import Payment
from gateway.processors.choose import require_processor_of
from gateway.processors.test_bank import let_wait

_SCANNED: Final = ("upi_approval", "upi_qr", "upi_intent")


def waits_for_scan(payment: Payment) -> bool:
    """Whether a code of this payment is being shown that is ours: a processor's is as it gave it."""
    return (
        payment.account_id is None
        and payment.status == "requires_action"
        and (payment.next_action or {}).get("type") in _SCANNED
    )


# Two payments of an order are never waited for at once: only this one's codes can grow meanwhile.
_NEXT: Final = f"""
WITH others AS ({ORDER_CODES} AND p.id <> %(id)s)
INSERT INTO checkout_codes AS c (payment_id, number, issued_at)
SELECT %(id)s, 2, %(now)s FROM others AS o (codes) WHERE o.codes + 1 < %(most)s
ON CONFLICT (payment_id) DO UPDATE SET number = c.number + 1, issued_at = EXCLUDED.issued_at
WHERE c.number + (SELECT o.codes FROM others AS o (codes)) < %(most)s
"""  # noqa: S608 - a constant


async def refresh_code(
    tx: Connection, to_pay: OrderToPay, payment: Payment, seconds: float, most: int, now: datetime
) -> None:
    """Number the next code, and let the bank wait `seconds` from now.

    Raises `ProcessorRequired`, and `BadRequest` for an expired order, for a payment that waits for no scan, and
    when the order has had `most` codes: a stranger cannot hold it for ever.
    """
    require_processor_of(payment.mode, payment.account_id)
    to_pay.check_time(now)
    # The bank first: what it has decided, or given up, gets no code.
    if not waits_for_scan(payment) or not await let_wait(tx, payment.id, seconds):
        raise BadRequest("This payment waits for no scan")
    values = {"id": payment.id, "order_id": payment.order_id, "now": now, "most": most}
    if (await tx.execute(_NEXT, values)).rowcount != 1:
        raise BadRequest("This order has had its last code", field="order_id")


async def code_view(tx: Connection, payment: Payment, most: int) -> dict[str, Any]:
    """`number` of the code that is shown, since when, and how many more there may be of `most` for the order."""
    cursor = await tx.execute(
        f"SELECT c.number, c.issued_at, ({ORDER_CODES}) FROM (VALUES (1)) one (row) "  # noqa: S608 - a constant
        "LEFT JOIN checkout_codes c ON c.payment_id = %(id)s",
        {"id": payment.id, "order_id": payment.order_id},
    )
    row = await cursor.fetchone()
    assert row is not None
    number, issued_at, codes = row
    return {
        "number": number or 1,
        "issued_at": iso(issued_at or payment.created_at),
        "left": max(most - int(codes), 0),
    }
