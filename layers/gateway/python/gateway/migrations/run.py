"""Apply `NNNN_verb_object.sql` files in order, each once, in one transaction; then `fill`, roles and policies.

Several processes may start at once: an advisory lock lets one of them work while the others
wait. A file that was changed after it was applied is refused: write a new one.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from gateway.migrations.fill import RowsLocked, fill_columns
from gateway.migrations.prime import prime_statistics
from gateway.tenancy.access import RolesMissing, bring_access_up_to_date

_FOLDER: Final = Path(__file__).parent
_ADVISORY_LOCK: Final = 7_224_901_517  # any constant that no other program uses on this database
_LOCK_TIMEOUT: Final = "10s"  # a migration that waits longer would queue all traffic behind itself

_SEARCH_PATH: Final = "SET search_path = public"
"""Whatever role, database or PGOPTIONS say: half of the schema elsewhere is half a schema."""

_CREATE_TABLE: Final = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name       text PRIMARY KEY,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(Exception):
    """The files and the database disagree; the text says how."""


@dataclass(frozen=True)
class Migration:
    """One SQL file. `checksum` is the SHA-256 of its bytes, in hex."""

    name: str
    sql: str
    checksum: str


def read_migrations(folder: Path = _FOLDER) -> list[Migration]:
    """All SQL files of the folder, in order of their names."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return [
        Migration(file.stem, file.read_text("utf-8"), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in files
    ]


async def migrate(database_url: str, folder: Path = _FOLDER, *, dry_run: bool = False) -> list[str]:
    """Apply what is missing; return the names of what was applied (or would be, with `dry_run`).

    Raises `MigrationError` when an applied file has changed or is gone, and when a lock cannot
    be had within ten seconds; what came before the failed file stays applied.
    """
    async with await AsyncConnection.connect(database_url, autocommit=True) as connection:
        await connection.execute(_SEARCH_PATH)
        # Ends with the session, so it also goes when this process is killed.
        await connection.execute("SELECT pg_advisory_lock(%s)", (_ADVISORY_LOCK,))
        await connection.execute(_CREATE_TABLE)
        pending = await _pending(connection, read_migrations(folder))
        if not dry_run:
            for migration in pending:
                await _apply(connection, migration)
            if folder == _FOLDER:
                await _fill(connection)
                await _apply_access(connection)
                await prime_statistics(connection)
        return [migration.name for migration in pending]


async def _pending(connection: AsyncConnection[TupleRow], migrations: list[Migration]) -> list[Migration]:
    cursor = await connection.execute("SELECT name, checksum FROM schema_migrations")
    applied = {row[0]: row[1] for row in await cursor.fetchall()}
    known = {migration.name for migration in migrations}
    for name in applied.keys() - known:
        raise MigrationError(f"{name} is applied, but its file is gone: is this an older version of the code?")
    for migration in migrations:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationError(f"{migration.name} was changed after it was applied: write a new migration")
    return [migration for migration in migrations if migration.name not in applied]


async def _fill(connection: AsyncConnection[TupleRow]) -> None:
    try:
        await fill_columns(connection)
    except (RowsLocked, psycopg.Error) as error:
        raise MigrationError(f"filling new columns: {error}") from error


async def _apply_access(connection: AsyncConnection[TupleRow]) -> None:
    """Who may do what with the tables there are now; see `tenancy.access`."""
    try:
        await bring_access_up_to_date(connection)
    except (RolesMissing, psycopg.Error) as error:
        raise MigrationError(f"roles and policies: {error}") from error


async def _apply(connection: AsyncConnection[TupleRow], migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(_SEARCH_PATH)  # a file of before may have set it for its session
            await connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            await connection.execute("SET LOCAL gateway.maintenance = 'on'")  # a migration sees all rows
            await connection.execute(migration.sql.encode())
            await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES (%s, %s)",
                (migration.name, migration.checksum),
            )
    except psycopg.Error as error:
        raise MigrationError(f"{migration.name}: {error}") from error
