"""0400 and 0510 come to a full database while it is in use: old rows are filled in beside the traffic."""

import asyncio
import shutil
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gateway import migrations
from gateway.migrations import fill, run
from gateway.migrations.fill import FILLS, RowsLocked, fill_columns
from gateway.migrations.run import migrate, read_migrations
from tests.support.stack import copy_database, database_of, eventually

ROWS = 2_000
_ORDERS = """
INSERT INTO merchants (id, name, email, signing_secret, created_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'Shop', 'shop@example.com', '', now());
INSERT INTO orders (id, merchant_id, mode, amount, currency, receipt, capture, status, created_at, updated_at)
SELECT 'order_' || lpad(n::text, 16, '0'), '00000000-0000-0000-0000-000000000001', 'test', 500, 'INR',
       CASE WHEN n %% 4 > 0 THEN 'Cart-' || n END, 'automatic', 'created', now(), now()
FROM generate_series(%(first)s::int, %(last)s::int) n
"""
_WRONG = "SELECT count(*) FROM orders WHERE receipt_lower IS DISTINCT FROM searched(receipt)"

_VERSIONS = "SELECT md5(string_agg(id || ctid || xmin::text, ',' ORDER BY id)) FROM orders"


@pytest.fixture
def old_database(postgres: Any, tmp_path: Path) -> str:
    """As it was before 0400, with orders."""
    url = copy_database(database_of(postgres.url, "postgres"), "template0")
    asyncio.run(migrate(url, _before("0400", tmp_path)))
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(_ORDERS.encode(), {"first": 1, "last": ROWS})
    return url


async def _no_access(_: object) -> None:
    """Nobody but the owner works here."""


def _before(number: str, folder: Path) -> Path:
    """The migrations before this one, in a folder of their own."""
    some = folder / number
    some.mkdir()
    for file in Path(migrations.__file__).parent.glob("[0-9]*.sql"):
        if file.name < number:
            shutil.copy(file, some)
    return some


def test_rows_are_filled_in_while_one_is_locked_and_others_are_written(
    old_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "_PAGES", 4)
    failures: list[BaseException] = []
    # Later ones change the same table, and wait for whoever holds a row of it.
    until_0510 = _before("0520", tmp_path)
    monkeypatch.setattr(run, "_FOLDER", until_0510)
    monkeypatch.setattr(run, "_apply_access", _no_access)  # look-ups are of tables that come later

    def upgrade() -> None:
        try:
            asyncio.run(migrate(old_database, until_0510))
        except BaseException as error:
            failures.append(error)

    with psycopg.connect(old_database, autocommit=True) as traffic, psycopg.connect(old_database) as holder:
        upgrading = threading.Thread(target=upgrade)
        # They have to wait for this one, as for any transaction; so it begins behind them.
        asyncio.run(_apply_columns(old_database))
        holder.execute("SELECT 1 FROM orders WHERE id = 'order_0000000000001001' FOR UPDATE")
        upgrading.start()
        eventually(lambda: traffic.execute(_WRONG).fetchall() == [(1,)], 60, "all but the locked one")
        # The version before writes no such column: the trigger does.
        traffic.execute("UPDATE orders SET receipt = 'Other' WHERE id = 'order_0000000000000001'")
        traffic.execute("UPDATE orders SET status = 'attempted' WHERE id = 'order_0000000000000002'")
        assert traffic.execute(_WRONG).fetchall() == [(1,)]
        holder.rollback()
        upgrading.join(60)
        assert not upgrading.is_alive() and not failures, failures
        assert traffic.execute(_WRONG).fetchall() == [(0,)]
        found = traffic.execute(
            "SELECT conname FROM pg_constraint WHERE conname ~ '_is_searched$' AND convalidated"
        )
        assert {row[0] for row in found.fetchall()} == {one.constraint for one in FILLS}
        before = traffic.execute(_VERSIONS).fetchone()
        assert asyncio.run(migrate(old_database, until_0510)) == []
        assert traffic.execute(_VERSIONS).fetchone() == before


