"""Notices that wait for a person: about something that is not here."""

from typing import Any, Final

from psycopg.rows import dict_row

from gateway.clock import iso
from gateway.database import Connection
from gateway.database.scope import Tenant

MOST: Final = 100
"""Shown at once, the oldest first: those that are settled make room."""

ADVICE: Final = (
    "The processor tells of something that our books do not have: somebody else uses this account as well, or a "
    "payment was lost. Look for the ids in the processor's dashboard. If they are no sale of yours here, mark it "
    "as done. If one is, ask your operator to compare the books (gateway processors recover), then look again."
)


async def select_notices_in_review(tx: Connection, tenant: Tenant) -> list[dict[str, Any]]:
    """At most `MOST`, the oldest first, each with its account and what to do."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT n.account_id, a.processor, a.label AS account_label, n.event_id, n.type, n.topic, n.objects,
               n.own_ids, n.received_at, n.tries, n.review_reason
        FROM processor_notices n JOIN processor_accounts a ON a.id = n.account_id
        WHERE n.merchant_id = %s AND n.mode = %s AND n.review_reason IS NOT NULL
        ORDER BY n.received_at, n.account_id, n.event_id LIMIT %s
        """,
        (tenant.merchant_id, tenant.mode, MOST),
    )
    rows = await cursor.fetchall()
    return [row | {"received_at": iso(row["received_at"]), "advice": ADVICE} for row in rows]


async def settle_notice(tx: Connection, tenant: Tenant, account_id: str, event_id: str, *, again: bool) -> bool:
    """It waits for nobody any more, or (`again`) its object is looked for once more; false: it did not."""
    cursor = await tx.execute(
        """
        UPDATE processor_notices SET review_reason = NULL, try_at = CASE WHEN %(again)s THEN now() END
        WHERE account_id = %(account_id)s AND event_id = %(event_id)s AND merchant_id = %(merchant_id)s
          AND mode = %(mode)s AND review_reason IS NOT NULL
        """,
        {
            "again": again,
            "account_id": account_id,
            "event_id": event_id,
            "merchant_id": tenant.merchant_id,
            "mode": tenant.mode,
        },
    )
    return cursor.rowcount == 1
