"""Processes and servers die at bad moments; nothing is lost and nothing is charged twice."""

import time
from collections.abc import Callable

import httpx
import pytest

from dev.redis import RedisServer
from tests.support.client import Merchant, at_once
from tests.support.stack import Stack, eventually

pytestmark = pytest.mark.faults

NewStack = Callable[..., tuple[Stack, RedisServer]]


def authorizations(merchant: Merchant, payment_id: str) -> int:
    """How often the bank really authorised this payment."""
    books = merchant.api.get(f"/test/processor/{payment_id}").raise_for_status().json()["operations"]
    return int(books.get("authorize", {"operations": 0})["operations"])


def all_succeed(stack: Stack, seconds: float) -> None:
    """Until every payment of the stack has succeeded."""
    undecided = "SELECT count(*) FROM payments WHERE status <> 'success'"
    eventually(lambda: stack.sql(undecided) == [(0,)], seconds, "every payment succeeding")


def test_without_redis_payments_are_accepted_at_once_and_finish_by_the_sweep(new_stack: NewStack) -> None:
    stack, redis = new_stack()
    stack.start("api", "worker")
    redis.stop()
    merchant = stack.test_merchant()
    order = merchant.order()
    started = time.monotonic()
    payment = merchant.upi(order)
    assert time.monotonic() - started < 1
    assert httpx.get(f"{stack.base_url}/health").json()["redis"] == "disconnected"
    merchant.settled(payment, seconds=10)


def test_a_flushed_redis_loses_no_payment(new_stack: NewStack) -> None:
    stack, redis = new_stack()
    stack.start("api")
    merchant = stack.test_merchant()
    at_once(20, lambda _: [merchant.upi(merchant.order()) for _ in range(5)])
    import redis as redis_client

    redis_client.Redis.from_url(redis.url).flushall()
    stack.start("worker")
    all_succeed(stack, 15)
    assert stack.sql("SELECT count(*) FROM payments") == [(100,)]


@pytest.mark.parametrize("delay", ["1500"])
def test_a_worker_killed_in_mid_payment_charges_once(new_stack: NewStack, delay: str) -> None:
    stack, _ = new_stack(TEST_PROCESSING_DELAY=delay, GATEWAY_LEASE_SECONDS="3")
    stack.start("api", "worker")
    merchant = stack.test_merchant()
    payments = at_once(20, lambda _: merchant.upi(merchant.order()))
    asked = "SELECT count(*) FROM simulator.operations"
    eventually(lambda: stack.sql(asked) == [(20,)], what="every payment at the bank, none answered")
    stack.worker.kill()
    assert stack.sql("SELECT count(*) FROM payments WHERE status = 'success'") == [(0,)]
    stack.worker.start()
    all_succeed(stack, 30)
    assert {authorizations(merchant, payment["id"]) for payment in payments} == {1}


def test_two_workers_and_a_killed_one_finish_everything_once(new_stack: NewStack) -> None:
    stack, _ = new_stack(TEST_PROCESSING_DELAY="300", GATEWAY_LEASE_SECONDS="3")
    stack.start("api", "worker")
    second = stack.another("worker")
    second.start()
    merchant = stack.test_merchant()
    payments = at_once(10, lambda _: [merchant.upi(merchant.order()) for _ in range(10)])
    stack.worker.kill()
    try:
        all_succeed(stack, 30)
    finally:
        second.kill()
    ids = [payment["id"] for group in payments for payment in group]
    assert {authorizations(merchant, payment_id) for payment_id in ids} == {1}
    told = stack.sql("SELECT count(*) FROM events WHERE type = 'payment.success'")
    assert told == [(100,)]


def test_sigterm_finishes_or_releases_within_ten_seconds(new_stack: NewStack) -> None:
    stack, _ = new_stack(TEST_PROCESSING_DELAY="8000", GATEWAY_SHUTDOWN_SECONDS="2")
    stack.start("api", "worker")
    merchant = stack.test_merchant()
    payment = merchant.upi(merchant.order())
    eventually(lambda: stack.sql("SELECT 1 FROM payments WHERE lease_token IS NOT NULL"), what="a claim")
    assert stack.worker.stop() < 10
    assert stack.sql("SELECT status, lease_token, due_at <= now() FROM payments") == [("pending", None, True)]
    # The next worker looks up what became of it, and does not wait the bank's 8 s again from the start.
    stack.another("worker").start()
    merchant.settled(payment, seconds=40)
    assert authorizations(merchant, payment["id"]) == 1


def test_an_api_killed_while_it_holds_a_key_leaves_the_key_free(new_stack: NewStack) -> None:
    stack, _ = new_stack()
    stack.start("api")
    merchant = stack.test_merchant()
    order = merchant.order()
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
    headers = {"Idempotency-Key": "cut-off"}
    # Holding the order's row stops the API between taking the key and answering.
    import psycopg

    with psycopg.connect(stack.database_url) as holder:
        holder.execute("SELECT 1 FROM orders WHERE id = %s FOR UPDATE", (order["id"],))
        with pytest.raises(httpx.HTTPError):
            at_once(
                2,
                lambda n: (
                    _kill_when_stuck(stack) if n else merchant.api.post("/payments", json=body, headers=headers)
                ),
            )
    stack.start("api")
    started = time.monotonic()
    answer = merchant.api.post("/payments", json=body, headers=headers)
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert time.monotonic() - started < 2
    assert stack.sql("SELECT count(*) FROM payments") == [(1,)]
    assert stack.sql("SELECT count(*) FROM events WHERE type = 'payment.created'") == [(1,)]


def _kill_when_stuck(stack: Stack) -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    eventually(lambda: stack.sql(waiting), what="the API waiting for the order")
    stack.api.kill()


def test_a_restarted_postgres_costs_503s_and_nothing_else(
    new_stack: NewStack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from dev.postgres import PostgresServer
    from tests.support.stack import prepare_database

    server = PostgresServer(tmp_path_factory.mktemp("own") / "data")
    server.start()
    try:
        prepare_database(server.url)
        stack, _ = new_stack(DATABASE_URL=server.url)
        stack.database_url = server.url
        stack.start("api", "worker")
        merchant = stack.test_merchant()
        before = [merchant.upi(merchant.order()) for _ in range(10)]
        server.restart(immediate=True)
        restarted = time.monotonic()
        seen: set[int] = set()

        def accepted() -> bool:
            answer = merchant.api.post("/orders", json={"amount": 500})
            seen.add(answer.status_code)
            assert answer.status_code in (201, 503), answer.text
            if answer.status_code == 503:
                assert answer.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
                assert answer.headers["Retry-After"]
            return answer.status_code == 201

        eventually(lambda: all(accepted() for _ in range(20)), 10, "twenty orders in a row")
        assert time.monotonic() - restarted < 10
        for payment in before:
            merchant.settled(payment, seconds=30)
    finally:
        server.stop()
