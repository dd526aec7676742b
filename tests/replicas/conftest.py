"""A primary with a streaming replica, and products that read from both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.support.client import Merchant
from tests.support.stack import Stack, eventually, prepare_database
from tests.support.standby import Standby


@dataclass
class Pair:
    """A product over a primary and its replica."""

    primary: PostgresServer
    replica: Standby
    redis: RedisServer
    stack: Stack

    def reader(self) -> Merchant:
        """A merchant who has written nothing through the API, with an order written behind its back."""
        merchant = self.stack.merchant()
        self.slip_in(merchant)
        self.replica.caught_up()
        return merchant

    def slip_in(self, merchant: Merchant) -> str:
        """An order that no process of the product knows to be written; returns its id."""
        order = f"order_{uuid4().hex[:16]}"
        self.stack.sql(
            "INSERT INTO orders (id, merchant_id, mode, amount, currency, capture, status, notes, created_at, "
            "updated_at) VALUES (%s, %s, 'test', 500, 'INR', 'automatic', 'created', '{}', now(), now())",
            (order, merchant.id),
        )
        return order

    def pause(self) -> None:
        """Have the replica replay nothing more, once it shows what there is."""
        self.replica.caught_up()
        self.replica.sql("SELECT pg_wal_replay_pause()")
        paused = "SELECT pg_get_wal_replay_pause_state()"
        eventually(lambda: self.replica.sql(paused) == [("paused",)], what="a paused replay")

    def wait_for_replica(self, merchant: Merchant, base_url: str | None = None) -> None:
        """Until this merchant's lists are read from the replica, at this API or the merchant's own."""

        def is_read() -> bool:
            before = self.count_reads()
            for _ in range(5):
                orders_of(merchant, base_url)
            return self.count_reads() > before

        eventually(is_read, 60, "reads from the replica")

    def count_reads(self) -> int:
        """Lists of orders that the replica was asked for so far."""
        return self.replica.log.read_text(errors="replace").count("FROM orders")


def orders_of(merchant: Merchant, base_url: str | None = None) -> list[str]:
    """The ids of the first page, asked at this API or the merchant's own."""
    url = f"{base_url or merchant.base_url}/api/v1/orders?limit=100"
    answer = merchant.api.get(url)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["data"]]


@pytest.fixture(scope="package")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Of its own: a replica copies a whole server."""
    with PostgresServer(tmp_path_factory.mktemp("primary") / "data", durable=False) as server:
        prepare_database(server.url)
        yield server


@pytest.fixture
def new_pair(primary: PostgresServer, tmp_path: Path) -> Iterator[Callable[..., Pair]]:
    """`new_pair(bound=2, delay_ms=0, processes=("api",))`: a replica and a product of their own."""
    made: list[Pair] = []

    def make(
        bound: float = 2, delay_ms: int = 0, processes: tuple[str, ...] = ("api",), read_url: str = ""
    ) -> Pair:
        folder = tmp_path / f"pair{len(made)}"
        folder.mkdir()
        replica = Standby(primary, folder / "replica", delay_ms=delay_ms)
        replica.start()
        redis = RedisServer(folder / "redis")
        redis.start()
        env = {"DATABASE_READ_URL": read_url or replica.url, "GATEWAY_READ_LAG_SECONDS": str(bound)}
        pair = Pair(primary, replica, redis, Stack(primary.url, redis.url, folder, env))
        made.append(pair)
        pair.stack.start(*processes)
        return pair

    yield make
    for pair in made:
        pair.stack.stop()
        pair.redis.stop()
        pair.replica.kill()
