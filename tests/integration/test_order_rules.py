"""What Postgres itself refuses of an order, whatever the code does: one function holds all of it."""

from collections.abc import Iterator

import psycopg
import pytest

from gateway.tenancy.model import TEST_MERCHANT_ID

ORDER = """
INSERT INTO orders (id, merchant_id, mode, amount, currency, receipt, capture, created_at, updated_at)
VALUES ('order_0000000000000001', %s, 'test', 50000, 'INR', 'Cart-1', 'automatic', now(), now())
"""
REFUSED = (
    "id = 'order_1'",
    "id = 'pay_0000000000000001'",
    "mode = 'dead'",
    "amount = 99",
    "amount = 1000000000001",
    "currency = 'inr'",
    "receipt = repeat('x', 256)",
    "notes = '[]'",
    "capture = 'later'",
    "status = 'done'",
    "sequence = -1",
    "return_url = repeat('x', 2049)",
)
TAKEN = (
    "amount = 100",
    "amount = 1000000000000",
    "receipt = NULL",
    "receipt = repeat('x', 255)",
    "mode = 'live', capture = 'manual', currency = 'USD', notes = '{\"a\": \"b\"}'",
    "status = 'attempted'",
    "status = 'paid', sequence = 1",
    "return_url = repeat('x', 2048)",
)


@pytest.fixture
def order(database_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of the tables' owner, in a transaction that has an order."""
    with psycopg.connect(database_url) as connection:
        connection.execute(ORDER, (TEST_MERCHANT_ID,))
        yield connection
        connection.rollback()


def broken_by(order: psycopg.Connection[tuple[object, ...]], change: str) -> str | None:
    """The constraint that refuses this change; None: taken, and undone."""
    try:
        with order.transaction(force_rollback=True):
            order.execute(f"UPDATE orders SET {change}")
    except psycopg.errors.CheckViolation as refused:
        return refused.diag.constraint_name
    return None


@pytest.mark.parametrize("change", REFUSED)
def test_each_rule_of_an_order_is_held_by_its_table(
    order: psycopg.Connection[tuple[object, ...]], change: str
) -> None:
    assert broken_by(order, change) == "orders_are_to_be_paid"


@pytest.mark.parametrize("change", TAKEN)
def test_what_an_order_may_be_is_taken(order: psycopg.Connection[tuple[object, ...]], change: str) -> None:
    assert broken_by(order, change) is None
