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
async def worker(postgres: PostgresServer) -> AsyncIterator[PooledDatabase]:
    """A migrated database, as workers see it."""
    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    database = PooledDatabase(Settings(DATABASE_URL=url, TEST_MODE=True), "gateway_worker")
    yield database
    await database.close()
