"""Each connection sees the tenant that it was lent for, and no other; with and without a pooler."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from gateway.database import Database, PooledDatabase, SingleDatabase
from gateway.database.scope import ScopedConnection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, Unavailable
from gateway.master_key.data_keys import DataKeysMissing, complete_keyring
from gateway.settings import Settings
from gateway.tenancy.model import Caller
from tests.tenancy.conftest import World


def settings_of(world: World, **more: object) -> Settings:
    return Settings.model_validate({"DATABASE_URL": world.url, "TEST_MODE": True, **more})


@pytest.fixture(params=["pool", "single", "pool behind a pooler", "single behind a pooler"])
async def database(world: World, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """What a pooler is given is what Postgres itself takes: transactions that bring everything along."""
    pooler = "pooler" in request.param
    settings = settings_of(world, database_pool_size=2, database_pooler=pooler)
    make = PooledDatabase if request.param.startswith("pool") else SingleDatabase
    made = make(settings, "gateway_app")
    yield made
    await made.close()


async def orders_of(database: Database, tenant: Caller | None) -> list[str]:
    async with database.connection(tenant) as tx:
        cursor = await tx.execute("SELECT id FROM orders")
        return [row[0] for row in await cursor.fetchall()]


async def test_tenants_take_turns_on_few_connections(world: World, database: Database) -> None:
    expected = {world.a: ["order_" + "A" * 16], world.b: ["order_" + "B" * 16], None: []}
    asked = [world.a, world.b, None, world.b, world.a, world.a, None] * 12
    answers = await asyncio.gather(*(orders_of(database, tenant) for tenant in asked))
    assert answers == [expected[tenant] for tenant in asked]


async def test_who_waits_too_long_for_a_connection_is_told_so_and_takes_none(world: World) -> None:
    database = PooledDatabase(
        settings_of(world, database_pool_size=1, database_pool_wait_seconds=0.3), "gateway_app"
    )
    try:
        async with database.connection(world.a):
            with pytest.raises(Unavailable):
                await orders_of(database, world.b)
            given_up = asyncio.create_task(orders_of(database, world.b))
            await asyncio.sleep(0)  # it waits now
            given_up.cancel()
            waiting = asyncio.create_task(orders_of(database, world.a))
        assert await waiting == ["order_" + "A" * 16]
        assert await orders_of(database, world.b) == ["order_" + "B" * 16]
        assert given_up.cancelled()
    finally:
        await database.close()


async def test_a_block_that_ends_in_an_error_leaves_no_tenant_behind(world: World, database: Database) -> None:
    for error in (RuntimeError("bug"), BadRequest("refused")):
        with pytest.raises(type(error)):
            async with database.connection(world.a) as tx:
                await tx.execute("SELECT 1")
                raise error
        with pytest.raises(psycopg.errors.DivisionByZero):
            async with database.connection(world.a) as tx:
                await tx.execute("SELECT 1 / 0")
        assert await orders_of(database, None) == []
        assert await orders_of(database, world.b) == ["order_" + "B" * 16]


async def test_what_was_written_before_a_refusal_is_kept(world: World, database: Database) -> None:
    """A wrong password counts although the log-in is refused: each statement by itself, or one transaction."""
    subject = bytes(31) + bytes([world.owner.info.backend_pid % 256])
    world.owner.execute("DELETE FROM login_failures")
    with pytest.raises(BadRequest):
        async with database.connection(None) as tx:
            await tx.execute("INSERT INTO login_failures VALUES (%s, 1, now())", (subject,))
            raise BadRequest("refused")
    assert world.column("SELECT failures FROM login_failures") == [1]


async def test_the_same_tenant_again_costs_no_statement(world: World) -> None:
    database = SingleDatabase(settings_of(world), "gateway_app")
    counted = 0

    class Counting(ScopedConnection):
        async def execute(self, *arguments: object, **options: object) -> object:  # type: ignore[override]
            nonlocal counted
            counted += 1
            return await super().execute(*arguments, **options)  # type: ignore[arg-type]

    try:
        async with database.connection(world.a) as tx:
            tx.__class__ = Counting
        for _ in range(5):
            await orders_of(database, world.a)
        assert counted == 5
        await orders_of(database, world.b)
        assert counted == 7
    finally:
        await database.close()


async def test_behind_a_pooler_nothing_is_left_in_the_session(world: World) -> None:
    """The next transaction on the server's connection may be another process's."""
    database = SingleDatabase(settings_of(world, database_pooler=True), "gateway_worker")
    try:
        async with database.connection(None) as tx:
            assert await shown(tx) == ("gateway_worker", "15s", "")
        session = await database._usable()
        assert await shown(session) == ("none", "0", "")
        async with database.connection(world.a) as tx:
            assert (await shown(tx))[2] == str(world.a.merchant_id)
        assert await shown(session) == ("none", "0", "")
    finally:
        await database.close()


async def shown(tx: psycopg.AsyncConnection[tuple[object, ...]]) -> tuple[str, ...]:
    names = ("role", "statement_timeout", "gateway.merchant")
    cursor = await tx.execute("SELECT " + ", ".join(f"coalesce(current_setting('{n}', true), '')" for n in names))
    row = await cursor.fetchone()
    assert row is not None
    return tuple(map(str, row))


async def test_a_process_that_finds_no_data_keys_founds_none_and_says_what_to_do(
    world: World, database: Database
) -> None:
    """It cannot see all that is sealed, so it cannot tell which keys have been in use."""
    kept = world.owner.execute("DELETE FROM data_keys RETURNING name, wrapped, created_at").fetchall()
    try:
        with pytest.raises(DataKeysMissing, match="gateway migrate"):
            async with database.connection(None) as tx:
                await complete_keyring(tx, Keyring(bytes(32)))
        assert world.column("SELECT name FROM data_keys") == []
    finally:
        for row in kept:
            world.owner.execute("INSERT INTO data_keys (name, wrapped, created_at) VALUES (%s, %s, %s)", row)
