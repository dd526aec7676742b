"""A batch meets locks, rivals and a database that goes away: each request has what it would have had alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from gateway.database.lanes import Lanes
from gateway.database.one_by_one import PATIENCE_MS
from gateway.payments import accept_queries
from gateway.tenancy.model import Caller
from tests.support.in_process import Application, Shop, application

UPI: dict[str, Any] = {"method": "upi", "vpa": "success@bank"}
WAITING = (
    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename <> '' AND query ~ 'patience'"
)


@asynccontextmanager
async def rival(app: Application, statement: str, *parameters: Any) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Another process's transaction, which has done this and is not committed."""
    async with await psycopg.AsyncConnection.connect(app.runtime.settings.database_url) as connection:
        await connection.execute(statement.encode(), parameters)
        yield connection


KEY = """
INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash)
VALUES (%s, 'test', %s, decode(repeat('00', 32), 'hex'))
"""
PAYMENT = """
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, status, work,
                      due_at, sequence, created_at, updated_at)
VALUES ('pay_RIVALRIVALRIVAL1', %s, 'test', %s, 50000, 'INR', 'automatic', 'upi', 'a@b', 'pending', 'authorize',
        now(), 2, now(), now())
"""


async def waits(app: Application) -> int:
    """The process id of the batch's session, once it waits for a lock."""
    async with asyncio.timeout(20):
        while not (found := await app.sql(WAITING)):
            await asyncio.sleep(0.01)
    return int(found[0][0])


def waiting_in(app: Application) -> int:
    """How many requests wait for the next batch."""
    return sum(len(lane._waiting) for lane in app.runtime.accept_payments._lanes._lanes.values())


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches wait for locks as long as it takes to look at them."""
    text = accept_queries.ACCEPT_PAYMENTS.replace(f"'{PATIENCE_MS}'", "'20000'")
    assert text != accept_queries.ACCEPT_PAYMENTS
    monkeypatch.setattr(accept_queries, "ACCEPT_PAYMENTS", text)


def pay(shop: Shop, orders: list[str], key: str | None = None) -> "asyncio.Future[list[httpx.Response]]":
    return asyncio.gather(
        *(shop.post("/payments", {"order_id": one} | UPI, key and f"{key}-{one}") for one in orders)
    )


async def test_a_key_in_other_hands_holds_up_nobody_else(database_url: str) -> None:
    """All but the one are answered while that key's transaction stands still."""
    async with application(database_url) as app:
        shop = await app.shop()
        orders = await shop.orders(6)
        async with rival(app, KEY, shop.id, f"key-{orders[0]}") as other:
            held, *free = (
                asyncio.ensure_future(shop.post("/payments", {"order_id": one} | UPI, f"key-{one}"))
                for one in orders
            )
            async with asyncio.timeout(20):
                assert [answer.status_code for answer in await asyncio.gather(*free)] == [201] * 5
            await other.rollback()
            answer = await held
        assert answer.status_code in (201, 409), "as alone: what waits longer than the lock time-out is told so"
        again = await shop.post("/payments", {"order_id": orders[0]} | UPI, f"key-{orders[0]}")
        assert again.status_code == 201


@pytest.mark.usefixtures("patient")
async def test_a_rival_that_commits_in_between_leaves_no_key_without_its_payment(database_url: str) -> None:
    async with application(database_url) as app:
        shop = await app.shop()
        orders = await shop.orders(5)
        async with rival(app, PAYMENT, shop.id, orders[2]) as other:
            paying = pay(shop, orders, "key")
            await waits(app)
            await other.commit()
            answers = await paying
        assert [answer.status_code for answer in answers] == [201, 201, 400, 201, 201]
        assert answers[2].json()["error"]["description"] == "Order already has a pending or successful payment"
        kept = await app.sql("SELECT status_code, response FROM idempotency_keys ORDER BY status_code")
        assert sorted(kept) == sorted((answer.status_code, answer.content) for answer in answers)
        assert len(await app.sql("SELECT 1 FROM payments")) == 5
        assert len(await app.sql("SELECT 1 FROM events")) == 8


@pytest.mark.usefixtures("patient")
async def test_a_lost_connection_is_a_503_for_each_and_the_keys_are_free(database_url: str) -> None:
    async with application(database_url) as app:
        shop = await app.shop()
        orders = await shop.orders(4)
        async with rival(app, PAYMENT, shop.id, orders[0]) as other:
            paying = pay(shop, orders, "key")
            await app.sql("SELECT pg_terminate_backend(%s)", [await waits(app)])
            answers = await paying
            assert {answer.status_code for answer in answers} == {503}
            assert {answer.headers["retry-after"] for answer in answers} == {"1"}
            await other.rollback()
        assert {answer.status_code for answer in await pay(shop, orders, "key")} == {201}
        assert len(await app.sql("SELECT 1 FROM payments")) == 4


@pytest.mark.usefixtures("patient")
async def test_one_merchants_slow_batch_holds_up_no_other_merchant(database_url: str) -> None:
    async with application(database_url) as app:
        slow, quick = await app.shop(), await app.shop()
        orders, others = await slow.orders(8), await quick.orders(8)
        async with rival(app, PAYMENT, slow.id, orders[0]) as other:
            paying = pay(slow, orders)
            await waits(app)
            assert {answer.status_code for answer in await pay(quick, others)} == {201}
            assert not paying.done()
            await other.rollback()
            assert {answer.status_code for answer in await paying} == {201}


@pytest.mark.usefixtures("patient")
async def test_who_leaves_before_the_batch_begins_is_left_out_and_changes_nothing_for_the_others(
    database_url: str,
) -> None:
    async with application(database_url) as app:
        shop = await app.shop()
        first, *orders = await shop.orders(5)
        async with rival(app, PAYMENT, shop.id, first) as other:
            under_way = asyncio.ensure_future(shop.post("/payments", {"order_id": first} | UPI))
            await waits(app)
            waiting = [asyncio.ensure_future(shop.post("/payments", {"order_id": one} | UPI)) for one in orders]
            while waiting_in(app) < len(orders):
                await asyncio.sleep(0.01)
            waiting[1].cancel()
            under_way.cancel()
            await other.rollback()
            answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert [getattr(answer, "status_code", None) for answer in answers] == [201, None, 201, 201]
        paid = {row[0] for row in await app.sql("SELECT order_id FROM payments")}
        assert paid == {first, orders[0], orders[2], orders[3]}, "what was on its way goes on, as a commit does"


async def test_empty_lanes_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.database.lanes._LANES", 10)

    async def double(_: Any, items: Any) -> list[int]:
        return [2 * item for item in items]

    lanes: Lanes[int, int] = Lanes(double, 5)
    merchants = [Caller(UUID(int=number), "test") for number in range(50)]
    for number, merchant in enumerate(merchants):
        assert await lanes.submit(merchant, number) == 2 * number
        await asyncio.sleep(0)  # its runner ends
    assert len(lanes._lanes) <= 11
    assert await asyncio.gather(*(lanes.submit(one, 1) for one in merchants)) == [2] * 50
