"""Statements on disputes. The worker's run under the lock and lease of a check (`checks.write`)."""

from collections.abc import Sequence
from typing import Final

from gateway.database import Connection
from gateway.database.rows import rows_as
from gateway.database.scope import Tenant
from gateway.disputes.model import COLUMNS, Dispute, ListedDispute
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.processors.accounts.beside import COLUMNS as OF_ACCOUNT
from gateway.processors.accounts.beside import beside_account

ROWS: Final = rows_as(Dispute, COLUMNS)
LISTED: Final = beside_account(COLUMNS, "disputes")
_LISTED_ROWS: Final = rows_as(ListedDispute, f"{COLUMNS}, {OF_ACCOUNT}")


async def select_dispute(tx: Connection, tenant: Tenant, dispute_id: str) -> ListedDispute | None:
    """The tenant's dispute with this id."""
    cursor = tx.cursor(row_factory=_LISTED_ROWS)
    await cursor.execute(
        f"{LISTED} WHERE id = %s AND merchant_id = %s AND mode = %s".encode(),
        (dispute_id, tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchone()


async def select_disputes_of(tx: Connection, tenant: Tenant, payment_id: str) -> list[Dispute]:
    """All of a payment, oldest first."""
    cursor = tx.cursor(row_factory=ROWS)
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM disputes WHERE payment_id = %s AND merchant_id = %s AND mode = %s
        ORDER BY created_at, id
        """,  # noqa: S608
        (payment_id, tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchall()


# Whoever comes with the same sequence has read the same row.
WRITE_DISPUTE: Final = f"""
WITH changed AS (
    INSERT INTO disputes AS d ({COLUMNS})
    VALUES (%(id)s, %(merchant_id)s, %(mode)s, %(account_id)s, %(payment_id)s, %(reference)s, %(amount)s,
            %(currency)s, %(reason)s, %(status)s, %(raw)s, %(respond_by)s, %(sequence)s, %(created_at)s,
            %(updated_at)s)
    ON CONFLICT (account_id, reference) DO UPDATE
    SET amount = EXCLUDED.amount, currency = EXCLUDED.currency, reason = EXCLUDED.reason, status = EXCLUDED.status,
        raw = EXCLUDED.raw, respond_by = EXCLUDED.respond_by, sequence = EXCLUDED.sequence,
        updated_at = EXCLUDED.updated_at
    WHERE d.id = EXCLUDED.id AND d.sequence = EXCLUDED.sequence - 1
    RETURNING id
),
{PUBLISHED}
SELECT count(*) FROM fanned_out
"""  # noqa: S608 - a constant


async def write_dispute(tx: Connection, dispute: Dispute, events: Sequence[EventDraft]) -> int:
    """Add a dispute, or write down how it has changed, and tell. Returns how many deliveries became due."""
    values = {name: getattr(dispute, name) for name in COLUMNS.split(", ")}
    cursor = await tx.execute(WRITE_DISPUTE, values | event_parameters(events))
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])
