"""Dump, wipe, restore with Postgres's own tools, as docs/operations.md says: nothing is missing."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from dev.binaries import postgres_binaries
from dev.postgres import PostgresServer
from tests.support.receiver import Receiver
from tests.support.stack import ROOT, Stack, copy_database, database_of, eventually


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


def retention(url: str, *arguments: str) -> str:
    """What the script of docs/operations.md says."""
    env = os.environ | {"DATABASE_URL": url, "PATH": f"{postgres_binaries()}:{os.environ['PATH']}"}
    command = [str(ROOT / "deploy" / "retention.sh"), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


def test_old_events_go_into_the_archive_and_undelivered_ones_stay(
    new_stack: Callable[..., Any], tmp_path: Path
) -> None:
    stack, _ = new_stack()
    stack.start()
    merchant = stack.merchant()
    quiet = merchant.paid()  # no endpoint: its events owe nobody anything
    with Receiver() as shop:
        merchant.api.put("/webhooks/config", json={"webhook_url": shop.url}).raise_for_status()
        told = merchant.paid()
        shop.wait_for("payment.success", told["id"])
        eventually(lambda: not _undelivered(stack), 20, "no delivery under way")
    stack.webhooks.kill()
    owed = merchant.paid()
    recent = merchant.paid()
    for process in (stack.api, stack.worker):
        process.kill()
    stack.sql(
        "UPDATE events SET created_at = created_at - interval '200 days' WHERE object_id <> %s", [recent["id"]]
    )
    before = contents(stack.database_url)

    said = retention(stack.database_url, "180", f"{tmp_path}/archive")
    left = {row[0] for row in stack.sql("SELECT DISTINCT object_id FROM events")}
    assert {owed["id"], recent["id"]} <= left and not {quiet["id"], told["id"]} & left
    after = contents(stack.database_url)
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"public.events", "public.deliveries", "public.delivery_attempts"}
    assert f"removed {before['public.events'][0] - after['public.events'][0]}\n" in said

    # What is in the archive is what is gone, to the byte.
    for table in ("events", "deliveries", "delivery_attempts"):
        for file in (tmp_path / "archive").glob(f"{table}-*.csv"):
            run("psql", "--command", f"\\copy {table} FROM '{file}' CSV HEADER", stack.database_url)
    assert contents(stack.database_url) == before

    retention(stack.database_url, "180")  # without a folder: deleted, written nowhere
    assert contents(stack.database_url) == after
    _ends_although_events_go_on_growing_old(stack, tmp_path, recent["id"])


def _ends_although_events_go_on_growing_old(stack: Stack, folder: Path, object_id: str) -> None:
    """Before each statement of the script one event more is just old enough: that is for the next run."""
    grow_old = (
        "UPDATE events SET created_at = now() - interval '180 days' WHERE id = (SELECT id FROM events"
        f" WHERE object_id = '{object_id}' AND created_at > now() - interval '1 day' LIMIT 1)"
    )
    real, pretended = postgres_binaries() / "psql", folder / "bin" / "psql"
    pretended.parent.mkdir()
    pretended.write_text(f'#!/bin/sh\n{real} -qc "{grow_old}" "$DATABASE_URL"\nexec {real} "$@"\n')
    pretended.chmod(0o755)
    env = os.environ | {"DATABASE_URL": stack.database_url, "PATH": f"{pretended.parent}:{os.environ['PATH']}"}
    command = [str(ROOT / "deploy" / "retention.sh"), "180"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout
    assert said.split("\n")[-2].strip() == "removed 0"
    [(left,)] = stack.sql("SELECT count(*) FROM events WHERE created_at < now() - interval '180 days'")
    assert left >= 1


def _undelivered(stack: Stack) -> int:
    return int(stack.sql("SELECT count(*) FROM deliveries WHERE status = 'pending'")[0][0])
