"""A fresh UPI code for the same payment: a new reference, and the time to scan it once more."""

from datetime import datetime
from typing import Any, Final

from gateway.clock import iso
from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.payments.model import Payment
from gateway.processors.choose import require_processor
from gateway.processors.simulator.queries import extend_action

ANY_PAYER: Final = "pending@upi"
"""Sent by the page (`upi-form.tsx`) for whoever scans its code: the simulated bank waits for an approval."""

MAX_CODES: Final = 10
"""Codes of one payment, the first included: a payment cannot be held open for ever."""


def waits_for_scan(payment: Payment) -> bool:
    """Whether a code of this payment is being shown."""
    return payment.status == "requires_action" and (payment.next_action or {}).get("type") == "upi_approval"


async def refresh_code(tx: Connection, payment: Payment, seconds: float, now: datetime) -> None:
    """Number the next code, and let the bank wait `seconds` from now.

    Raises `ProcessorRequired`, and `BadRequest` for a payment that waits for no scan, and after the tenth code.
    """
    await require_processor(tx, payment)
    # The bank first: what it has decided, or given up, gets no code.
    if not waits_for_scan(payment) or not await extend_action(tx, f"{payment.id}:authorize", seconds):
        raise BadRequest("This payment waits for no scan")
    cursor = await tx.execute(
        """
        INSERT INTO checkout_codes AS c (payment_id, number, issued_at) VALUES (%(id)s, 2, %(now)s)
        ON CONFLICT (payment_id) DO UPDATE SET number = c.number + 1, issued_at = EXCLUDED.issued_at
        WHERE c.number < %(most)s
        """,
        {"id": payment.id, "now": now, "most": MAX_CODES},
    )
    if cursor.rowcount != 1:
        raise BadRequest("This payment has had its last code")


async def code_view(tx: Connection, payment: Payment) -> dict[str, Any]:
    """`number` of the code that is shown, since when, and how many more there may be."""
    cursor = await tx.execute("SELECT number, issued_at FROM checkout_codes WHERE payment_id = %s", (payment.id,))
    number, issued_at = await cursor.fetchone() or (1, payment.created_at)
    return {"number": number, "issued_at": iso(issued_at), "left": MAX_CODES - number}
