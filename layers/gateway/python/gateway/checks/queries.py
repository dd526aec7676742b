"""What a check reads, and its claim on a refund of money that nobody expected."""

from datetime import datetime
from typing import Final
from uuid import UUID

from gateway.checks.model import Known
from gateway.database import Connection
from gateway.disputes.queries import select_disputes_of
from gateway.payments.model import Payment
from gateway.processors.operations.model import outcome_of
from gateway.processors.operations.queries import OF_PAYMENT, REQUEST, read_operations
from gateway.processors.protocol import Answer
from gateway.processors.stops.queries import is_stopped
from gateway.processors.trouble import Trouble
from gateway.refunds.queries import select_refunds_of_payment
from gateway.tenancy.model import Caller
from gateway.unexpected.model import UnexpectedMoney
from gateway.unexpected.queries import select_unexpected_of

_KNOWN: Final = f"""
SELECT {OF_PAYMENT.format(payment_id="%(id)s")},
       EXISTS (SELECT 1 FROM processor_notices WHERE payment_id = %(id)s AND topic = 'dispute')
"""  # noqa: S608 - a constant


async def lock_payment(tx: Connection, payment: Payment, token: UUID) -> bool:
    """Keep everybody else off the payment until the transaction ends, if this claim still holds it."""
    cursor = await tx.execute(
        "SELECT 1 FROM payments WHERE id = %s AND lease_token = %s AND sequence = %s FOR UPDATE",
        (payment.id, token, payment.sequence),
    )
    return await cursor.fetchone() is not None


async def select_known(tx: Connection, payment: Payment) -> Known:
    """What stands here about the payment."""
    tenant = Caller(payment.merchant_id, payment.mode)  # type: ignore[arg-type]
    cursor = await tx.execute(_KNOWN, {"id": payment.id})
    row = await cursor.fetchone()
    assert row is not None
    return Known(
        refunds=await select_refunds_of_payment(tx, tenant, payment.id),
        unexpected=await select_unexpected_of(tx, tenant, payment.id),
        disputes=await select_disputes_of(tx, tenant, payment.id),
        operations=read_operations(row[0]),
        dispute_was_noticed=row[1],
        refunds_are_stopped=await is_stopped(tx, tenant, payment.account_id, "refunds"),
    )


_REQUEST: Final = REQUEST.format(
    kind="'refund'", amount="u.amount", currency="u.currency", account_id="u.account_id"
)

# As with a claim: written down before it is sent. `first_sent_at` as it was before tells whether it ever was.
_CLAIM_RETURN: Final = f"""
WITH before AS (SELECT first_sent_at, reference FROM processor_operations WHERE key = %(key)s),
written AS (
    INSERT INTO processor_operations AS o
        (key, merchant_id, mode, account_id, payment_id, kind, amount, currency, charge, request_hash,
         first_sent_at, sends)
    SELECT %(key)s, u.merchant_id, u.mode, u.account_id, u.payment_id, 'refund', u.amount, u.currency, u.charge,
           decode({_REQUEST}, 'hex'), now(), 1
    FROM unexpected_money u JOIN payments p ON p.id = u.payment_id
    WHERE u.id = %(id)s AND u.status = 'returning' AND p.lease_token = %(token)s
    ON CONFLICT (key) DO UPDATE
    SET sends = o.sends + 1, first_sent_at = COALESCE(o.first_sent_at, now()), updated_at = now()
    RETURNING key
)
SELECT b.first_sent_at, b.reference FROM written LEFT JOIN before b ON true
"""  # noqa: S608 - a constant


async def claim_return(
    tx: Connection, money: UnexpectedMoney, token: UUID
) -> tuple[datetime | None, str | None] | None:
    """Write down that its refund is about to be sent. Returns when it was first sent before (None: never), and the
    processor's id of it; None: it is not to be sent (any more)."""
    cursor = await tx.execute(_CLAIM_RETURN, {"key": money.refund_key, "id": money.id, "token": token})
    row = await cursor.fetchone()
    return None if row is None else (row[0], row[1])


async def note_return(tx: Connection, money: UnexpectedMoney, said: Answer | Trouble) -> None:
    """Write down what became of its refund's sending."""
    is_trouble = isinstance(said, Trouble)
    was_not_sent = isinstance(said, Trouble) and said.kind != "unknown"
    await tx.execute(
        """
        UPDATE processor_operations
        SET outcome = %(outcome)s, reference = COALESCE(%(reference)s, reference), raw = COALESCE(%(raw)s, raw),
            updated_at = now(), sends = sends - CASE WHEN %(was_not_sent)s THEN 1 ELSE 0 END,
            first_sent_at = CASE WHEN %(was_not_sent)s AND sends <= 1 THEN NULL ELSE first_sent_at END
        WHERE key = %(key)s
        """,
        {
            "key": money.refund_key,
            "outcome": said.kind if isinstance(said, Trouble) else outcome_of(said),
            "reference": None if is_trouble else said.reference,  # type: ignore[union-attr]
            "raw": (said.raw or "")[:500] or None,
            "was_not_sent": was_not_sent,
        },
    )
