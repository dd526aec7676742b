"""Statements on money that nobody expected. The worker's run under a check's lock and lease (`checks.write`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from gateway.database import Connection
from gateway.database.rows import rows_as
from gateway.database.scope import Tenant
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.ledger.post import posted
from gateway.processors.accounts.beside import COLUMNS as OF_ACCOUNT
from gateway.processors.accounts.beside import beside_account
from gateway.unexpected.model import COLUMNS, ListedMoney, UnexpectedMoney

ROWS: Final = rows_as(UnexpectedMoney, COLUMNS)
LISTED: Final = beside_account(COLUMNS, "unexpected_money")
_LISTED_ROWS: Final = rows_as(ListedMoney, f"{COLUMNS}, {OF_ACCOUNT}")


async def select_unexpected(tx: Connection, tenant: Tenant, money_id: str) -> ListedMoney | None:
    """The tenant's with this id."""
    cursor = tx.cursor(row_factory=_LISTED_ROWS)
    await cursor.execute(
        f"{LISTED} WHERE id = %s AND merchant_id = %s AND mode = %s".encode(),
        (money_id, tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchone()


async def select_unexpected_of(tx: Connection, tenant: Tenant, payment_id: str) -> list[UnexpectedMoney]:
    """All of a payment, oldest first."""
    cursor = tx.cursor(row_factory=ROWS)
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM unexpected_money WHERE payment_id = %s AND merchant_id = %s AND mode = %s
        ORDER BY created_at, id
        """,  # noqa: S608
        (payment_id, tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchall()


_FOUND: Final = "SELECT id, merchant_id, mode, currency, 'unexpected', amount, created_at FROM changed"
INSERT_FOUND: Final = f"""
WITH changed AS (
    INSERT INTO unexpected_money (id, merchant_id, mode, account_id, payment_id, charge, amount, currency, reason,
                                  status, created_at, updated_at)
    VALUES (%(id)s, %(merchant_id)s, %(mode)s, %(account_id)s, %(payment_id)s, %(charge)s, %(amount)s,
            %(currency)s, %(reason)s, %(status)s, %(created_at)s, %(created_at)s)
    ON CONFLICT (account_id, charge) DO NOTHING
    RETURNING id, merchant_id, mode, currency, amount, created_at
),
{posted(_FOUND)},
{PUBLISHED}
SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM fanned_out)
"""  # noqa: S608 - a constant


async def insert_found(tx: Connection, money: UnexpectedMoney, event: EventDraft) -> int:
    """Tell and book money that nobody expected, once. Returns how many deliveries became due."""
    return await _deliveries(tx, INSERT_FOUND, _values(money), [event])


# Back from a person's look as well: what the processor says counts.
_BACK: Final = "SELECT id, merchant_id, mode, currency, 'unexpected_refund', amount, returned_at FROM changed"
SET_RETURNED: Final = f"""
WITH changed AS (
    UPDATE unexpected_money
    SET status = 'returned', returned_at = %(returned_at)s, review_reason = NULL, sequence = %(sequence)s,
        updated_at = now()
    WHERE id = %(id)s AND status <> 'returned' AND taken_back_at IS NULL AND sequence = %(sequence)s - 1
    RETURNING id, merchant_id, mode, currency, amount, returned_at
),
{posted(_BACK)},
{PUBLISHED}
SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM fanned_out)
"""  # noqa: S608 - a constant


async def set_returned(tx: Connection, money: UnexpectedMoney, event: EventDraft) -> int:
    """It has gone back. Returns how many deliveries became due."""
    return await _deliveries(tx, SET_RETURNED, _values(money), [event])


_AGAIN: Final = """
    SELECT id, merchant_id, mode, currency, 'unexpected_refund_reversal', amount, taken_back_at
    FROM changed WHERE taken_back_at IS NOT NULL
"""
SET_REVIEWED: Final = f"""
WITH changed AS (
    UPDATE unexpected_money
    SET status = 'review', review_reason = %(review_reason)s, taken_back_at = %(taken_back_at)s,
        sequence = %(sequence)s, updated_at = now()
    WHERE id = %(id)s AND status IN ('returning', 'returned') AND taken_back_at IS NULL
      AND (status = 'returned') = (%(taken_back_at)s::timestamptz IS NOT NULL)
    RETURNING id, merchant_id, mode, currency, amount, taken_back_at
),
{posted(_AGAIN)}
SELECT (SELECT count(*) FROM changed), 0
"""  # noqa: S608 - a constant


async def set_reviewed(tx: Connection, money: UnexpectedMoney) -> None:
    """Leave it to a person; what the processor took back is booked again."""
    await tx.execute(SET_REVIEWED, _values(money))


_NUMBERED: Final = "CASE WHEN u.refund_number > 1 THEN ':' || u.refund_number ELSE '' END"
# What was refused is asked for under a new key: the processor takes the old one for a repeat.
ASK_REFUND: Final = f"""
WITH asked AS (
    UPDATE unexpected_money u
    SET status = 'returning', review_reason = NULL, updated_at = %(now)s,
        refund_number = u.refund_number + CASE WHEN EXISTS (
            SELECT 1 FROM processor_operations o
            WHERE o.key = u.id || ':refund' || {_NUMBERED} AND o.outcome = 'declined') THEN 1 ELSE 0 END
    WHERE u.id = %(id)s AND u.merchant_id = %(merchant_id)s AND u.mode = %(mode)s
      AND u.status IN ('kept', 'review') AND u.taken_back_at IS NULL
    RETURNING {COLUMNS}
),
due AS (
    UPDATE payments p
    SET noticed_at = %(now)s, work = COALESCE(p.work, 'check'), review_reason = NULL,
        attempts = CASE WHEN p.lease_token IS NULL THEN 0 ELSE p.attempts END,
        due_at = CASE WHEN p.lease_token IS NULL THEN now() ELSE p.due_at END
    FROM asked WHERE p.id = asked.payment_id
)
SELECT {COLUMNS} FROM asked
"""  # noqa: S608 - a constant


async def ask_refund(tx: Connection, tenant: Tenant, money_id: str, now: datetime) -> UnexpectedMoney | None:
    """Have it paid back; None: there is none that waits for a person's word."""
    cursor = tx.cursor(row_factory=ROWS)
    await cursor.execute(
        ASK_REFUND, {"id": money_id, "merchant_id": tenant.merchant_id, "mode": tenant.mode, "now": now}
    )
    return await cursor.fetchone()


def _values(money: UnexpectedMoney) -> dict[str, Any]:
    return {name: getattr(money, name) for name in COLUMNS.split(", ")}


async def _deliveries(tx: Connection, statement: str, values: dict[str, Any], events: Sequence[EventDraft]) -> int:
    cursor = await tx.execute(statement.encode(), values | event_parameters(events))
    row = await cursor.fetchone()
    assert row is not None
    return int(row[1])
