"""Statements that read accounts. Those that change them are in `change_queries`."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.accounts.model import Account
from gateway.processors.protocol import Operation

COLUMNS: Final = (
    "id, merchant_id, mode, processor, label, status, public_key, credentials, webhook_secret, "
    "previous_webhook_secret, collect, external_id, api_version, checked_at, problem, noticed_at, "
    "webhook_secret_at, previous_webhook_secret_at, sequence, created_at, updated_at"
)


async def select_account(tx: Connection, tenant: Tenant, account_id: str) -> Account | None:
    """The tenant's account with this id."""
    cursor = tx.cursor(row_factory=class_row(Account))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM processor_accounts WHERE id = %s AND merchant_id = %s AND mode = %s",  # noqa: S608
        (account_id, tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchone()


async def select_accounts(tx: Connection, tenant: Tenant) -> list[Account]:
    """All of the tenant's accounts, oldest first."""
    cursor = tx.cursor(row_factory=class_row(Account))
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM processor_accounts WHERE merchant_id = %s AND mode = %s ORDER BY created_at, id
        """,  # noqa: S608
        (tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchall()


async def select_accounts_by_id(tx: Connection, ids: Sequence[str]) -> dict[str, Account]:
    """Anybody's accounts with these ids, for the worker."""
    cursor = tx.cursor(row_factory=class_row(Account))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM processor_accounts WHERE id = ANY (%s)",  # noqa: S608
        (list(ids),),
    )
    return {account.id: account for account in await cursor.fetchall()}


async def select_everybodys_accounts(tx: Connection, merchant_id: UUID | None) -> list[Account]:
    """Of all merchants, or of one, in both modes, without those that were removed: for the operator's command."""
    cursor = tx.cursor(row_factory=class_row(Account))
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM processor_accounts
        WHERE status <> 'removed' AND (%(merchant_id)s::uuid IS NULL OR merchant_id = %(merchant_id)s)
        ORDER BY merchant_id, mode, created_at, id
        """,  # noqa: S608 - constants
        {"merchant_id": merchant_id},
    )
    return await cursor.fetchall()


async def select_witness(tx: Connection, account: Account) -> Operation | None:
    """The newest object that was made in the account and is known by its reference there."""
    cursor = await tx.execute(
        """
        SELECT o.key, o.payment_id, o.mode, o.amount, o.currency, o.reference, o.first_sent_at
        FROM payments p JOIN processor_operations o ON o.payment_id = p.id AND o.account_id = p.account_id
        WHERE p.account_id = %s AND o.kind = 'prepare' AND o.reference IS NOT NULL
        ORDER BY p.created_at DESC LIMIT 1
        """,
        (account.id,),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    key, payment_id, mode, amount, currency, reference, first_sent_at = row
    return Operation(
        key=key,
        kind="prepare",
        payment_id=payment_id,
        mode=mode,
        amount=amount,
        currency=currency,
        reference=reference,
        first_sent_at=first_sent_at,
    )
