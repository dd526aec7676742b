"""Dump, wipe, restore with Postgres's own tools, as docs/operations.md says: nothing is missing."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from dev.binaries import postgres_binaries
from dev.postgres import PostgresServer
from tests.support.stack import ROOT, Stack, copy_database, database_of


def contents(url: str) -> dict[str, tuple[int, str]]:
    """Rows and a hash over all rows of every table of ours."""
    found: dict[str, tuple[int, str]] = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
            " WHERE table_schema IN ('public', 'simulator') AND table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            row = connection.execute(
                f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {table} t".encode()
            ).fetchone()
            assert row is not None
            found[table] = (row[0], row[1])
    return found


def run(program: str, *arguments: str) -> None:
    """One of Postgres's own programs."""
    command = [str(postgres_binaries() / program), *arguments]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"TZ": "UTC"})


def test_a_backup_is_restored_without_a_loss(
    new_stack: Callable[..., Any], postgres: PostgresServer, tmp_path: Path
) -> None:
    stack, redis = new_stack()
    stack.start()
    merchant = stack.merchant()
    payment = merchant.paid()
    card = merchant.settled(merchant.card(merchant.order()))
    assert merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100}).status_code == 201
    stack.stop()
    before = contents(stack.database_url)
    run("pg_dump", "--format=custom", f"--file={tmp_path}/gateway.dump", stack.database_url)

    empty = copy_database(database_of(postgres.url, "postgres"), "template0")
    run("pg_restore", "--exit-on-error", f"--dbname={empty}", f"{tmp_path}/gateway.dump")
    assert contents(empty) == before

    # And the product goes on with it: what was under way ends, what has ended stays.
    restored = Stack(empty, redis.url, tmp_path, {})
    restored.start()
    try:
        merchant.base_url = restored.base_url
        del merchant.api
        assert merchant.payment(card["id"]) == card
        refunded = merchant.payment(payment["id"])
        assert refunded["status"] == "success"
        merchant.paid()
    finally:
        restored.stop()


def test_old_events_are_deleted_and_undelivered_ones_stay(new_stack: Callable[..., Any]) -> None:
    stack, _ = new_stack()
    stack.start("api", "worker")  # nobody delivers
    merchant = stack.merchant()
    quiet = merchant.paid()  # no endpoint: its events owe nobody anything
    endpoint = {"webhook_url": "http://localhost:47811/hook"}
    merchant.api.put("/webhooks/config", json=endpoint).raise_for_status()
    owed = merchant.paid()
    stack.sql("UPDATE events SET created_at = created_at - interval '200 days'")
    script = str(ROOT / "deploy" / "sql" / "delete_old_events.sql")
    run("psql", "--no-psqlrc", "--set=days=180", f"--file={script}", stack.database_url)
    left = {row[0] for row in stack.sql("SELECT DISTINCT object_id FROM events")}
    assert owed["id"] in left and quiet["id"] not in left
    assert merchant.payment(quiet["id"])["status"] == "success"
