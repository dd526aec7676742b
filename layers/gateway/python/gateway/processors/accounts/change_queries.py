"""Statements that change accounts, each guarded by the number of changes that its caller has read."""

from datetime import datetime
from typing import Any, Final

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import COLUMNS

MOST_ACCOUNTS: Final = 50
"""Of a merchant in one mode, those that were removed left out."""


async def lock_accounts(tx: Connection, tenant: Tenant) -> None:
    """Until the transaction ends, nobody else changes this tenant's accounts or routes."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('processor_accounts:' || %s || ':' || %s, 0))",
        (str(tenant.merchant_id), tenant.mode),
    )


async def insert_account(tx: Connection, values: dict[str, Any]) -> Account | None:
    """Add an account that nobody has checked; None if the tenant has `MOST_ACCOUNTS`."""
    cursor = tx.cursor(row_factory=class_row(Account))
    await cursor.execute(
        f"""
        INSERT INTO processor_accounts (id, merchant_id, mode, processor, label, public_key, credentials,
                                        webhook_secret, webhook_secret_at, collect, api_version, created_at,
                                        updated_at)
        SELECT %(id)s, %(merchant_id)s, %(mode)s, %(processor)s, %(label)s, %(public_key)s, %(credentials)s,
               %(webhook_secret)s, CASE WHEN %(webhook_secret)s::bytea IS NOT NULL THEN %(now)s::timestamptz END,
               %(collect)s, %(api_version)s, %(now)s, %(now)s
        WHERE (SELECT count(*) FROM processor_accounts
               WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND status <> 'removed') < {MOST_ACCOUNTS}
        RETURNING {COLUMNS}
        """,  # noqa: S608 - constants
        values,
    )
    return await cursor.fetchone()


async def update_account(
    tx: Connection, account: Account, changes: dict[str, Any], now: datetime
) -> Account | None:
    """Set these columns (their names are ours); None if the account has changed since it was read."""
    assignments = "".join(f"{name} = %({name})s, " for name in changes)
    cursor = tx.cursor(row_factory=class_row(Account))
    await cursor.execute(
        f"""
        UPDATE processor_accounts SET {assignments}updated_at = %(now)s, sequence = sequence + 1
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s AND sequence = %(sequence)s
        RETURNING {COLUMNS}
        """.encode(),  # noqa: S608 - names of ours
        changes
        | {
            "now": now,
            "id": account.id,
            "merchant_id": account.merchant_id,
            "mode": account.mode,
            "sequence": account.sequence,
        },
    )
    return await cursor.fetchone()


async def lock_account(tx: Connection, account: Account) -> None:
    """Wait for those who are just giving the account something to do, and let nobody else before we have ended:
    the foreign keys of payments and operations share this lock."""
    await tx.execute("SELECT 1 FROM processor_accounts WHERE id = %s FOR UPDATE", (account.id,))


# Each a reason to keep an account, and how many there are of it (counted up to 1,000).
_TIES: Final = """
SELECT
    (SELECT count(*) FROM (
        SELECT 1 FROM payments WHERE account_id = %(id)s
          AND (work IS NOT NULL OR status IN ('pending', 'requires_action')
               OR (status = 'success' AND amount_captured = 0))
        UNION ALL
        -- Another account has taken it over, and what this one had prepared is still to be closed.
        SELECT 1 FROM payments p WHERE p.work IS NOT NULL AND p.account_id <> %(id)s AND EXISTS (
            SELECT 1 FROM processor_operations o WHERE o.payment_id = p.id AND o.account_id = %(id)s)
        LIMIT 1000) one),
    (SELECT count(*) FROM (
        SELECT 1 FROM refunds r JOIN payments p ON p.id = r.payment_id
        WHERE p.account_id = %(id)s AND r.status = 'pending' LIMIT 1000) one),
    (SELECT count(*) FROM (
        SELECT 1 FROM payments WHERE account_id = %(id)s AND review_reason IS NOT NULL
        UNION ALL
        SELECT 1 FROM refunds r JOIN payments p ON p.id = r.payment_id
        WHERE p.account_id = %(id)s AND r.review_reason IS NOT NULL
        UNION ALL
        SELECT 1 FROM unexpected_money WHERE account_id = %(id)s AND status IN ('returning', 'review')
        LIMIT 1000) one),
    (SELECT count(*) FROM (
        SELECT 1 FROM payments WHERE account_id = %(id)s AND created_at > %(refundable_since)s
          AND status = 'success' AND amount_captured > amount_refunded LIMIT 1000) one)
"""


async def count_ties(tx: Connection, account: Account, refundable_since: datetime) -> dict[str, int]:
    """What still needs the account: in flight, in review, refundable."""
    cursor = await tx.execute(_TIES, {"id": account.id, "refundable_since": refundable_since})
    row = await cursor.fetchone()
    assert row is not None
    names = ("payments in flight", "refunds in flight", "things that wait for a person", "refundable payments")
    return {name: count for name, count in zip(names, row, strict=True) if count}


async def forget_account(tx: Connection, account: Account) -> None:
    """Delete the account's rules and stops."""
    for table in ("processor_routes", "processor_stops"):
        await tx.execute(
            f"DELETE FROM {table} WHERE account_id = %s AND merchant_id = %s".encode(),  # noqa: S608 - constants
            (account.id, account.merchant_id),
        )


async def insert_first_rule(tx: Connection, account: Account, rule_id: str, now: datetime) -> None:
    """A rule for everything, where the account's merchant has none at all: to connect is enough."""
    await tx.execute(
        """
        INSERT INTO processor_routes (id, merchant_id, mode, position, account_id, created_at)
        SELECT %(rule_id)s, %(merchant_id)s, %(mode)s, 1, %(id)s, %(now)s
        WHERE NOT EXISTS (SELECT 1 FROM processor_routes WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s)
        """,
        {
            "rule_id": rule_id,
            "merchant_id": account.merchant_id,
            "mode": account.mode,
            "id": account.id,
            "now": now,
        },
    )
