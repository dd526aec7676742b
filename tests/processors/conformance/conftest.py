"""One product over fakes of all processors; each test has a merchant and accounts of its own."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.support.fake_door import FakeDoor, fake_beside, urls_of
from tests.support.processors import Shop, open_shop
from tests.support.stack import Stack, copy_database, database_of, temporary_folder

PROCESSORS = ("razorpay", "stripe", "cashfree")
SETTINGS = {"GATEWAY_PROCESSOR_TIMEOUT_SECONDS": "1", "GATEWAY_PAYMENT_SECONDS": "60"}


@pytest.fixture(scope="session")
def fakes() -> Iterator[dict[str, FakeDoor]]:
    """A fake of each processor, by its name."""
    with ExitStack() as several:
        yield {name: several.enter_context(fake_beside(name)) for name in PROCESSORS}


@pytest.fixture(scope="session")
def over_fakes(postgres: PostgresServer, redis_server: RedisServer, fakes: dict[str, FakeDoor]) -> Iterator[Stack]:
    """The product, whose processors are the fakes. They answer within a second, or not at all."""
    with temporary_folder() as folder:
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        product = Stack(url, redis_server.url, folder, SETTINGS | urls_of(*fakes.values()))
        try:
            product.start()
            yield product
        finally:
            product.stop()


@pytest.fixture(params=PROCESSORS)
def fake(request: pytest.FixtureRequest, fakes: dict[str, FakeDoor]) -> Iterator[FakeDoor]:
    """One of the fakes."""
    found = fakes[request.param]
    yield found
    found.mend()
    found.forget()


@pytest.fixture
def shop(over_fakes: Stack, fake: FakeDoor) -> Iterator[Shop]:
    """A fresh merchant with an account at the fake."""
    made = open_shop(over_fakes, fake)
    yield made
    made.put_aside()
