"""A bench of each processor, made anew for each test: that takes a millisecond."""

from collections.abc import AsyncIterator

import pytest

from tests.processors.conformance.port.bench import Bench, open_bench
from tests.processors.conformance.port.parties import PARTIES, Party, name_of


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
