"""Statements on comparisons that have not ended, and on payments that a comparison looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.rows import class_row, dict_row

from gateway.clock import iso
from gateway.database import Connection
from gateway.processors.accounts.model import Account

ALL: Final = "all"
"""The scope of a comparison of every account."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A row of `processor_recoveries`. `scope`: an account's id, or `all`."""

    scope: str
    since: datetime
    started_at: datetime
    by_whom: str
    compared: list[str]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "scope": self.scope,
            "since": iso(self.since),
            "started_at": iso(self.started_at),
            "by": self.by_whom,
            "compared": self.compared,
        }


async def try_lock(tx: Connection) -> bool:
    """Be the only one who compares, until this transaction ends, also by the end of its process."""
    cursor = await tx.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('processor_recoveries', 0))")
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def begin_recovery(tx: Connection, scope: str, since: datetime, by_whom: str, now: datetime) -> Recovery:
    """Begin, or go on with what was begun with the same `since`; with another one it starts over, with the stops
    that it has."""
    cursor = tx.cursor(row_factory=class_row(Recovery))
    await cursor.execute(
        """
        INSERT INTO processor_recoveries AS r (scope, since, started_at, by_whom)
        VALUES (%(scope)s, %(since)s, %(now)s, %(by_whom)s)
        ON CONFLICT (scope) DO UPDATE
        SET since = EXCLUDED.since, by_whom = EXCLUDED.by_whom,
            compared = CASE WHEN r.since = EXCLUDED.since THEN r.compared ELSE '{}' END
        RETURNING scope, since, started_at, by_whom, compared
        """,
        {"scope": scope, "since": since, "by_whom": by_whom, "now": now},
    )
    begun = await cursor.fetchone()
    assert begun is not None
    return begun


async def note_compared(tx: Connection, scope: str, account_id: str) -> None:
    """This account is done."""
    await tx.execute(
        "UPDATE processor_recoveries SET compared = array_append(compared, %s) WHERE scope = %s",
        (account_id, scope),
    )


async def end_recovery(tx: Connection, scope: str) -> None:
    """All is done."""
    await tx.execute("DELETE FROM processor_recoveries WHERE scope = %s", (scope,))


async def select_recoveries(tx: Connection) -> list[Recovery]:
    """Those that have not ended."""
    cursor = tx.cursor(row_factory=class_row(Recovery))
    await cursor.execute(
        "SELECT scope, since, started_at, by_whom, compared FROM processor_recoveries ORDER BY started_at"
    )
    return await cursor.fetchall()


# A capture or void that was asked for after the backup is known to the processor alone.
_HELD: Final = """
UPDATE payments
SET noticed_at = now(), work = COALESCE(work, 'check'),
    due_at = CASE WHEN lease_token IS NULL THEN now() ELSE due_at END,
    attempts = CASE WHEN lease_token IS NULL THEN 0 ELSE attempts END
WHERE account_id = %(account_id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s AND status = 'success'
  AND NOT captured AND review_reason IS NULL
RETURNING id
"""


async def make_held_due(tx: Connection, account: Account) -> list[str]:
    """Have every authorised payment of the account that is not captured looked at, however old; their ids."""
    values = {"account_id": account.id, "merchant_id": account.merchant_id, "mode": account.mode}
    return [row[0] for row in await (await tx.execute(_HELD, values)).fetchall()]


async def make_due_again(tx: Connection, ids: Sequence[str]) -> list[str]:
    """Those of these payments that the machine has not done with are due at once; their ids."""
    cursor = await tx.execute(
        """
        UPDATE payments SET due_at = now(), noticed_at = now()
        WHERE id = ANY (%s) AND work IS NOT NULL AND lease_token IS NULL RETURNING id
        """,
        (list(ids),),
    )
    return [row[0] for row in await cursor.fetchall()]


async def select_states(tx: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """How these payments stand, in the fields that a comparison may change."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT id, status, captured, amount_captured, capture_status, void_status, amount_refunded,
               amount_refund_pending, review_reason
        FROM payments WHERE id = ANY (%s)
        """,
        (list(ids),),
    )
    return {row.pop("id"): row for row in await cursor.fetchall()}
