"""Statements on payments, for the API's verbs. The worker's are in `payments.work_queries`."""

from datetime import datetime
from typing import Any, Final

from gateway.database import Connection
from gateway.database.rows import rows_as
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.payments.model import Payment
from gateway.processors.choose import NO_PROCESSOR
from gateway.tenancy.model import Caller

COLUMNS: Final = (
    "id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, card_network, card_last4, "
    "status, captured, amount_captured, amount_refund_pending, amount_refunded, error_code, "
    "error_description, next_action, expires_at, sequence, created_at, updated_at, capture_status, void_status, "
    "review_reason, account_id, account_number, flow, return_url, closing, processor, "
    "processor_reference, decline_code, instrument"
)
PAYMENT_ROWS: Final = rows_as(Payment, COLUMNS)

# An account that is being removed is waited for, and takes nothing once it is: whoever has chosen it chooses anew.
# The order is left as it is: that it was attempted follows from the payment (`orders.queries.SEEN`).
INSERT_PAYMENT: Final = f"""
WITH account AS (
    SELECT 1 FROM processor_accounts WHERE id = %(account_id)s AND status <> 'removed' FOR KEY SHARE
),
changed AS (
    INSERT INTO payments
        (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, vpa_lower, card_network,
         card_last4, card_expiry_month, card_expiry_year, card_fingerprint, sequence, created_at, updated_at,
         work, due_at, account_id, flow, return_url, processor, instrument)
    SELECT %(id)s, %(merchant_id)s, %(mode)s, %(order_id)s, %(amount)s, %(currency)s, %(capture)s, %(method)s,
           %(vpa)s, searched(%(vpa)s::text), %(card_network)s, %(card_last4)s, %(card_expiry_month)s,
           %(card_expiry_year)s, %(card_fingerprint)s, %(sequence)s, %(now)s, %(now)s, 'authorize', now(),
           %(account_id)s, %(flow)s, %(return_url)s, %(processor)s, %(instrument)s
    WHERE %(account_id)s::text IS NULL OR EXISTS (SELECT 1 FROM account)
    ON CONFLICT (order_id) WHERE status IN ('pending', 'requires_action', 'success') DO NOTHING
    RETURNING id
),
vaulted AS (
    INSERT INTO card_vault (payment_id, ciphertext)
    SELECT id, %(card)s::bytea FROM changed WHERE %(card)s::bytea IS NOT NULL
),
{PUBLISHED}
SELECT count(*), (SELECT count(*) FROM fanned_out),
       %(account_id)s::text IS NULL OR EXISTS (SELECT 1 FROM account)
FROM changed
"""  # noqa: S608 - a constant


async def insert_payment(
    tx: Connection, payment: Payment, card: dict[str, Any], events: list[EventDraft]
) -> tuple[bool, int, bool]:
    """Add a payment, its sealed card and its events.

    `card` holds `ciphertext`, `expiry_month`, `expiry_year` and `fingerprint`, or is empty.
    Returns whether the payment was added, how many deliveries became due, and whether its account is still there
    (False: it was removed since it was chosen; True and not added: the order has a live payment).
    """
    cursor = await tx.execute(
        INSERT_PAYMENT,
        {
            "id": payment.id,
            "merchant_id": payment.merchant_id,
            "mode": payment.mode,
            "order_id": payment.order_id,
            "amount": payment.amount,
            "currency": payment.currency,
            "capture": payment.capture,
            "method": payment.method,
            "vpa": payment.vpa,
            "card_network": payment.card_network,
            "card_last4": payment.card_last4,
            "card_expiry_month": card.get("expiry_month"),
            "card_expiry_year": card.get("expiry_year"),
            "card_fingerprint": card.get("fingerprint"),
            "card": card.get("ciphertext"),
            "sequence": payment.sequence,
            "now": payment.created_at,
            "account_id": payment.account_id,
            "flow": payment.flow,
            "return_url": payment.return_url,
            "processor": payment.processor,
            "instrument": payment.instrument,
            **event_parameters(events),
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0] == 1, row[1], row[2]


async def select_payment(tx: Connection, caller: Caller, payment_id: str) -> Payment | None:
    """The caller's payment with this id."""
    cursor = tx.cursor(row_factory=PAYMENT_ROWS)
    await cursor.execute(
        f"SELECT {COLUMNS} FROM payments WHERE id = %s AND merchant_id = %s AND mode = %s",  # noqa: S608
        (payment_id, caller.merchant_id, caller.mode),
    )
    return await cursor.fetchone()


SELECT_PAYMENTS: Final = f"""
SELECT {COLUMNS} FROM payments WHERE id = ANY (%(ids)s) AND merchant_id = %(merchant_id)s AND mode = %(mode)s
"""  # noqa: S608 - constants


async def select_payments(tx: Connection, caller: Caller, payment_ids: list[str]) -> dict[str, Payment]:
    """The caller's payments with these ids, by id."""
    cursor = tx.cursor(row_factory=PAYMENT_ROWS)
    given = {"ids": payment_ids, "merchant_id": caller.merchant_id, "mode": caller.mode}
    await cursor.execute(SELECT_PAYMENTS, given)
    return {payment.id: payment for payment in await cursor.fetchall()}


# Nothing is held of a payment that waits for its shopper. (An authorised one is cancelled by the bank's yes.) Over
# an account it is closed there; money that was faster is given back.
GIVE_UP_PAYMENT: Final = f"""
WITH changed AS (
    UPDATE payments
    SET status = 'cancelled', next_action = NULL, expires_at = NULL,
        sequence = sequence + 1, updated_at = %(now)s,
        work = CASE WHEN account_id IS NULL THEN 'void' ELSE 'close' END, due_at = now(), attempts = 0,
        sent_at = NULL, lease_token = NULL, review_reason = NULL
    WHERE id = %(id)s AND sequence = %(sequence)s AND status = 'requires_action'
    RETURNING id
),
emptied AS (
    DELETE FROM card_vault USING changed WHERE payment_id = changed.id
),
{PUBLISHED}
SELECT count(*), (SELECT count(*) FROM fanned_out) FROM changed
"""  # noqa: S608 - a constant


async def update_given_up(
    tx: Connection, payment: Payment, now: datetime, events: list[EventDraft]
) -> tuple[bool, int]:
    """Cancel a payment that waits for its shopper, if it is still as it was read.

    Returns whether it was, and how many deliveries became due.
    """
    cursor = await tx.execute(
        GIVE_UP_PAYMENT,
        {"id": payment.id, "sequence": payment.sequence, "now": now} | event_parameters(events),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0] == 1, row[1]


async def select_expired(tx: Connection, now: datetime, without: list[str], limit: int) -> list[Payment]:
    """Authorised payments whose time to capture is over, oldest first, but for those with these ids.

    One whose void was refused is left to people: the bank would refuse it again. Nor can one without a processor
    be released (`NO_PROCESSOR`).
    """
    cursor = tx.cursor(row_factory=PAYMENT_ROWS)
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM payments
        WHERE expires_at <= %s AND status = 'success' AND NOT captured AND void_status IS NULL AND id <> ALL(%s)
          AND review_reason IS DISTINCT FROM '{NO_PROCESSOR}'
        ORDER BY expires_at LIMIT %s
        """,  # noqa: S608
        (now, without, limit),
    )
    return await cursor.fetchall()


async def make_due(tx: Connection, payment_id: str) -> None:
    """Have an undecided payment looked up now rather than at its next turn, unless it is in work."""
    await tx.execute(
        "UPDATE payments SET due_at = now() WHERE id = %s AND work IS NOT NULL AND lease_token IS NULL",
        (payment_id,),
    )
