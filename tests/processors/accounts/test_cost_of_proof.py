"""What it costs to say what is proven and how far a trial is: one statement each, by indexes."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from gateway.processors.accounts import proof
from gateway.processors.accounts.queries import select_account
from gateway.tenancy.model import Caller
from gateway.trials import queries as trials
from gateway.trials.model import receipt_of
from tests.processors.routes.test_cost import connect
from tests.processors.rows import KEYRING, Shelf
from tests.support.stack import new_merchant

MANY = 1_500
LARGE = ("payments", "orders", "refunds", "processor_notices", "processor_operations")
"""Tables that grow with a merchant's trade."""


async def busy(database_url: str) -> tuple[Caller, str]:
    """A merchant with many payments over one account, and few over another, which is returned."""
    merchant_id, _, _ = await new_merchant(database_url, KEYRING, "test")
    with psycopg.connect(database_url) as owner:
        shelf = Shelf(owner, UUID(merchant_id))
        other, account_id = shelf.account(), shelf.account()
        for number in range(MANY):
            shelf.payment(other if number % 50 else account_id)
        owner.commit()
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("ANALYZE payments, orders, refunds, processor_notices, processor_operations")
    return Caller(UUID(merchant_id), "test"), account_id


async def test_proof_and_trial_are_one_statement_each_and_read_no_large_table_whole(database_url: str) -> None:
    tx: Any = await connect(database_url)
    caller, account_id = await busy(database_url)
    account = await select_account(tx, caller, account_id)
    assert account is not None
    tx.asked.clear()
    shown = await proof.read_proof(tx, account)
    assert len(tx.asked) == 1
    assert {shown[name] for name in ("payment", "capture", "refund", "notice")} == {None}
    tx.asked.clear()
    assert await trials.select_facts(tx, account) is None
    assert len(tx.asked) == 1
    # A table of a few pages is read whole, as that is cheaper: the plan is asked for as it is for large ones.
    await tx.execute("SET enable_seqscan = off")
    given = {"id": account_id, "merchant_id": caller.merchant_id, "mode": "test"}
    for statement, more in (
        (proof._PROOF, {"limit": proof.LOOKED_AT}),
        (trials._FACTS, {"receipt": receipt_of(account_id)}),
    ):
        cursor = await tx.execute(f"EXPLAIN {statement}", given | more)
        plan = "\n".join([row[0] for row in await cursor.fetchall()])
        assert not [table for table in LARGE if f"Seq Scan on {table}" in plan], plan
    await tx.close()


@pytest.mark.parametrize("age", [0, 600])
async def test_a_proof_is_bound_whatever_the_account_has_had(database_url: str, age: int) -> None:
    """What lies before the newest `LOOKED_AT` payments is not looked for."""
    tx: Any = await connect(database_url)
    merchant_id, _, _ = await new_merchant(database_url, KEYRING, "test")
    caller = Caller(UUID(merchant_id), "test")
    with psycopg.connect(database_url) as owner:
        shelf = Shelf(owner, UUID(merchant_id))
        account_id = shelf.account()
        paid = shelf.payment(account_id, status="success")
        owner.execute(
            "UPDATE payments SET created_at = created_at - interval '1 hour' WHERE id = %s",
            (paid,),
        )
        for _ in range(age):
            shelf.payment(account_id)
        owner.commit()
    account = await select_account(tx, caller, account_id)
    assert account is not None
    shown = await proof.read_proof(tx, account)
    assert (shown["payment"] is None) == (age > proof.LOOKED_AT)
    await tx.close()
