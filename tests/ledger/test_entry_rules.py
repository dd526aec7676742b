"""What Postgres itself refuses of an entry of the ledger: one function holds all of it."""

from itertools import product
from typing import Any

import psycopg
import pytest

from gateway.ledger.model import ACCOUNTS, DEBIT_ACCOUNTS
from gateway.tenancy.model import TEST_MERCHANT_ID
from tests.ledger.test_books import connection, post

__all__ = ["connection"]


def test_the_table_of_kinds_and_the_constraint_say_the_same(connection: psycopg.Connection[Any]) -> None:
    for n, kind in enumerate(ACCOUNTS):
        post(connection, n, kind=kind)
    sides = {account for pair in ACCOUNTS.values() for account in pair}
    assert sides > DEBIT_ACCOUNTS
    for kind, *pair in product(ACCOUNTS, sides, sides):
        allowed = taken(connection, kind, *pair)
        assert allowed is (tuple(pair) == ACCOUNTS[kind]), (kind, pair)  # type: ignore[index]


def taken(connection: psycopg.Connection[Any], kind: str, debit: str, credit: str) -> bool:
    """Whether the table takes an entry of this kind between these accounts."""
    held = "SELECT ledger_entry_holds('pay_0000000000000001:' || %(kind)s, 'test', 'INR', %(kind)s, %(debit)s, "
    try:
        connection.execute(f"{held} %(credit)s, 100)", {"kind": kind, "debit": debit, "credit": credit})
    except psycopg.errors.CheckViolation as refused:
        assert refused.diag.constraint_name == "ledger_entries_kind_names_accounts"
        return False
    return True


@pytest.mark.parametrize(
    "change",
    [
        "id => 'pay_1:capture'",
        "id => 'order_0000000000000001:capture'",
        "id => 'pay_0000000000000001:release'",
        "mode => 'dead'",
        "currency => 'inr'",
        "amount => 0",
        "amount => 1000000000001",
    ],
)
def test_an_entry_is_of_a_step(connection: psycopg.Connection[Any], change: str) -> None:
    right = {"id": "'pay_0000000000000001:capture'", "mode": "'test'", "currency": "'INR'", "kind": "'capture'",
             "debit": "'processor_receivable'", "credit": "'merchant_payable'", "amount": "100"}  # fmt: skip
    name, _, value = change.partition(" => ")
    for values, is_taken in ((right, True), (right | {name: value}, False)):
        insert = f"INSERT INTO ledger_entries ({', '.join(values)}, merchant_id, created_at) "
        row = f"VALUES ({', '.join(values.values())}, '{TEST_MERCHANT_ID}', now())"
        with connection.transaction(force_rollback=True):
            if is_taken:
                connection.execute((insert + row).encode())
                continue
            with pytest.raises(psycopg.errors.CheckViolation) as refused:
                connection.execute((insert + row).encode())
            assert refused.value.diag.constraint_name == "ledger_entries_are_of_a_step"
