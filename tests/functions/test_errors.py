"""What is not the caller's mistake: 409, 429, 500 and 503.

With test_authentication, test_bad_requests, test_routing and test_idempotency every row of the contract's error
table is met at the running API.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from api.http.errors import HTTP_STATUS
from api.reference.error_codes import ERROR_CODES
from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack, copy_database, database_of, eventually, prepare_database


def test_every_code_is_explained() -> None:
    assert set(ERROR_CODES) == set(HTTP_STATUS)


@contextmanager
def holding(stack: Stack, statement: str, *parameters: object) -> Iterator[None]:
    """A transaction that has run this statement and not ended."""
    with psycopg.connect(stack.database_url) as rival:
        rival.execute(statement.encode(), parameters)
        yield
        rival.rollback()


def test_a_key_whose_first_request_has_not_ended_is_a_409(stack: Stack, merchant: Merchant) -> None:
    taken = """
        INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash)
        VALUES (%s, 'test', 'one', decode(repeat('00', 32), 'hex'))
    """
    send = {"json": {"amount": 500}, "headers": {"Idempotency-Key": "one"}}
    with holding(stack, taken, merchant.id):
        answer = merchant.api.post("/orders", **send)  # type: ignore[arg-type]
    expect_error(answer, "IDEMPOTENCY_IN_PROGRESS")
    assert int(answer.headers["retry-after"]) >= 1
    assert merchant.api.post("/orders", **send).status_code == 201  # type: ignore[arg-type]


def test_a_row_that_somebody_else_is_changing_is_a_409(stack: Stack, merchant: Merchant) -> None:
    payment = merchant.settled(merchant.upi(merchant.order(capture="manual")))
    with holding(stack, "SELECT 1 FROM payments WHERE id = %s FOR UPDATE", payment["id"]):
        answer = merchant.api.post(f"/payments/{payment['id']}/capture")
    expect_error(answer, "CONFLICT_ERROR")
    assert int(answer.headers["retry-after"]) >= 1
    assert merchant.api.post(f"/payments/{payment['id']}/capture").status_code == 200


def test_too_many_failures_are_a_429(stack: Stack, merchant: Merchant) -> None:
    body = {"order_id": merchant.order()["id"], "method": "upi", "vpa": "failure@bank"}

    def refused() -> httpx.Response | None:
        answer = httpx.post(f"{stack.base_url}/api/v1/payments/public", json=body)
        return answer if answer.status_code == 429 else None

    answer = eventually(refused, 30, "a limit on failed payments")
    expect_error(answer, "RATE_LIMITED")
    assert int(answer.headers["retry-after"]) >= 1


def test_our_own_fault_is_a_500_that_says_nothing_but_its_id(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    stack, _ = new_stack()
    stack.start("api")
    shop = stack.merchant()
    assert shop.api.get("/orders").status_code == 200
    stack.sql("ALTER TABLE orders RENAME TO misplaced")
    origin = stack.env.get("GATEWAY_DASHBOARD_URL", "http://localhost:3000")
    answer = shop.api.get("/orders", headers={"Origin": origin})
    error = expect_error(answer, "INTERNAL_SERVER_ERROR", "Something went wrong on our side")
    assert answer.headers["access-control-allow-origin"] == origin  # a page can read it
    log = eventually(
        lambda: next((line for line in stack.logs().splitlines() if error["request_id"] in line), None)
    )
    assert "UndefinedTable" in log
    stack.sql("ALTER TABLE misplaced RENAME TO orders")
    assert shop.api.get("/orders").status_code == 200


def test_an_absent_database_is_a_503_until_it_is_back(
    new_stack: Callable[..., tuple[Stack, RedisServer]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = PostgresServer(tmp_path_factory.mktemp("own") / "data", durable=False)
    server.start()
    try:
        prepare_database(server.url)
        url = copy_database(database_of(server.url, "postgres"), "gateway")
        stack, _ = new_stack(DATABASE_URL=url, GATEWAY_DATABASE_POOL_WAIT_SECONDS="0.5")
        stack.database_url = url
        stack.start("api")
        shop = stack.merchant()
        order = shop.order()
        server.stop()
        for _ in range(8):  # more than the pool has connections: broken ones are found one by one
            answer = shop.api.post("/orders", json={"amount": 500})
            expect_error(answer, "SERVICE_UNAVAILABLE")
            assert int(answer.headers["retry-after"]) >= 1
        health = httpx.get(f"{stack.base_url}/health")
        assert health.status_code == 503
        assert health.json()["database"] == "disconnected"
        server.start()
        eventually(lambda: shop.api.post("/orders", json={"amount": 500}).status_code == 201, 10, "recovery")
        assert shop.api.get(f"/orders/{order['id']}").json() == order
        assert httpx.get(f"{stack.base_url}/health").status_code == 200
    finally:
        server.stop()
