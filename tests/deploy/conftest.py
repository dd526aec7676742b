"""Functions under AWS's runtime, over a database of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.postgres import PostgresServer
from tests.deploy.cloud.cloud import Cloud
from tests.deploy.cloud.function import Function
from tests.support.stack import copy_database, database_of


@pytest.fixture
def fresh_url(postgres: PostgresServer) -> str:
    """A database of this test's own."""
    return copy_database(database_of(postgres.url, "postgres"), "gateway")


@pytest.fixture
def start(fresh_url: str, tmp_path: Path) -> Iterator[Callable[..., Function]]:
    """`start("api", NAME="value")` starts one function over the fresh database, without a queue."""
    started: list[Function] = []

    def make(name: str, **env: str) -> Function:
        settings = {"DATABASE_URL": fresh_url, "TEST_MODE": "true", "TEST_PROCESSING_DELAY": "0", **env}
        started.append(Function(name, f"{name}.handler.handler", settings, tmp_path / f"{name}.log"))
        return started[-1].start()

    yield make
    for function in started:
        function.stop()


@pytest.fixture
def cloud(fresh_url: str, tmp_path: Path) -> Iterator[Callable[..., Cloud]]:
    """`cloud(copies=3)` makes a whole cloud, not started."""
    made: list[Cloud] = []

    def make(**options: Any) -> Cloud:
        made.append(Cloud(fresh_url, tmp_path, api_instances=1, **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()
