"""The indexes of amounts hold amounts and nothing else: by the migration, and by the script for large tables."""

import subprocess
from typing import LiteralString

import psycopg

from dev.binaries import postgres_binaries
from tests.support.stack import ROOT

BEFORE: LiteralString = """
DROP INDEX orders_by_amount, payments_by_amount, refunds_by_amount;
CREATE INDEX orders_by_amount ON orders (merchant_id, mode, amount, created_at DESC, id DESC);
CREATE INDEX payments_by_amount ON payments (merchant_id, mode, amount, created_at DESC, id DESC);
CREATE INDEX refunds_by_amount ON refunds (merchant_id, mode, amount, created_at DESC, id DESC);
-- A run that was broken off.
CREATE INDEX payments_by_amount_anew ON payments (merchant_id, mode, amount);
"""
SLIM = {
    f"{table}_by_amount": "(merchant_id, mode, amount) WHERE (amount > 0)"
    for table in ("orders", "payments", "refunds")
}


def columns(database_url: str) -> dict[str, str]:
    """By the name of each index of amounts what it holds."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT indexname, substring(indexdef FROM '\\(.*') FROM pg_indexes WHERE indexname ~ '_by_amount'"
        )
        return dict(rows.fetchall())


def test_they_hold_amounts_by_the_migration_and_by_the_script(database_url: str) -> None:
    assert columns(database_url) == SLIM
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(BEFORE)
    assert columns(database_url) != SLIM
    script = f"--file={ROOT}/deploy/sql/slim_amount_indexes.sql"
    psql = [str(postgres_binaries() / "psql"), "--no-psqlrc", script, database_url]
    for _ in range(2):
        subprocess.run(psql, check=True, capture_output=True)
        assert columns(database_url) == SLIM
