"""Recorded statements become pgbench scripts that do the same work with new identifiers each time."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from benchmarks.limits.pgbench import PgbenchFailed, run_pgbench
from benchmarks.limits.statements import (
    Recorded,
    Statements,
    given_order_id,
    pgbench_script,
    read_recorded,
    renew,
)
from benchmarks.limits.workbench import Workbench
from dev.postgres import PostgresServer

ORDER, PAYMENT, EVENT = "order_AAAAAAAAAAAAAAAA", "pay_BBBBBBBBBBBBBBBB", "evt_CCCCCCCCCCCCCCCC"
SCHEMA = """
CREATE TABLE orders (id text PRIMARY KEY CHECK (id ~ '^order_[A-Za-z0-9]{16}$'), status text, notes jsonb);
CREATE TABLE payments (id text PRIMARY KEY, order_id text NOT NULL UNIQUE REFERENCES orders);
CREATE TABLE events (
    id text PRIMARY KEY, payment_id text REFERENCES payments, body bytea, told_at timestamptz, fact jsonb);
"""
NEW_ORDER: Recorded = (
    "INSERT INTO orders VALUES (%(id)s, 'created', %(notes)s)",
    {"id": ORDER, "notes": Jsonb({"it's": "12:30:id"})},
)
NEW_PAYMENT: list[Recorded] = [
    ("SELECT status FROM orders WHERE id = %s", (ORDER,)),
    (
        """
        WITH made AS (INSERT INTO payments VALUES (%(id)s, %(order_id)s) RETURNING id)
        INSERT INTO events SELECT e, made.id, b, %(at)s, %(fact)s
        FROM made, unnest(%(events)s::text[], %(bodies)s::bytea[]) AS t (e, b);
        """,
        {
            "id": PAYMENT,
            "order_id": ORDER,
            "events": [EVENT],
            "bodies": [b'{"\\"}'],
            "fact": Jsonb({"id": PAYMENT, "text": 'back\\slash, "quotes", it\'s', "captured": False}),
            "at": "2026-01-01 12:30:45Z",
        },
    ),
]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with PostgresServer(tmp_path_factory.mktemp("limits") / "postgres", durable=False) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(SCHEMA)
            connection.execute(*NEW_ORDER)
        yield server


def count(server: PostgresServer, query: str) -> int:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def script(server: PostgresServer, recorded: list[Recorded], given: str = "") -> str:
    with psycopg.connect(server.url) as connection:
        return pgbench_script(connection, recorded, given=given)


def test_each_transaction_of_the_order_script_makes_a_new_order(postgres: PostgresServer) -> None:
    before = count(postgres, "SELECT count(*) FROM orders")
    rate = run_pgbench(postgres.url, script(postgres, [NEW_ORDER]), clients=4, transactions=25, timeout=60)
    assert rate > 0
    assert count(postgres, "SELECT count(*) FROM orders") == before + 100
    assert count(postgres, "SELECT count(DISTINCT notes) FROM orders") == 1


def test_each_transaction_of_the_payment_script_pays_an_order_of_its_own(postgres: PostgresServer) -> None:
    orders = [given_order_id(client, number) for client in range(4) for number in range(25)]
    Workbench(postgres.url, Statements([NEW_ORDER], NEW_PAYMENT, ORDER), ORDER).make_orders(orders)
    run_pgbench(postgres.url, script(postgres, NEW_PAYMENT, ORDER), clients=4, transactions=25, timeout=60)
    assert count(postgres, "SELECT count(*) FROM payments") == 100
    assert count(postgres, "SELECT count(*) FROM events JOIN payments ON payment_id = payments.id") == 100
    assert count(postgres, "SELECT count(*) FROM events WHERE fact->>'id' = payment_id") == 100
    assert count(postgres, "SELECT count(DISTINCT fact - 'id') FROM events") == 1
    with psycopg.connect(postgres.url) as connection:
        used = {row[0] for row in connection.execute("SELECT order_id FROM payments")}
    assert used == set(orders)


def test_a_script_that_fails_is_an_error_and_no_rate(postgres: PostgresServer) -> None:
    with pytest.raises(PgbenchFailed, match="no_such_table"):
        run_pgbench(postgres.url, "SELECT * FROM no_such_table;", clients=1, transactions=1, timeout=60)


def test_only_whole_identifiers_are_renewed_wherever_they_stand() -> None:
    parameters = {"id": ORDER, "events": [EVENT, EVENT], "text": f"about {ORDER}", "n": 1, "none": None}
    renewed = renew(parameters, lambda identifier: f"new {identifier[:3]}")
    assert renewed == parameters | {"id": "new ord", "events": ["new evt", "new evt"]}
    assert renew((ORDER, 2), lambda _: "x") == ("x", 2)


def test_a_recording_is_read_back_in_order(tmp_path: Path) -> None:
    file = tmp_path / "statements"
    with file.open("wb") as output:
        for recorded in NEW_PAYMENT:
            pickle.dump(recorded, output)
    assert [query for query, _ in read_recorded(file)] == [query for query, _ in NEW_PAYMENT]
