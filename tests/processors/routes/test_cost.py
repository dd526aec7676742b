"""What routes cost a payment: nothing where a merchant has none, one statement where he has some."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from gateway.clock import utc_now
from gateway.errors import Stopped
from gateway.orders.create import create_order
from gateway.payments.create import create_payment, find_order_to_pay
from gateway.processors.accounts.queries import select_accounts
from gateway.processors.routes.bodies import NewRule
from gateway.processors.routes.choose import choose_account, read_terms
from gateway.processors.routes.configure import replace_rules
from gateway.tenancy.model import Caller, Mode
from tests.processors.rows import KEYRING, Shelf
from tests.support.client import CARD
from tests.support.stack import new_merchant


class CountingCursor(psycopg.AsyncCursor[Any]):
    """Tells its connection what it was asked."""

    async def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
        self.connection.asked.append(query)  # type: ignore[attr-defined]
        return await super().execute(query, *arguments, **options)


async def connect(database_url: str) -> Any:
    """A connection that remembers in `asked` what it was asked."""
    connection: Any = await psycopg.AsyncConnection.connect(database_url, autocommit=True)
    connection.cursor_factory, connection.asked = CountingCursor, []
    return connection


async def merchant(database_url: str, mode: Mode = "test") -> Caller:
    merchant_id, _, _ = await new_merchant(database_url, KEYRING, mode)
    return Caller(UUID(merchant_id), mode)


async def pay(tx: Any, caller: Caller) -> tuple[str | None, list[str]]:
    """The account that takes a fresh payment, and what was asked of the database for it."""
    order = await create_order(tx, caller, {"amount": 50_000}, default_capture="automatic", now=utc_now())
    tx.asked.clear()
    body: dict[str, Any] = {"order_id": order.id, "method": "card"}
    to_pay = await find_order_to_pay(tx, caller, body)
    if not to_pay.has_routes:
        body["card"] = CARD
    payment, _ = await create_payment(tx, KEYRING, to_pay, body, utc_now())
    return payment.account_id, tx.asked


async def test_a_merchant_without_rules_pays_nothing_for_them(database_url: str) -> None:
    tx, caller = await connect(database_url), await merchant(database_url)
    account, asked = await pay(tx, caller)
    assert account is None
    assert len(asked) == 2, "the order with its terms, and the payment"
    with psycopg.connect(database_url, autocommit=True) as owner:
        account_id = Shelf(owner, caller.merchant_id).account()
    await replace_rules(tx, caller, [NewRule(account_id=account_id)], utc_now())
    account, asked = await pay(tx, caller)
    assert account == account_id
    assert len(asked) == 3, "and the rules with their accounts and stops"
    await tx.close()


async def test_the_worker_reads_the_same_terms_and_meets_the_same_stop(database_url: str) -> None:
    """For the fail-over: it sees all tenants, so each statement has to name its own."""
    tx, caller, other = await connect(database_url), *[await merchant(database_url, "live") for _ in range(2)]
    with psycopg.connect(database_url, autocommit=True) as owner:
        ours, theirs = (Shelf(owner, one.merchant_id, "live").account() for one in (caller, other))
    for one, account_id in ((caller, ours), (other, theirs)):
        assert [account.id for account in await select_accounts(tx, one)] == [account_id]
        await replace_rules(tx, one, [NewRule(account_id=account_id)], utc_now())
    await tx.execute("SET ROLE gateway_worker")
    assert [rule.account_id for rule, _ in (await read_terms(tx, caller)).rules] == [ours]
    asked = {"payment_id": "pay_1", "method": "card", "currency": "INR", "amount": 50_000}
    assert (await choose_account(tx, caller, **asked)).account_id == ours
    await tx.execute("RESET ROLE")
    stop = "INSERT INTO processor_stops (merchant_id, covers, by_whom) VALUES (%s, 'payments', 'x')"
    await tx.execute(stop, (caller.merchant_id,))
    await tx.execute("SET ROLE gateway_worker")
    with pytest.raises(Stopped):
        await choose_account(tx, caller, **asked)
    assert (await choose_account(tx, other, **asked)).account_id == theirs
    await tx.close()
