"""A bench of each processor, made anew for each test in a millisecond; a database for the simulated bank."""

from collections.abc import AsyncIterator

import pytest

from dev.postgres import PostgresServer
from gateway.database import PooledDatabase
from gateway.settings import Settings
from tests.conftest import TEMPLATE
from tests.processors.conformance.port.bench import Bench, open_bench
from tests.processors.conformance.port.parties import PARTIES, Party, name_of
from tests.support.stack import copy_database, database_of


@pytest.fixture(params=PARTIES, ids=name_of)
def party(request: pytest.FixtureRequest) -> Party:
    """Each processor."""
    found: Party = request.param
    return found


@pytest.fixture
async def bench(party: Party) -> AsyncIterator[Bench]:
    """An account with empty books."""
    made = await open_bench(party)
    yield made
    for client in made.clients:
        await client.close()
    await made.fake.stop()


@pytest.fixture(scope="session")
def books_url(postgres: PostgresServer) -> str:
    """A migrated database that these tests share."""
    return copy_database(database_of(postgres.url, "postgres"), TEMPLATE)


@pytest.fixture(scope="session")
async def worker(books_url: str) -> AsyncIterator[PooledDatabase]:
    """The database, as workers see it."""
    database = PooledDatabase(Settings(DATABASE_URL=books_url, TEST_MODE=True), "gateway_worker")
    yield database
    await database.close()
