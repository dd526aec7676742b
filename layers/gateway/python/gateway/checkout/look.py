"""A page says that something has happened in the processor's form: a hint to look now, and never an outcome."""

from gateway.database import Connection
from gateway.payments.model import Payment


async def ask_look(tx: Connection, payment: Payment) -> bool:
    """Have the processor asked what became of a payment that waits for its shopper; whether it does.

    What is in work keeps its lease: its end sees that somebody has asked meanwhile, and looks once more. What is
    not is due, and no more than that: a notice may look beyond the account's budget, a page not. A capture is no
    look: it keeps its own pace, and its tries.
    """
    cursor = await tx.execute(
        """
        UPDATE payments SET due_at = CASE WHEN lease_token IS NULL THEN now() ELSE due_at END,
                            noticed_at = CASE WHEN lease_token IS NULL THEN noticed_at ELSE now() END
        WHERE id = %s AND status = 'requires_action' AND account_id IS NOT NULL AND work IN ('authorize', 'close')
        """,
        (payment.id,),
    )
    return cursor.rowcount == 1
