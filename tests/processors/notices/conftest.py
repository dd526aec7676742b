"""One database for all tests below the processes; each test has a merchant of its own in it."""

from collections.abc import AsyncIterator, Iterator
from random import Random

import psycopg
import pytest

from dev.postgres import PostgresServer
from gateway.database import PooledDatabase
from gateway.settings import Settings
from tests.conftest import TEMPLATE
from tests.processors.rows import Shelf
from tests.support.stack import copy_database, database_of


@pytest.fixture(scope="session")
def shared_url(postgres: PostgresServer) -> str:
    """A migrated database that these tests share."""
    return copy_database(database_of(postgres.url, "postgres"), TEMPLATE)


@pytest.fixture
def shelf(shared_url: str) -> Iterator[Shelf]:
    """The rows of a fresh merchant."""
    with psycopg.connect(shared_url, autocommit=True) as connection:
        yield Shelf(connection, chance=Random()).another_merchant()


@pytest.fixture
async def api(shared_url: str) -> AsyncIterator[PooledDatabase]:
    """The database as the API's role sees it."""
    database = PooledDatabase(Settings(DATABASE_URL=shared_url, TEST_MODE=True), "gateway_app")
    yield database
    await database.close()


@pytest.fixture
async def worker(shared_url: str) -> AsyncIterator[PooledDatabase]:
    """The database as workers see it."""
    database = PooledDatabase(Settings(DATABASE_URL=shared_url, TEST_MODE=True), "gateway_worker")
    yield database
    await database.close()
