"""The books below the processes: final, balanced by shape, summed without gaps, audited."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest

import gateway.migrations as migrations
from gateway.events.feed import start_era_if_restored
from gateway.ledger import queries
from gateway.ledger.model import ACCOUNTS
from gateway.ledger.read import read_balances
from gateway.migrations.run import migrate
from gateway.tenancy.model import TEST_MERCHANT_ID, Caller
from tests.support.stack import ROOT, copy_database, database_of

CALLER = Caller(TEST_MERCHANT_ID, "test")
ENTRY: LiteralString = """
INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at)
VALUES ('pay_' || lpad(%(n)s::text, 16, '0') || ':' || %(kind)s, %(merchant)s, 'test', 'INR', %(kind)s, %(debit)s,
        %(credit)s, %(amount)s, now())
"""


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to a fresh database."""
    with psycopg.connect(database_url, autocommit=True) as made:
        yield made


def post(connection: psycopg.Connection[Any], n: int, amount: int = 1_000, kind: str = "capture") -> None:
    """An entry without the payment that it would belong to."""
    debit, credit = ACCOUNTS[kind]  # type: ignore[index]
    values = {
        "n": n,
        "merchant": TEST_MERCHANT_ID,
        "kind": kind,
        "debit": debit,
        "credit": credit,
        "amount": amount,
    }
    connection.execute(ENTRY, values)


def seed_demo(url: str, payments: int = 300) -> None:
    """A merchant with a past, by the product's own command."""
    command(url, "seed-demo", "--payments", str(payments))


