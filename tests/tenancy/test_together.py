"""Look-ups of the same moment are one statement, and nobody gets what is not his or waits for what hangs."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import psycopg
import pytest

from gateway.database import Connection, PooledDatabase
from gateway.orders.model import Order
from gateway.orders.queries import select_orders
from gateway.tenancy.model import Caller
from gateway.tenancy.together import MOST_AT_ONCE, Together
from tests.tenancy.conftest import World
from tests.tenancy.test_connections import settings_of

A, B, NONE = "order_" + "A" * 16, "order_" + "B" * 16, "order_" + "0" * 16


class Looks:
    """The statements that were made, and what they are to meet first."""

    def __init__(self, database: PooledDatabase) -> None:
        self.asked: list[tuple[Caller, list[str]]] = []
        self.seconds: list[float] = []
        self.errors: list[Exception] = []
        self.orders = Together(database, self._select)

    async def _select(self, tx: Connection, caller: Caller, ids: list[str]) -> Mapping[str, Order]:
        self.asked.append((caller, sorted(ids)))
        await tx.execute("SELECT pg_sleep(%s)", [self.seconds.pop(0) if self.seconds else 0])
        if self.errors:
            raise self.errors.pop()
        return await select_orders(tx, caller, ids)

    async def ids(self, caller: Caller, *ids: str) -> list[str | None]:
        found = await asyncio.gather(*(self.orders.find(caller, one) for one in ids))
        return [None if one is None else one.id for one in found]


@pytest.fixture
async def looks(world: World) -> AsyncIterator[Looks]:
    database = PooledDatabase(settings_of(world, database_pool_size=3), "gateway_app")
    yield Looks(database)
    await database.close()


async def test_what_is_asked_in_one_moment_is_one_statement(world: World, looks: Looks) -> None:
    assert await looks.ids(world.a, A, A, NONE, B) == [A, A, None, None]
    assert looks.asked == [(world.a, sorted([A, NONE, B]))]


async def test_tenants_are_asked_for_apart(world: World, looks: Looks) -> None:
    found = await asyncio.gather(looks.ids(world.a, A, B), looks.ids(world.b, A, B))
    assert found == [[A, None], [None, B]]
    assert sorted(looks.asked, key=str) == sorted([(world.a, [A, B]), (world.b, [A, B])], key=str)


async def test_whoever_comes_meanwhile_is_asked_for_afterwards_and_reads_what_was_committed_before(
    world: World, looks: Looks
) -> None:
    looks.seconds = [0.05]
    first = asyncio.create_task(looks.ids(world.a, A))
    while not looks.asked:
        await asyncio.sleep(0.001)
    with psycopg.connect(world.url, autocommit=True) as owner:
        owner.execute("UPDATE orders SET receipt = 'later' WHERE id = %s", [A])
    order = await looks.orders.find(world.a, A)
    assert order is not None and order.receipt == "later"
    assert await first == [A]
    assert len(looks.asked) == 2


async def test_an_error_reaches_all_who_wait_and_the_next_asks_anew(world: World, looks: Looks) -> None:
    looks.errors = [psycopg.errors.QueryCanceled("too long")]
    asked = [asyncio.create_task(looks.orders.find(world.a, one)) for one in (A, B)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in outcomes] == [psycopg.errors.QueryCanceled] * 2
    assert await looks.ids(world.a, A) == [A]


async def test_a_statement_that_hangs_holds_nobody_up(world: World, looks: Looks) -> None:
    looks.seconds = [5]
    hanging = asyncio.create_task(looks.ids(world.a, A))
    while not looks.asked:
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.12)
    assert await asyncio.wait_for(looks.ids(world.a, A, NONE), 3) == [A, None]
    assert not hanging.done()
    hanging.cancel()


async def test_one_who_has_gone_takes_nothing_from_the_others(world: World, looks: Looks) -> None:
    gone = asyncio.create_task(looks.orders.find(world.a, A))
    stays = asyncio.create_task(looks.orders.find(world.a, A))
    await asyncio.sleep(0)
    gone.cancel()
    order = await stays
    assert order is not None and order.id == A


async def test_a_statement_has_a_bound(world: World, looks: Looks) -> None:
    ids = [f"order_{number:016}" for number in range(MOST_AT_ONCE + 1)]
    assert await looks.ids(world.a, *ids) == [None] * len(ids)
    assert [len(asked) for _, asked in looks.asked] == [MOST_AT_ONCE, 1]
