"""A database with two tenants, and what it is for each role to work in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from dev.postgres import PostgresServer
from gateway.database.scope import Role, begin_statements
from gateway.tenancy.model import Caller
from tests.conftest import TEMPLATE
from tests.support.stack import copy_database, database_of
from tests.tenancy.rows import make_tenant


@dataclass(frozen=True)
class World:
    """`owner` is the superuser of the test cluster, who sees everything."""

    url: str
    owner: psycopg.Connection[Any]
    a: Caller
    b: Caller

    @contextmanager
    def acting(self, role: Role, tenant: Caller | None = None) -> Iterator[psycopg.Connection[Any]]:
        """A transaction of this role and tenant, as behind a pooler; nothing of it is kept."""
        with psycopg.connect(self.url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
            connection.execute(begin_statements(role, tenant))
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def auditing(self) -> Iterator[psycopg.Connection[Any]]:
        """A session of an auditor."""
        with psycopg.connect(self.url, autocommit=True, options="-c role=gateway_auditor") as connection:
            yield connection

    def column(self, query: str, *parameters: Any) -> list[Any]:
        """First column of a query, as the superuser."""
        return [row[0] for row in self.owner.execute(query.encode(), parameters or None)]


@pytest.fixture(scope="module")
def world(postgres: PostgresServer) -> Iterator[World]:
    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
        yield World(url, owner, make_tenant(owner, "A"), make_tenant(owner, "B"))


def count(connection: psycopg.Connection[Any], table: str) -> int:
    """Rows that this session sees."""
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])
