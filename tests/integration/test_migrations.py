"""The migration runner: each file once, in one transaction, one runner at a time, no silent change."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from dev.postgres import PostgresServer
from gateway.migrations.run import MigrationError, migrate
from tests.support.stack import database_of


@pytest.fixture
def empty_database(postgres: PostgresServer) -> str:
    """The URL of a database without any schema."""
    import time

    name = f"empty_{time.monotonic_ns()}"
    with psycopg.connect(database_of(postgres.url, "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    return database_of(postgres.url, name)


def write(folder: Path, name: str, sql: str) -> None:
    (folder / f"{name}.sql").write_text(sql)


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {row[0] for row in rows}


def test_each_file_is_applied_once_and_in_order(empty_database: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_create_a", "CREATE TABLE a (id int)")
    write(tmp_path, "0002_add_to_a", "ALTER TABLE a ADD b int; INSERT INTO a VALUES (1, 2)")
    assert asyncio.run(migrate(empty_database, tmp_path, dry_run=True)) == ["0001_create_a", "0002_add_to_a"]
    assert "a" not in tables(empty_database)
    assert asyncio.run(migrate(empty_database, tmp_path)) == ["0001_create_a", "0002_add_to_a"]
    assert asyncio.run(migrate(empty_database, tmp_path)) == []


def test_a_failing_file_leaves_nothing_of_itself(empty_database: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_create_a", "CREATE TABLE a (id int)")
    write(tmp_path, "0002_create_b", "CREATE TABLE b (id int); SELECT 1 / 0")
    with pytest.raises(MigrationError, match="0002_create_b: division by zero"):
        asyncio.run(migrate(empty_database, tmp_path))
    assert tables(empty_database) == {"a", "schema_migrations"}


def test_a_changed_or_missing_file_is_refused(empty_database: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_create_a", "CREATE TABLE a (id int)")
    asyncio.run(migrate(empty_database, tmp_path))
    write(tmp_path, "0001_create_a", "CREATE TABLE a (id bigint)")
    with pytest.raises(MigrationError, match="was changed after it was applied"):
        asyncio.run(migrate(empty_database, tmp_path))
    (tmp_path / "0001_create_a.sql").unlink()
    with pytest.raises(MigrationError, match="its file is gone"):
        asyncio.run(migrate(empty_database, tmp_path))


def test_runners_that_start_together_apply_each_file_once(empty_database: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_create_a", "CREATE TABLE a (id int); SELECT pg_sleep(0.2)")

    async def together() -> list[list[str]]:
        return await asyncio.gather(*(migrate(empty_database, tmp_path) for _ in range(5)))

    assert sorted(asyncio.run(together())) == [[], [], [], [], ["0001_create_a"]]


def test_a_migration_does_not_queue_traffic_behind_a_lock_for_ever(empty_database: str, tmp_path: Path) -> None:
    write(tmp_path, "0001_create_a", "CREATE TABLE a (id int)")
    asyncio.run(migrate(empty_database, tmp_path))
    write(tmp_path, "0002_add_to_a", "SET LOCAL lock_timeout = '100ms'; ALTER TABLE a ADD b int")
    with psycopg.connect(empty_database) as holder:
        holder.execute("LOCK TABLE a")
        with pytest.raises(MigrationError, match="lock timeout"):
            asyncio.run(migrate(empty_database, tmp_path))
