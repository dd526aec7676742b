"""The statements that money and messages wait for are planned under the policies as they are without them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dev.postgres import PostgresServer
from gateway.database.scope import Role, begin_statements
from gateway.events.publish import event_parameters
from gateway.orders import accept_queries as accept_orders
from gateway.orders import queries as orders
from gateway.payments import accept_queries as accept_payments
from gateway.payments import ask_queries as asking
from gateway.payments import queries as payments
from gateway.payments import work_queries as payment_work
from gateway.refunds import queries as refunds
from gateway.refunds import work_queries as refund_work
from gateway.tenancy.model import Caller
from gateway.webhooks.deliveries import claim_queries as deliveries
from tests.conftest import TEMPLATE
from tests.functions.test_list_plans import seed
from tests.support.stack import copy_database, database_of

_PAYMENT = {
    "id": "pay_CCCCCCCCCCCCCCCC", "merchant_id": None, "mode": "test", "order_id": "order_A000000000000001",
    "amount": 500, "currency": "INR", "capture": "automatic", "method": "upi", "vpa": "a@b",
    "card_network": None, "card_last4": None, "card_expiry_month": None, "card_expiry_year": None,
    "card_fingerprint": None, "card": None, "sequence": 2, "now": "2026-01-01",
    "account_id": None, "flow": None, "return_url": None, "processor": "simulator", "instrument": None,
}  # fmt: skip
_CLAIM = {"limit": 100, "lease_seconds": 20.0}
_CLAIM_DELIVERIES = {
    "after": "", "known": "[]", "ahead": 10, "in_flight": 4, "new_room": 9, "failing_room": 9, "limited_room": 9,
    "breaker": 30.0, **_CLAIM,
}  # fmt: skip
_ACCEPT = {"mode": "test", "drafts": "[]"}
_REFUND = _PAYMENT | {"payment_id": "pay_A000000000000001", "reason": None}

STATEMENTS: list[tuple[str, Role, str, dict[str, Any]]] = [
    ("accept orders", "gateway_app", accept_orders.ACCEPT_ORDERS, _ACCEPT),
    ("accept payments", "gateway_app", accept_payments.ACCEPT_PAYMENTS, _ACCEPT | {"leased_seconds": 2.0}),
    ("create a payment", "gateway_app", payments.INSERT_PAYMENT, _PAYMENT),
    ("read orders", "gateway_app", orders.SELECT_ORDERS, _PAYMENT | {"ids": ["order_A000000000000001"]}),
    ("read payments", "gateway_app", payments.SELECT_PAYMENTS, _PAYMENT | {"ids": ["pay_A000000000000001"]}),
    ("capture", "gateway_app", asking._ASK_CAPTURE, _PAYMENT),
    ("void", "gateway_app", asking._ASK_VOID, _PAYMENT),
    ("create a refund", "gateway_app", refunds.INSERT_REFUND, _REFUND),
    ("claim payments", "gateway_worker", payment_work._CLAIM, _CLAIM),
    ("claim refunds", "gateway_worker", refund_work._CLAIM, _CLAIM | {"refused": "refused"}),
    ("claim deliveries", "gateway_worker", deliveries._CLAIM, _CLAIM_DELIVERIES),
]


@pytest.fixture(scope="module")
def filled(postgres: PostgresServer) -> Iterator[tuple[psycopg.Connection[Any], Caller]]:
    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        yield connection, seed(connection, rows=4_000)["usual"]


@pytest.mark.parametrize(("role", "statement", "parameters"), [pytest.param(*s[1:], id=s[0]) for s in STATEMENTS])
def test_a_hot_statement_has_the_plan_that_it_has_without_policies(
    filled: tuple[psycopg.Connection[Any], Caller], role: Role, statement: str, parameters: dict[str, Any]
) -> None:
    connection, tenant = filled
    given = parameters | {"merchant_id": tenant.merchant_id} | event_parameters([])
    free = scans(connection, statement, given)
    with connection.transaction():
        connection.execute(begin_statements(role, tenant).removeprefix(b"BEGIN; "))
        bound = scans(connection, statement, given)
    assert bound == free


def scans(connection: psycopg.Connection[Any], statement: str, given: dict[str, Any]) -> list[tuple[str, ...]]:
    """What the plan does, in order: its nodes with their tables and indexes. A node that only asks whether the
    session's tenant is the statement's is left out."""
    row = connection.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), given).fetchone()
    assert row is not None
    found: list[tuple[str, ...]] = []
    waiting = [row[0][0]["Plan"]]
    while waiting:
        node = waiting.pop()
        if not (node["Node Type"] == "Result" and "One-Time Filter" in node):
            found.append((node["Node Type"], node.get("Relation Name", ""), node.get("Index Name", "")))
        waiting += node.get("Plans", [])
    return found