def test_a_row_that_stays_locked_is_said_and_the_next_run_goes_on(
    old_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "_PASSES", 2)
    asyncio.run(_apply_columns(old_database))
    with psycopg.connect(old_database) as holder:
        holder.execute("SELECT 1 FROM orders WHERE id = 'order_0000000000001001' FOR UPDATE")
        with pytest.raises(RowsLocked, match="orders"):
            asyncio.run(_fill(old_database))
    asyncio.run(_fill(old_database))
    with psycopg.connect(old_database) as connection:
        assert connection.execute(_WRONG).fetchone() == (0,)


async def _apply_columns(url: str) -> None:
    folder = Path(migrations.__file__).parent
    async with await psycopg.AsyncConnection.connect(url) as connection:
        for file in (folder / "0400_index_lower_texts.sql", folder / "0510_fold_searched_texts.sql"):
            await connection.execute(file.read_bytes())
            await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES (%s, %s)",
                next((one.name, one.checksum) for one in read_migrations() if one.name == file.stem),
            )


async def _fill(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await fill_columns(connection)


def test_rows_in_the_form_before_are_filled_in_anew(old_database: str) -> None:
    """As 0400 left them: composed in another way, or with a last sigma."""
    texts = {"Cafe\u0301-1": "caf\u00e9-1", "\u03bf\u03b4\u03bf\u03c2": "\u03bf\u03b4\u03bf\u03c3"}
    with psycopg.connect(old_database, autocommit=True) as connection:
        file = Path(migrations.__file__).parent / "0400_index_lower_texts.sql"
        connection.execute(file.read_bytes())
        connection.execute(
            "INSERT INTO schema_migrations (name, checksum) VALUES (%s, %s)",
            next((one.name, one.checksum) for one in read_migrations() if one.name == file.stem),
        )
        for number, text in enumerate(texts, 1):
            connection.execute("UPDATE orders SET receipt = %s WHERE id = %s", (text, f"order_{number:016}"))
        connection.execute(
            "ALTER TABLE orders ADD CONSTRAINT orders_receipt_lower_is_filled CHECK (true) NOT VALID"
        )
        asyncio.run(migrate(old_database))
        rows = connection.execute("SELECT receipt, receipt_lower FROM orders WHERE id < 'order_0000000000000003'")
        assert dict(rows.fetchall()) == texts
        assert connection.execute(_WRONG).fetchone() == (0,)
        assert not connection.execute("SELECT 1 FROM pg_constraint WHERE conname ~ '_is_filled$'").fetchall()


@pytest.mark.parametrize(
    ("receipt", "written"),
    [
        ("Cart-7", "Cart-7"),
        ("Cart-7", None),
        ("Cafe\u0301-1", "cafe\u0301-1"),
        ("\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2"),
        ("caf\u00e9", "caf\u00e9"),
        (None, "of nothing"),
    ],
)
def test_whatever_another_version_writes_is_searched_by(
    database_url: str, receipt: str | None, written: str | None
) -> None:
    """By the trigger, in an insert and in an update of either column."""
    with psycopg.connect(database_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("SET gateway.maintenance = 'on'")
        connection.execute(_ORDERS.encode(), {"first": 1, "last": 1})
        connection.execute(
            """
            INSERT INTO orders (id, merchant_id, mode, amount, currency, receipt, receipt_lower, capture, status,
                                created_at, updated_at)
            SELECT 'order_' || lpad('2', 16, '0'), merchant_id, mode, amount, currency, %s, %s, capture, status,
                   created_at, updated_at FROM orders WHERE id = 'order_0000000000000001'
            """,
            (receipt, written),
        )
        assert connection.execute(_WRONG).fetchone() == (0,)
        connection.execute("UPDATE orders SET receipt = %s WHERE id = 'order_0000000000000001'", (receipt,))
        assert connection.execute(_WRONG).fetchone() == (0,)
        connection.execute("UPDATE orders SET receipt_lower = %s", (written,))
        assert connection.execute(_WRONG).fetchone() == (0,)