def command(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`gateway …` on this database."""
    env = os.environ | {"DATABASE_URL": url, "TEST_MODE": "true"}
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == "", done.stderr
    return done


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger_entries SET amount = 1", "DELETE FROM ledger_entries WHERE false", "TRUNCATE ledger_entries"],
)
def test_an_entry_is_final(connection: psycopg.Connection[Any], statement: LiteralString) -> None:
    post(connection, 1)
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        connection.execute(statement)
    assert connection.execute("SELECT amount FROM ledger_entries").fetchall() == [(1_000,)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"credit": "processor_receivable"},
        {"debit": "merchant_payable", "credit": "processor_receivable"},
        {"kind": "gift"},
        {"amount": 0},
        {"amount": -5},
        {"amount": None},
        {"credit": None},
    ],
    ids=str,
)
def test_an_unbalanced_or_senseless_entry_cannot_be_written(
    connection: psycopg.Connection[Any], wrong: dict[str, Any]
) -> None:
    values = {"n": 1, "merchant": TEST_MERCHANT_ID, "kind": "capture", "debit": "processor_receivable",
              "credit": "merchant_payable", "amount": 100}  # fmt: skip
    with pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(ENTRY, values | wrong)


def test_a_step_is_posted_once(connection: psycopg.Connection[Any]) -> None:
    post(connection, 1)
    with pytest.raises(psycopg.errors.UniqueViolation):
        post(connection, 1, amount=999)


async def test_a_balance_is_the_checkpoint_and_what_came_since(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as tx:
        with psycopg.connect(database_url, autocommit=True) as connection:
            post(connection, 1)
            assert await payable(tx) == 1_000
            assert await queries.roll_up(tx, 0) == 1
            assert await payable(tx) == 1_000
            post(connection, 2, 500)
            assert await payable(tx) == 1_500
            assert await queries.roll_up(tx, 3_600) == 0, "not due yet"
            assert await queries.roll_up(tx, 0) == 1
            assert await queries.roll_up(tx, 0) == 0
            assert await payable(tx) == 1_500


async def payable(tx: psycopg.AsyncConnection[Any]) -> int:
    """What the test merchant is owed."""
    found = await read_balances(tx, CALLER)
    return found[0].amounts["merchant_payable"] if found else 0


async def test_an_entry_that_commits_late_is_not_passed_over(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as tx:
        with psycopg.connect(database_url) as late, psycopg.connect(database_url, autocommit=True) as prompt:
            post(late, 1, 100)  # its transaction is older than the next one, and stays open
            post(prompt, 2, 1_000)
            assert await queries.roll_up(tx, 0) == 0, "nothing beyond the oldest that is still running"
            assert await payable(tx) == 1_000
            late.commit()
            assert await payable(tx) == 1_100
            assert await queries.roll_up(tx, 0) == 2
            assert await payable(tx) == 1_100
    assert command(database_url, "ledger", "audit").stdout.count("kept balance") == 0


async def test_many_that_roll_up_at_once_count_nothing_twice(database_url: str) -> None:
    connections = [await psycopg.AsyncConnection.connect(database_url, autocommit=True) for _ in range(8)]
    with psycopg.connect(database_url, autocommit=True) as writer:
        for n in range(60):
            post(writer, n, 10)
            await asyncio.gather(*(queries.roll_up(tx, 0) for tx in connections))
    assert await payable(connections[0]) == 600
    cursor = await connections[0].execute("SELECT max(credits) FROM ledger_balances")
    row = await cursor.fetchone()
    assert row is not None
    assert row[0] >= 590  # all but what the last round may have left
    for tx in connections:
        await tx.close()


async def test_a_long_backlog_is_rolled_up_in_parts(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts = queries._ROLL_UP.replace(str(queries.ROLLED_UP_AT_ONCE), "5")
    monkeypatch.setattr(queries, "_ROLL_UP", in_parts)
    with psycopg.connect(database_url, autocommit=True) as writer:
        for n in range(18):
            post(writer, n, 10)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as tx:
        parts = []
        while part := await queries.roll_up(tx, 0):
            parts.append(part)
            assert await payable(tx) == 180
    assert (sum(parts), max(parts)) == (18, 6)


async def test_after_a_restore_elsewhere_old_entries_stay_before_new_ones(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as tx:
        with psycopg.connect(database_url, autocommit=True) as connection:
            post(connection, 1)
            await queries.roll_up(tx, 0)
            # As if it came from a cluster with higher transaction numbers.
            connection.execute("UPDATE ledger_checkpoint SET xact = '4000000000'")
            post(connection, 2, 500)
            assert await payable(tx) == 1_000, "the trouble that the era is for"
            assert await start_era_if_restored(tx) == 2
            assert await start_era_if_restored(tx) is None
            post(connection, 3, 70)
            assert await payable(tx) == 1_070
            assert await queries.roll_up(tx, 0) == 1
            assert await payable(tx) == 1_070


def test_the_audit_is_silent_on_good_books_and_names_each_wrong(database_url: str) -> None:
    seed_demo(database_url)
    good = command(database_url, "ledger", "audit")
    assert (good.returncode, good.stdout.splitlines()[-1]) == (0, "0 differences")

    with psycopg.connect(database_url, autocommit=True) as connection:
        ids = connection.execute(
            "SELECT id FROM ledger_entries WHERE kind = 'capture' ORDER BY id LIMIT 2"
        ).fetchall()
        connection.execute("ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_are_final")
        connection.execute("DELETE FROM ledger_entries WHERE id = %s", ids[0])
        connection.execute("UPDATE ledger_entries SET amount = amount + 1 WHERE id = %s", ids[1])
        connection.execute("ALTER TABLE ledger_entries ENABLE TRIGGER ledger_entries_are_final")
        post(connection, 7)
        connection.execute("UPDATE payments SET amount_refunded = amount_refunded + 1 WHERE id = %s",
                           (ids[1][0].partition(":")[0],))  # fmt: skip
    bad = command(database_url, "ledger", "audit", "--json")
    assert bad.returncode == 1
    report = json.loads(bad.stdout)
    found = {(one["problem"], one["subject"]) for one in report["differences"] if "kept" not in one["problem"]}
    assert found == {
        ("entry is missing", ids[0][0]),
        ("entry differs", ids[1][0]),
        ("entry without a cause", "pay_0000000000000007:capture"),
        ("payment disagrees with its refunds", ids[1][0].partition(":")[0]),
    }
    assert any("kept balance" in one["problem"] for one in report["differences"])
    assert all(one["debits"] == one["credits"] for one in report["totals"])

    filled = command(database_url, "ledger", "audit", "--post-missing")
    assert filled.stdout.startswith("posted 1 missing entries")
    assert "entry is missing" not in filled.stdout


def test_rows_older_than_the_ledger_are_posted_by_its_migration(postgres: Any, tmp_path: Path) -> None:
    url = copy_database(database_of(postgres.url, "postgres"), "template0")
    old = tmp_path / "old"
    old.mkdir()
    for file in Path(migrations.__file__).parent.glob("[0-9]*.sql"):
        if file.name < "0350":
            shutil.copy(file, old)
    asyncio.run(migrate(url, old))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OLD_ROWS, (UUID(int=1),))
    asyncio.run(migrate(url))
    audit = command(url, "ledger", "audit")
    assert audit.stdout.splitlines() == ["test INR: 12 entries, debits 7100, credits 7100", "0 differences"]
    with psycopg.connect(url, autocommit=True) as connection:
        kept = connection.execute("SELECT account, debits - credits FROM ledger_balances").fetchall()
    assert {name: int(sum) for name, sum in kept if sum} == {
        "processor_receivable": 1_300,
        "merchant_payable": -1_200,
        "refunds_pending": -100,
        "authorized_receivable": 900,
        "authorized_payable": -900,
    }


OLD_ROWS: LiteralString = """
WITH shop AS (
    INSERT INTO merchants (id, name, email, signing_secret, created_at)
    VALUES (%s, 'Shop', 'shop@example.com', '', now()) RETURNING id
),
facts (n, capture, status, taken, authorized, pending, refunded) AS (VALUES
    (1, 'automatic', 'success', 900, true, 100, 200),
    (2, 'automatic', 'failed', 0, false, 0, 0),
    (3, 'automatic', 'cancelled', 0, false, 0, 0),
    (4, 'manual', 'success', 0, true, 0, 0),
    (5, 'manual', 'success', 600, true, 0, 0),
    (6, 'manual', 'cancelled', 0, true, 0, 0),
    (7, 'manual', 'cancelled', 0, false, 0, 0)
),
made AS (
    INSERT INTO orders (id, merchant_id, mode, amount, currency, capture, status, created_at, updated_at)
    SELECT 'order_' || lpad(n::text, 16, '0'), shop.id, 'test', 900, 'INR', capture, 'attempted', now(), now()
    FROM facts, shop
),
tried AS (
    INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, status,
                          captured, amount_captured, amount_refund_pending, amount_refunded, error_code,
                          authorized_at, created_at, updated_at)
    SELECT 'pay_' || lpad(n::text, 16, '0'), shop.id, 'test', 'order_' || lpad(n::text, 16, '0'), 900, 'INR',
           capture, 'upi', 'a@b', status, taken > 0, taken, pending, refunded,
           CASE WHEN status = 'failed' THEN 'X' END, CASE WHEN authorized THEN now() END, now(), now()
    FROM facts, shop
)
INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, status, error_code, created_at,
                     updated_at, processed_at, work, due_at)
SELECT 'rfnd_' || lpad(r.n::text, 16, '0'), shop.id, 'test', 'pay_0000000000000001', r.amount, 'INR', r.status,
       CASE WHEN r.status = 'failed' THEN 'X' END, now(), now(), CASE WHEN r.status = 'processed' THEN now() END,
       CASE WHEN r.status = 'pending' THEN 'refund' END, CASE WHEN r.status = 'pending' THEN now() END
FROM shop, (VALUES (1, 100, 'pending'), (2, 200, 'processed'), (3, 300, 'failed')) r (n, amount, status)
"""
