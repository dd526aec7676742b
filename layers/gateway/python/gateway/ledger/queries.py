"""Statements on the ledger beside posting: balances, their roll-up, the audit."""

from collections.abc import Sequence
from typing import Any, Final

from gateway.database import Connection
from gateway.ledger.model import Difference
from gateway.tenancy.model import Caller

_BALANCES: Final = """
SELECT currency, account, sum(debits), sum(credits) FROM (
    SELECT b.currency, b.account, b.debits, b.credits FROM ledger_balances b
    WHERE b.merchant_id = %(merchant_id)s AND b.mode = %(mode)s
    UNION ALL
    SELECT m.currency, side.account, side.debits, side.credits
    FROM (
        SELECT e.currency, e.debit, e.credit, sum(e.amount) AS amount
        FROM ledger_checkpoint c JOIN ledger_entries e ON (e.era, e.xact) >= (c.era, c.xact)
        WHERE e.merchant_id = %(merchant_id)s AND e.mode = %(mode)s
        GROUP BY e.currency, e.debit, e.credit) AS m
    CROSS JOIN LATERAL (VALUES (m.debit, m.amount, 0), (m.credit, 0, m.amount)) AS side (account, debits, credits)
) AS sides
GROUP BY currency, account ORDER BY currency, account
"""


async def select_account_sums(tx: Connection, caller: Caller) -> list[tuple[str, str, int, int]]:
    """Per currency and account of the caller: debits and credits, in minor units, as of this moment.

    What the checkpoint holds and the entries since, in one snapshot.
    """
    cursor = await tx.execute(_BALANCES, {"merchant_id": caller.merchant_id, "mode": caller.mode})
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in await cursor.fetchall()]


ROLLED_UP_AT_ONCE: Final = 200_000
"""Entries of one roll-up, about: 0.5 s of work, far from the time-out of a statement."""

# Every transaction below the snapshot's xmin has ended: what it has posted is seen, and nothing can be added to
# it. Of several processes one rolls up; one that comes late with an older snapshot would go back, and must not.
_ROLL_UP: Final = f"""
WITH due AS MATERIALIZED (
    SELECT era, xact FROM ledger_checkpoint
    WHERE rolled_at <= now() - make_interval(secs => %(seconds)s) FOR UPDATE SKIP LOCKED
),
span AS MATERIALIZED (
    SELECT d.era, d.xact, ends.era AS new_era, ends.xact AS new_xact
    FROM due d CROSS JOIN LATERAL (
        SELECT era, xact FROM (
            SELECT f.era, pg_snapshot_xmin(pg_current_snapshot()) AS xact FROM event_feed f
            UNION ALL
            (SELECT e.era, e.xact FROM ledger_entries e WHERE (e.era, e.xact) > (d.era, d.xact)
             ORDER BY e.era, e.xact OFFSET {ROLLED_UP_AT_ONCE} LIMIT 1)
        ) AS candidates ORDER BY era, xact LIMIT 1) AS ends
    WHERE (ends.era, ends.xact) > (d.era, d.xact)
),
since AS MATERIALIZED (
    SELECT e.merchant_id, e.mode, e.currency, e.debit, e.credit, sum(e.amount) AS amount, count(*) AS entries
    FROM span s JOIN ledger_entries e ON (e.era, e.xact) >= (s.era, s.xact)
    WHERE (e.era, e.xact) < (s.new_era, s.new_xact)
    GROUP BY e.merchant_id, e.mode, e.currency, e.debit, e.credit
),
rolled AS (
    INSERT INTO ledger_balances AS b (merchant_id, mode, currency, account, debits, credits)
    SELECT s.merchant_id, s.mode, s.currency, side.account, sum(side.debits), sum(side.credits)
    FROM since s
    CROSS JOIN LATERAL (VALUES (s.debit, s.amount, 0), (s.credit, 0, s.amount)) AS side (account, debits, credits)
    GROUP BY s.merchant_id, s.mode, s.currency, side.account
    ON CONFLICT (merchant_id, mode, currency, account)
        DO UPDATE SET debits = b.debits + EXCLUDED.debits, credits = b.credits + EXCLUDED.credits
),
moved AS (
    UPDATE ledger_checkpoint c SET era = s.new_era, xact = s.new_xact, rolled_at = now() FROM span s
)
SELECT coalesce(sum(entries), 0)::bigint FROM since
"""  # noqa: S608 - a constant


async def roll_up(tx: Connection, seconds: float) -> int:
    """Add the entries since the checkpoint to the kept balances, unless that was done within `seconds`.

    Returns how many entries; `ROLLED_UP_AT_ONCE` or more: there are others left. Locks nothing that posting needs.
    """
    cursor = await tx.execute(_ROLL_UP, {"seconds": seconds})
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def select_differences(tx: Connection) -> list[Difference]:
    """What the audit finds; nothing when all is well. Reads every payment, refund and entry."""
    cursor = await tx.execute(
        "SELECT problem, merchant_id::text, mode, subject, expected, found FROM ledger_audit()"
    )
    return [Difference(*row) for row in await cursor.fetchall()]


async def select_totals(tx: Connection) -> Sequence[tuple[Any, ...]]:
    """Per mode and currency: how many entries, their debits and their credits, in minor units."""
    cursor = await tx.execute(
        """
        SELECT mode, currency, count(*) / 2, sum(debit), sum(credit)
        FROM ledger_postings GROUP BY mode, currency ORDER BY mode, currency
        """
    )
    return await cursor.fetchall()


POST_EXPECTED: Final = """
INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at)
SELECT x.id, x.merchant_id, x.mode, x.currency, x.kind, x.debit, x.credit, x.amount, x.created_at
FROM ledger_expected x
WHERE NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.id = x.id)
ON CONFLICT (id) DO NOTHING
"""


async def post_missing(tx: Connection) -> int:
    """Post what payments and refunds call for and the ledger lacks; returns how many entries.

    For what a version before the ledger has done while it was still running beside the migration.
    """
    return (await tx.execute(POST_EXPECTED)).rowcount
