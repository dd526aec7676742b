"""A database that was never analysed is quick from its first payment: what names one row is planned as one row."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from gateway.database.scope import begin_statements
from gateway.orders.queries import SEEN
from gateway.tenancy.model import TEST_MERCHANT_ID, Caller

CALLER = Caller(TEST_MERCHANT_ID, "test")
ROWS = 5_000  # at which the plans without statistics were wrong for all of the look-ups below
ORDERS = """
INSERT INTO orders (id, merchant_id, mode, amount, currency, receipt, capture, status, created_at, updated_at)
SELECT 'order_' || substr(md5(n::text), 1, 16), %s, 'test', 50000 + n %% 1000, 'INR', 'Cart-' || n, 'automatic',
       'created', now(), now()
FROM generate_series(1, %s) n
"""
PAYMENTS = """
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, work, due_at,
                      created_at, updated_at)
SELECT 'pay_' || substr(id, 7), merchant_id, mode, id, amount, currency, capture, 'upi', 'a@bank', 'authorize',
       now(), created_at, created_at
FROM orders
"""
EVENTS = """
INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
SELECT 'evt_' || substr(id, 5), merchant_id, mode, 'payment.created', id, 1, '', created_at FROM payments
"""
OWNED = "merchant_id = %(merchant_id)s AND mode = 'test'"
LOOK_UPS = {
    "an order": f"SELECT amount FROM orders WHERE id = %(order_id)s AND {OWNED}",
    "an order as it is shown": f"SELECT amount, status FROM {SEEN} WHERE id = %(order_id)s AND {OWNED}",
    "orders of a batch": f"SELECT o.amount FROM unnest(%(order_ids)s::text[]) i (id) JOIN orders o USING (id) "
    f"WHERE o.{OWNED.replace('mode', 'o.mode')}",
    "a payment": f"SELECT status FROM payments WHERE id = %(payment_id)s AND {OWNED}",
    "payments of an order": f"SELECT status FROM payments WHERE order_id = %(order_id)s AND {OWNED}",
    "a change of a payment": f"UPDATE payments SET updated_at = now() WHERE id = %(payment_id)s AND {OWNED}",
    "an event": f"SELECT type FROM events WHERE id = %(event_id)s AND {OWNED}",
    "events of a payment": f"SELECT type FROM events WHERE object_id = %(payment_id)s AND {OWNED}",
}


@pytest.fixture(scope="module")
def fresh(postgres: Any) -> Iterator[psycopg.Connection[Any]]:
    """A new database with rows of one merchant, and no autovacuum."""
    from tests.conftest import TEMPLATE
    from tests.support.stack import copy_database, database_of

    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        if connection.info.server_version < 180_000:
            # `pg_restore_attribute_stats` came with 18; what runs here is newer. Decision 19 tells of older ones.
            pytest.skip("before Postgres 18 nobody can tell it statistics")
        for table in ("orders", "payments", "events"):
            connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)".encode())
        connection.execute(ORDERS, (TEST_MERCHANT_ID, ROWS))
        connection.execute(PAYMENTS)
        connection.execute(EVENTS)
        analysed = (
            "SELECT relname FROM pg_class WHERE relname IN ('orders', 'payments', 'events') AND reltuples >= 0"
        )
        assert connection.execute(analysed).fetchall() == []
        yield connection


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


@pytest.mark.parametrize("statement", [pytest.param(text, id=name) for name, text in LOOK_UPS.items()])
def test_what_names_a_row_reads_a_row(fresh: psycopg.Connection[Any], statement: str) -> None:
    [(order_id,)] = fresh.execute("SELECT id FROM orders LIMIT 1 OFFSET 4000").fetchall()
    name = order_id.removeprefix("order_")
    given = {"order_id": order_id, "payment_id": f"pay_{name}", "event_id": f"evt_{name}", "order_ids": [order_id],
             "merchant_id": TEST_MERCHANT_ID}  # fmt: skip
    with fresh.transaction(force_rollback=True):
        fresh.execute(begin_statements("gateway_app", CALLER).removeprefix(b"BEGIN; "))
        explained = fresh.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}".encode(), given
        ).fetchone()
    assert explained is not None
    plan = explained[0][0]["Plan"]
    indexes = {node["Index Name"] for node in nodes(plan) if "Index Name" in node}
    assert not [name for name in indexes if name.endswith(("_by_merchant", "_by_amount", "_by_status"))], indexes
    scans = [node for node in nodes(plan) if "Scan" in node["Node Type"]]
    assert sum(node["Shared Hit Blocks"] + node["Shared Read Blocks"] for node in scans) < 20, json.dumps(plan)


def test_the_first_analysis_puts_the_truth_in_the_place_of_what_was_assumed(
    fresh: psycopg.Connection[Any],
) -> None:
    assumed = "SELECT n_distinct FROM pg_stats WHERE tablename = %s AND attname = 'merchant_id'"
    assert fresh.execute(assumed, ("refunds",)).fetchall() == [(1.0,)]
    merchants = "SELECT most_common_vals::text FROM pg_stats WHERE tablename = %s AND attname = 'merchant_id'"
    assert fresh.execute(merchants, ("events",)).fetchall() == [(None,)]
    with fresh.transaction(force_rollback=True):
        fresh.execute("ANALYZE events")
        assert fresh.execute(merchants, ("events",)).fetchall() == [(f"{{{TEST_MERCHANT_ID}}}",)]
