"""Real Postgres, real Redis, real processes; started once per test run, on free ports.

* `stack`: the product over one shared database. Tests keep apart by using merchants of their own.
* `new_stack`: a factory of private stacks (own database, own settings, own Redis) for tests that kill,
  stop or reconfigure.
"""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from gateway.settings import Settings
from tests.support.client import Merchant
from tests.support.stack import Stack, copy_database, database_of, prepare_database, temporary_folder

TEMPLATE = "gateway"
TEST_MODE_KEY = base64.b64encode(Settings(TEST_MODE=True).master_key_bytes()).decode()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A throw-away Postgres whose database `gateway` is migrated and seeded, and never used but as a template."""
    server = PostgresServer(tmp_path_factory.mktemp("postgres") / "data", durable=False)
    server.start()
    prepare_database(server.url)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A throw-away Redis."""
    server = RedisServer(tmp_path_factory.mktemp("redis") / "data")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def database_url(postgres: PostgresServer) -> str:
    """A fresh, migrated and seeded database, for tests below the processes."""
    return copy_database(database_of(postgres.url, "postgres"), TEMPLATE)


@pytest.fixture(scope="session")
def stack(postgres: PostgresServer, redis_server: RedisServer) -> Iterator[Stack]:
    """The shared product: bank answers in 20 ms, webhook retries in test intervals."""
    with temporary_folder() as folder:
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        shared = Stack(url, redis_server.url, folder, {})
        shared.start()
        yield shared
        shared.stop()


@pytest.fixture
def new_stack(postgres: PostgresServer, tmp_path: Path) -> Iterator[Callable[..., tuple[Stack, RedisServer]]]:
    """`new_stack(TEST_PROCESSING_DELAY="500")` makes a private stack, not started, with a Redis of its own."""
    made: list[tuple[Stack, RedisServer]] = []

    def make(**env: str) -> tuple[Stack, RedisServer]:
        folder = tmp_path / f"stack{len(made)}"
        folder.mkdir()
        redis = RedisServer(folder / "redis")
        redis.start()
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        if "GATEWAY_MASTER_KEY" in env:  # the template was seeded under test mode's own key
            env = {"GATEWAY_MASTER_KEY_PREVIOUS": TEST_MODE_KEY} | env
        made.append((Stack(url, redis.url, folder, env), redis))
        return made[-1]

    yield make
    for one, redis in made:
        one.stop()
        redis.stop()


@pytest.fixture
def merchant(stack: Stack) -> Merchant:
    """A fresh merchant of the shared stack."""
    return stack.merchant()
