"""Teams and keys of before the upgrade: invitations free their addresses, the audit log says who made a key."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import gateway.migrations as migrations
from dev.postgres import PostgresServer
from gateway.migrations.run import migrate
from tests.support.stack import database_of

FOLDER = Path(migrations.__file__).parent
NEW = ("0540", "0541")
INVITE_OF_BEFORE = """
INSERT INTO users (id, merchant_id, email, name, role, password_hash, invite_hash, invite_expires_at, created_at)
VALUES (%s, %s, %s, '', 'support', NULL, sha256(%s), now() + interval '1 day', now())
ON CONFLICT (email) WHERE removed_at IS NULL DO NOTHING
"""
"""The statement of the version that may run beside the migration."""


@pytest.fixture
def before(postgres: PostgresServer, tmp_path: Path) -> Iterator[tuple[psycopg.Connection[Any], str, Path]]:
    """A database as it was, and the folder of its migrations."""
    name = f"before_{time.monotonic_ns()}"
    with psycopg.connect(database_of(postgres.url, "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    url = database_of(postgres.url, name)
    for file in FOLDER.glob("*.sql"):
        if file.name < NEW[0]:
            shutil.copy(file, tmp_path)
    asyncio.run(migrate(url, tmp_path))
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection, url, tmp_path


def _upgrade(url: str, folder: Path) -> list[str]:
    for number in NEW:
        for file in FOLDER.glob(f"{number}_*.sql"):
            shutil.copy(file, folder)
    return asyncio.run(migrate(url, folder))


def _merchant(connection: psycopg.Connection[Any]) -> str:
    merchant = str(uuid4())
    connection.execute(
        "INSERT INTO merchants (id, name, email, signing_secret, created_at) "
        "VALUES (%s, 'Shop', %s, '\\x01', now())",
        (merchant, f"{merchant}@example.com"),
    )
    return merchant


def test_a_pending_invitation_goes_on_and_frees_its_address(
    before: tuple[psycopg.Connection[Any], str, Path],
) -> None:
    connection, url, folder = before
    one, other = _merchant(connection), _merchant(connection)
    invited = str(uuid4())
    connection.execute(INVITE_OF_BEFORE, (invited, one, "asha@example.com", b"token"))
    assert len(_upgrade(url, folder)) == 2
    hashed, removed = connection.execute(
        "SELECT invite_hash = sha256('token'), removed_at IS NOT NULL FROM users WHERE id = %s", (invited,)
    ).fetchone() or (None, None)
    assert (hashed, removed) == (True, True)
    # The version before goes on inviting, and the address is free for another team.
    assert connection.execute(INVITE_OF_BEFORE, (str(uuid4()), other, "asha@example.com", b"other")).rowcount == 1
    assert connection.execute(INVITE_OF_BEFORE, (str(uuid4()), other, "asha@example.com", b"again")).rowcount == 0


def test_the_makers_of_keys_are_taken_from_the_audit_log(
    before: tuple[psycopg.Connection[Any], str, Path],
) -> None:
    connection, url, folder = before
    merchant = _merchant(connection)
    for key in ("made", "rotated", "unknown"):
        connection.execute(
            "INSERT INTO api_keys (id, merchant_id, mode, secret_hash, created_at) "
            "VALUES (%s, %s, 'test', sha256('secret'), now())",
            (f"key_test_{key}", merchant),
        )
    connection.execute(
        """
        INSERT INTO audit_log (merchant_id, actor_kind, actor_id, actor, action, object_id, details, created_at)
        VALUES (%(m)s, 'user', 'u1', 'asha@example.com', 'key.created', 'key_test_made', '{}', now()),
               (%(m)s, 'key', 'k1', 'k1', 'key.rotated', 'key_test_made', '{"new_key": "key_test_rotated"}', now())
        """,
        {"m": merchant},
    )
    _upgrade(url, folder)
    rows = connection.execute("SELECT id, maker_kind, maker_id, maker FROM api_keys ORDER BY id").fetchall()
    assert rows == [
        ("key_test_made", "user", "u1", "asha@example.com"),
        ("key_test_rotated", "key", "k1", "k1"),
        ("key_test_unknown", None, None, None),
    ]
