"""The first page of each filter reads few rows of many, however rare the value is: as the API's role, whose
policies come before every condition that could tell something about rows of others.

Two merchants with as many rows each: what is common at one is rare at the other, so that the
statistics of a table say little about a merchant. `LIST_ROWS` sets the rows per merchant.
"""

import json
import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from gateway.database.scope import begin_statements
from gateway.ledger.listing import ENTRIES
from gateway.orders.listing import ORDERS
from gateway.pages.model import Listing
from gateway.pages.query import read_query
from gateway.pages.select import build_statement
from gateway.payments.listing import PAYMENTS
from gateway.refunds.listing import REFUNDS
from gateway.requests.listing import REQUESTS
from gateway.tenancy.model import Caller
from gateway.webhooks.deliveries.queries import LogFilter, LogPage, build_log, build_log_count

ROWS = int(os.environ.get("LIST_ROWS", "40000"))
RARE = 25  # rows of a rare value per merchant: less than a page
MOST_READ = 2_500  # rows (and index entries) that a first page of 20 may touch

SEED = """
INSERT INTO merchants (id, name, email, signing_secret, created_at)
VALUES (%(merchant)s, 'Shop', %(merchant)s::text, '', now());

INSERT INTO orders (id, merchant_id, mode, amount, currency, receipt, capture, status, created_at, updated_at)
SELECT 'order_' || %(tag)s || lpad(n::text, 15, '0'), %(merchant)s, 'test',
       CASE WHEN rare THEN 77700 ELSE 50000 + n %% 1000 END,
       CASE WHEN rare THEN %(rare_currency)s ELSE %(currency)s END,
       CASE WHEN rare THEN 'Rare-' ELSE 'Cart-' END || n, 'automatic',
       CASE WHEN rare THEN %(rare_order)s ELSE %(order)s END, at, at
FROM generate_series(1, %(rows)s) n,
     LATERAL (SELECT n %% (%(rows)s / %(rare)s) = 1 AND n < %(rows)s / 2 AS rare,
                     timestamptz '2026-01-01' + n * interval '1 s' AS at) t;

INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, card_network,
                      card_last4, status, captured, amount_captured, error_code, created_at, updated_at)
SELECT 'pay_' || substr(id, 7), merchant_id, mode, id, amount, currency, capture,
       CASE WHEN card THEN 'card' ELSE 'upi' END,
       CASE WHEN NOT card THEN CASE WHEN rare THEN 'rare' ELSE 'often' END || '@bank' END,
       CASE WHEN card THEN 'visa' END, CASE WHEN card THEN CASE WHEN rare THEN '0005' ELSE '4242' END END,
       CASE WHEN fails THEN 'failed' ELSE 'success' END, NOT fails, CASE WHEN fails THEN 0 ELSE amount END,
       CASE WHEN fails THEN 'PAYMENT_DECLINED' END, created_at, created_at
FROM orders, LATERAL (SELECT receipt LIKE 'Rare%%' AS rare) r,
     LATERAL (SELECT rare <> %(cards)s AS card, rare <> %(failures)s AS fails) t
WHERE merchant_id = %(merchant)s;

INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, reason, status, error_code,
                     created_at, updated_at, processed_at)
SELECT 'rfnd_' || substr(p.id, 5), p.merchant_id, p.mode, p.id, p.amount, p.currency,
       CASE WHEN rare THEN 'Rare' ELSE 'Often' END, CASE WHEN fails THEN 'failed' ELSE 'processed' END,
       CASE WHEN fails THEN 'REFUND_FAILED' END, p.created_at, p.created_at,
       CASE WHEN NOT fails THEN p.created_at END
FROM payments p, LATERAL (SELECT amount = 77700 AS rare) r,
     LATERAL (SELECT rare <> %(failures)s AS fails) t
WHERE merchant_id = %(merchant)s;

INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at)
SELECT id, merchant_id, mode, currency, kind, debit, credit, amount, created_at
FROM ledger_expected WHERE merchant_id = %(merchant)s;

INSERT INTO request_log (merchant_id, mode, request_id, method, path, status, duration_ms, key_id, created_at)
SELECT merchant_id, mode, 'req_' || substr(id, 7), 'POST', '/api/v1/orders',
       CASE WHEN (receipt LIKE 'Rare%%') <> %(failures)s THEN 400 ELSE 201 END, 3, 'key', created_at
FROM orders WHERE merchant_id = %(merchant)s;

INSERT INTO webhook_endpoints (id, merchant_id, mode, url, secret, created_at, updated_at)
VALUES ('we_' || lpad('0', 15, '0') || %(tag)s, %(merchant)s, 'test', 'https://shop.example', '', now(), now());

INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
SELECT 'evt_' || substr(id, 5), merchant_id, mode, CASE WHEN rare THEN 'refund.failed' ELSE 'payment.success' END,
       id, 1, '', created_at
FROM payments, LATERAL (SELECT amount = 77700 AS rare) r WHERE merchant_id = %(merchant)s;

INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type, status, created_at)
SELECT gen_random_uuid(), merchant_id, mode, id, 'we_' || lpad('0', 15, '0') || %(tag)s, type, 'success',
       created_at
FROM events WHERE merchant_id = %(merchant)s;
"""

