"""Whose is it? What has to be asked before the tenant is known.

Each question is a function of the database (`lookups.sql`), which tells the tenant and nothing else, except
for a key: its row is needed to check its secret. The rows themselves are then read as that tenant.
"""

from collections.abc import Sequence
from typing import Final

from gateway.database import Connection, Database
from gateway.ids import is_id
from gateway.tenancy.model import ApiKey, Caller

_REMEMBERED: Final = 20_000


class Tenants:
    """Tells tenants, and remembers those of orders, payments, accounts and sessions, which never change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str | bytes, Caller] = {}

    async def of_order(self, order_id: str) -> Caller | None:
        """Who takes the money of the order with this id."""
        if not is_id(order_id, "order"):
            return None
        if order_id not in self._known:
            async with self._database.connection(None) as tx:
                self._remember(order_id, await _ask(tx, "tenant.of_order", order_id))
        return self._known.get(order_id)

    async def of_payments(self, payment_ids: Sequence[str]) -> dict[str, Caller]:
        """The same for payments, all in one statement; those that do not exist are left out."""
        unknown = [one for one in set(payment_ids) if one not in self._known]
        if unknown:
            async with self._database.connection(None) as tx:
                cursor = await tx.execute("SELECT id, merchant_id, mode FROM tenant.of_payments(%s)", (unknown,))
                for payment_id, merchant_id, mode in await cursor.fetchall():
                    self._remember(payment_id, Caller(merchant_id, mode))
        return {one: self._known[one] for one in payment_ids if one in self._known}

    async def of_payment(self, payment_id: str) -> Caller | None:
        """The same for one payment."""
        return (await self.of_payments([payment_id])).get(payment_id) if is_id(payment_id, "pay") else None

    async def of_processor_account(self, account_id: str) -> Caller | None:
        """Whose account at a processor this is."""
        if not is_id(account_id, "acct"):
            return None
        if account_id not in self._known:
            async with self._database.connection(None) as tx:
                self._remember(account_id, await _ask(tx, "tenant.of_processor_account", account_id))
        return self._known.get(account_id)

    async def of_session(self, token_hash: bytes) -> Caller | None:
        """The merchant of the dashboard's user whose session this is, good or not. Users belong to both modes."""
        if token_hash not in self._known:
            async with self._database.connection(None) as tx:
                self._remember(token_hash, await _ask(tx, "tenant.of_session", token_hash))
        return self._known.get(token_hash)

    async def of_invitation(self, invite_hash: bytes) -> Caller | None:
        """The merchant into whose team this invitation is, good or not."""
        async with self._database.connection(None) as tx:
            return await _ask(tx, "tenant.of_invitation", invite_hash)

    def _remember(self, key: str | bytes, tenant: Caller | None) -> None:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        if tenant is not None:
            self._known[key] = tenant


async def tenant_of_login(tx: Connection, email: str) -> Caller | None:
    """The merchant whose user has this (lower-case) address."""
    return await _ask(tx, "tenant.of_login", email)


async def select_api_key(tx: Connection, key_id: str) -> ApiKey | None:
    """The key pair with this public id."""
    cursor = await tx.execute(
        "SELECT id, merchant_id, mode, secret_hash, scopes, expires_at, revoked_at FROM tenant.api_key(%s)",
        (key_id,),
    )
    row = await cursor.fetchone()
    return None if row is None else ApiKey(row[0], row[1], row[2], row[3], frozenset(row[4]), row[5], row[6])


async def _ask(tx: Connection, function: str, argument: str | bytes) -> Caller | None:
    cursor = await tx.execute(f"SELECT merchant_id, mode FROM {function}(%s)".encode(), (argument,))  # noqa: S608
    row = await cursor.fetchone()
    return None if row is None else Caller(*row)