USUAL = {"tag": "A", "currency": "INR", "rare_currency": "USD", "order": "paid", "rare_order": "attempted",
         "cards": False, "failures": False}  # fmt: skip
OTHER = {"tag": "B", "currency": "USD", "rare_currency": "JPY", "order": "attempted", "rare_order": "paid",
         "cards": True, "failures": True}  # fmt: skip


@pytest.fixture(scope="module")
def many_rows(postgres: Any) -> Iterator[tuple[psycopg.Connection[Any], dict[str, Caller]]]:
    """A database with `ROWS` rows of each kind for each of two merchants."""
    from tests.conftest import TEMPLATE
    from tests.support.stack import copy_database, database_of

    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        yield connection, seed(connection)


def seed(connection: psycopg.Connection[Any], rows: int = ROWS) -> dict[str, Caller]:
    """Fill the tables; the two merchants as callers."""
    callers = {}
    for name, values in {"usual": USUAL, "other": OTHER}.items():
        merchant: UUID = uuid4()
        connection.execute(SEED, values | {"merchant": merchant, "rows": rows, "rare": RARE})
        callers[name] = Caller(merchant, "test")
    connection.execute("VACUUM ANALYZE orders, payments, refunds, ledger_entries, request_log, events, deliveries")
    return callers


FILTERS = [
    (ORDERS, {}),
    (ORDERS, {"status": "paid"}),
    (ORDERS, {"status": "attempted"}),
    (ORDERS, {"status": "created"}),
    (ORDERS, {"currency": "INR"}),
    (ORDERS, {"currency": "USD"}),
    (ORDERS, {"currency": "EUR"}),
    (ORDERS, {"amount_min": "77700"}),
    (ORDERS, {"amount_min": "50500", "amount_max": "50500"}),
    (ORDERS, {"amount_min": "100000"}),
    (ORDERS, {"created_before": "2026-01-01T02:00:00Z"}),
    (ORDERS, {"created_after": "2026-01-01T02:00:00Z"}),
    (ORDERS, {"q": "rare-"}),
    (ORDERS, {"q": "cart-"}),
    (ORDERS, {"q": "nothing begins so"}),
    (ORDERS, {"q": "order_8sHk2LmNq0PzRtVw"}),
    (PAYMENTS, {}),
    (PAYMENTS, {"status": "success"}),
    (PAYMENTS, {"status": "failed"}),
    (PAYMENTS, {"status": "pending"}),
    (PAYMENTS, {"status": "requires_action"}),
    (PAYMENTS, {"status": "cancelled"}),
    (PAYMENTS, {"captured": "true"}),
    (PAYMENTS, {"captured": "false"}),
    (PAYMENTS, {"captured": "false", "status": "success"}),
    (PAYMENTS, {"method": "card"}),
    (PAYMENTS, {"method": "upi"}),
    (PAYMENTS, {"method": "netbanking"}),
    (PAYMENTS, {"method": "wallet", "status": "failed"}),
    (PAYMENTS, {"method": "card", "status": "failed"}),
    (PAYMENTS, {"currency": "INR"}),
    (PAYMENTS, {"currency": "USD"}),
    (PAYMENTS, {"currency": "EUR"}),
    (PAYMENTS, {"amount_min": "77700"}),
    (PAYMENTS, {"amount_max": "50000"}),
    (PAYMENTS, {"created_before": "2026-01-01T02:00:00Z"}),
    (PAYMENTS, {"order_id": "order_8sHk2LmNq0PzRtVw"}),
    (PAYMENTS, {"q": "rare@"}),
    (PAYMENTS, {"q": "often"}),
    (PAYMENTS, {"q": "0005"}),
    (PAYMENTS, {"q": "4242"}),
    (PAYMENTS, {"q": "9876"}),
    (REFUNDS, {}),
    (REFUNDS, {"status": "processed"}),
    (REFUNDS, {"status": "failed"}),
    (REFUNDS, {"status": "pending"}),
    (REFUNDS, {"currency": "JPY"}),
    (REFUNDS, {"amount_min": "77700"}),
    (REFUNDS, {"q": "rare"}),
    (REFUNDS, {"q": "often"}),
    (REFUNDS, {"order_id": "order_A000000000000001"}),
    (REFUNDS, {"payment_id": "pay_A000000000000001"}),
    (ENTRIES, {}),
    (ENTRIES, {"kind": "capture"}),
    (ENTRIES, {"kind": "payout"}),
    (ENTRIES, {"kind": "return"}),
    (ENTRIES, {"kind": "release"}),
    (ENTRIES, {"account": "merchant_payable"}),
    (ENTRIES, {"account": "authorized_payable"}),
    (ENTRIES, {"currency": "USD"}),
    (ENTRIES, {"currency": "EUR"}),
    (ENTRIES, {"object_id": "pay_A000000000000001"}),
    (ENTRIES, {"payment_id": "pay_A000000000000001"}),
    (ENTRIES, {"created_before": "2026-01-01T02:00:00Z"}),
    (REQUESTS, {}),
    (REQUESTS, {"status": "error"}),
    (REQUESTS, {"status": "4xx"}),
    (REQUESTS, {"status": "500"}),
    (REQUESTS, {"status": "2xx"}),
    (REQUESTS, {"request_id": "req_A000000000000001"}),
    (REQUESTS, {"created_before": "2026-01-01T02:00:00Z"}),
]


# The price of indexes that hold only what is uncommon (0020_index_lists.sql): where a merchant has next to
# none of what nearly all rows of others are, the list is walked until the page is full. About 0.3 s a million.
WALKS = [
    (ORDERS, {"status": "paid"}),
    (ORDERS, {"currency": "INR"}),
    (PAYMENTS, {"status": "success"}),
    (PAYMENTS, {"captured": "true"}),
    (PAYMENTS, {"method": "upi"}),
    (PAYMENTS, {"currency": "INR"}),
    (PAYMENTS, {"q": "often"}),
    (REFUNDS, {"status": "processed"}),
    (ENTRIES, {"kind": "capture"}),
    (REQUESTS, {"status": "2xx"}),
]


CASES = [
    pytest.param(merchant, listing, filters, id=f"{merchant}-{listing.name}-{filters}")
    for merchant in ("usual", "other")
    for listing, filters in FILTERS
    if merchant == "usual" or (listing, filters) not in WALKS
]


@pytest.mark.parametrize(("merchant", "listing", "filters"), CASES)
def test_the_first_page_of_a_filter_reads_few_rows(
    many_rows: tuple[psycopg.Connection[Any], dict[str, Caller]],
    merchant: str,
    listing: Listing[Any],
    filters: dict[str, str],
) -> None:
    connection, callers = many_rows
    plan, read = explain(connection, listing, callers[merchant], filters)
    assert read <= MOST_READ, json.dumps(plan, indent=1)


def explain(
    connection: psycopg.Connection[Any], listing: Listing[Any], caller: Caller, filters: dict[str, str]
) -> tuple[dict[str, Any], int]:
    """The executed plan of the first page, and how many rows its scans read."""
    statement, parameters = build_statement(listing, caller, read_query(listing, caller, filters.items()))
    return executed_plan(connection, caller, statement.encode(), parameters)


@pytest.mark.parametrize("event", [None, "payment.success", "refund.failed", "endpoint.disabled"])
def test_the_webhook_log_of_an_event_reads_few_rows(
    many_rows: tuple[psycopg.Connection[Any], dict[str, Caller]], event: str | None
) -> None:
    connection, callers = many_rows
    where = LogFilter(event=event)
    caller = callers["usual"]
    plan, read = executed_plan(connection, caller, *build_log(caller, where, LogPage(20, 0)))
    assert read <= MOST_READ, json.dumps(plan, indent=1)
    plan, read = executed_plan(connection, caller, *build_log_count(caller, where))
    # Counted up to ten thousand; what is rare is counted by its own index.
    assert read <= (MOST_READ if event in ("refund.failed", "endpoint.disabled") else 11_000), json.dumps(plan)


def executed_plan(
    connection: psycopg.Connection[Any], caller: Caller, statement: bytes, parameters: dict[str, Any]
) -> tuple[dict[str, Any], int]:
    """The executed plan of a statement, and how many rows its scans read."""
    with connection.transaction():
        connection.execute(begin_statements("gateway_app", caller).removeprefix(b"BEGIN; "))
        row = connection.execute(b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement, parameters).fetchone()
    assert row is not None
    return row[0][0], _rows_read(row[0][0]["Plan"])


def _rows_read(plan: dict[str, Any]) -> int:
    inner = sum(_rows_read(part) for part in plan.get("Plans", []))
    if "Scan" not in plan["Node Type"]:
        return inner
    removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return inner + int((plan["Actual Rows"] + removed) * plan["Actual Loops"])
