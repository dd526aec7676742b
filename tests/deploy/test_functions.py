"""The functions under AWS's runtime: what Lambda does to them, and what they promise in return."""

import json
import os
import signal
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest

from dev.postgres import PostgresServer
from tests.deploy.cloud.cloud import Cloud
from tests.deploy.cloud.events import hints, http_event_v1, http_event_v2, schedule_event, sqs_event
from tests.deploy.cloud.function import Function, FunctionError
from tests.deploy.cloud.queues import Mapping, Queues
from tests.support.client import Merchant
from tests.support.receiver import Receiver
from tests.support.stack import copy_database, database_of, eventually

JSON = {"Host": "localhost", "Content-Type": "application/json"}
SEEDED = JSON | {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}


def create_order(api: Function) -> str:
    """The id of a fresh order of the seeded merchant."""
    answer = api.invoke(http_event_v2("POST", "/api/v1/orders", "", SEEDED, b'{"amount": 5000}'))
    assert answer["statusCode"] == 201, answer
    return str(json.loads(answer["body"])["id"])


def create_payments(api: Function, count: int) -> None:
    """So many pending payments of the seeded merchant."""
    for _ in range(count):
        body = f'{{"order_id": "{create_order(api)}", "method": "upi", "vpa": "success@bank"}}'.encode()
        answer = api.invoke(http_event_v2("POST", "/api/v1/payments", "", SEEDED, body))
        assert answer["statusCode"] == 201, answer


@pytest.mark.parametrize("event", [http_event_v1, http_event_v2])
def test_both_kinds_of_gateway_are_understood(start: Callable[..., Function], event: Any) -> None:
    api = start("api")
    made = api.invoke(event("POST", "/api/v1/orders", "", SEEDED, '{"amount": 5000, "receipt": "é"}'.encode()))
    assert (made["statusCode"], '"receipt":"é"' in made["body"]) == (201, True)
    listed = api.invoke(event("GET", "/api/v1/orders", "limit=1&status=created", SEEDED, b""))
    assert (listed["statusCode"], '"has_more":false' in listed["body"]) == (200, True)
    refused = api.invoke(event("GET", "/api/v1/payments", "", JSON, b""))
    assert (refused["statusCode"], "AUTHENTICATION_ERROR" in refused["body"]) == (401, True)


def _event(**changes: Any) -> dict[str, Any]:
    return http_event_v2("POST", "/api/v1/orders", "", SEEDED, b'{"amount": 5000}') | changes


@pytest.mark.parametrize(
    "event",
    [
        _event(body='{"amount": 5000, "receipt": "\ud800"}', isBase64Encoded=False),
        _event(headers=SEEDED | {"x-note": "\udfff"}),
        _event(rawQueryString="q=\ud800"),
        _event(body='{"amount": 5000}', isBase64Encoded=True),
        _event(body="e30", isBase64Encoded=True),
        _event(body='{"amount": 5000}', isBase64Encoded=True) | {"version": "1.0", "resource": "/"},
        _event(headers=SEEDED | {"host": "a:b:c"}),
        _event(headers=None),
        {"Records": []},
        {},
        None,
        [],
    ],
    ids=lambda event: ascii(event)[:60],
)
def test_what_is_no_request_is_answered_in_the_envelope(start: Callable[..., Function], event: Any) -> None:
    answer = start("api").invoke(event)
    error = json.loads(answer["body"])["error"]
    assert (answer["statusCode"], error["code"]) == (400, "BAD_REQUEST_ERROR"), answer
    assert error["request_id"] == answer["headers"]["x-request-id"]


def test_a_body_is_read_whatever_is_offered_and_missed_where_it_was_announced(
    start: Callable[..., Function],
) -> None:
    api, offer = start("api"), {"Connection": "Upgrade", "Upgrade": "h2c"}
    body = b'{"amount": 5001}'
    made = api.invoke(http_event_v2("POST", "/api/v1/orders", "", SEEDED | offer, body))
    assert json.loads(made["body"])["amount"] == 5001
    lost = SEEDED | {"Content-Length": "15"}
    for path in ("/api/v1/orders", "/api/v1/payments/pay_0000000000000000/capture"):
        answer = api.invoke(http_event_v2("POST", path, "", lost, b""))
        assert (answer["statusCode"], "announce" in answer["body"]) == (400, True), answer


def test_a_batch_without_records_has_no_failures(start: Callable[..., Function]) -> None:
    for name in ("worker", "webhooks"):
        assert start(name).invoke({"Records": []}) == {"batchItemFailures": []}


def test_a_hundred_invocations_share_one_connection(
    start: Callable[..., Function], connections: Callable[[], set[int]]
) -> None:
    api = start("api")
    seen: set[int] = set()
    for _ in range(100):
        create_order(api)
        seen |= connections()
    assert len(seen) == 1


@pytest.fixture
def connections(fresh_url: str) -> Callable[[], set[int]]:
    """The server processes that serve somebody else in the fresh database, now."""
    watcher = psycopg.connect(fresh_url, autocommit=True)

    def ask() -> set[int]:
        rows = watcher.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return {row[0] for row in rows}

    return ask


def test_a_connection_that_was_closed_while_frozen_is_replaced(
    start: Callable[..., Function], connections: Callable[[], set[int]], fresh_url: str
) -> None:
    api = start("api")
    create_order(api)
    [pid] = connections()
    with psycopg.connect(fresh_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
    time.sleep(1.1)  # idle for longer than a connection is believed in
    create_order(api)
    assert pid not in connections()


def test_a_warm_invocation_costs_little_beside_the_handler(start: Callable[..., Function]) -> None:
    api = start("api")
    times = []
    for _ in range(50):
        began = time.perf_counter()
        api.invoke(http_event_v2("GET", "/api/v1/nothing", "", JSON, b""))
        times.append(time.perf_counter() - began)
    assert statistics.median(times) <= 0.020


def test_only_the_poison_record_is_seen_again(start: Callable[..., Function]) -> None:
    worker = start("worker")
    create_payments(start("api"), 3)
    batch = [*hints("payments", 9), {"MessageId": "poison", "Body": "{not a hint"}]
    answer = worker.invoke(sqs_event(batch))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "poison"}]}


def test_without_a_database_every_record_is_seen_again(start: Callable[..., Function]) -> None:
    worker = start("worker", DATABASE_URL="postgresql://gateway@127.0.0.1:1/gateway")
    answer = worker.invoke(sqs_event(hints("payments", 10)))
    assert len(answer["batchItemFailures"]) == 10


def test_a_schedule_drains_without_any_hint(start: Callable[..., Function], fresh_url: str) -> None:
    create_payments(start("api"), 5)
    assert start("worker").invoke(schedule_event()) == {"payments": 5, "refunds": 0}


def test_one_drain_on_one_connection_works_hundreds_at_once(
    start: Callable[..., Function], connections: Callable[[], set[int]]
) -> None:
    worker = start("worker", TEST_PROCESSING_DELAY="300")
    create_payments(start("api"), 40)
    before = connections()
    began = time.monotonic()
    assert worker.invoke(sqs_event(hints("payments", 1))) == {"batchItemFailures": []}
    assert time.monotonic() - began < 12  # 40 times 300 ms one by one
    assert len(connections() - before) == 1


def test_a_crash_in_mid_batch_brings_all_back_and_doubles_nothing(cloud: Callable[..., Cloud]) -> None:
    world = cloud(env={"GATEWAY_LEASE_SECONDS": "1", "TEST_PROCESSING_DELAY": "3000"}, visibility_seconds=4)
    api, worker, queues = world.apis[0].start(), world.worker.start(), world.queues
    create_payments(api, 10)
    mapping = Mapping(queues, "payments", worker, started=False)
    crashed = threading.Thread(target=mapping.poll)
    crashed.start()
    eventually(lambda: _in_work(world) == 10, 30, "ten payments in work")
    for pid in worker.process_ids():
        os.kill(pid, signal.SIGKILL)
    crashed.join(60)
    assert queues.count("payments") >= 10  # nothing was deleted (an insurance hint may be on top)
    eventually(lambda: mapping.poll(wait_seconds=1) or _paid(world) == 10, 60, "ten payments")
    assert _asked(world) == [(1,)] * 10


def test_messages_may_be_tripled_reordered_and_lost(cloud: Callable[..., Cloud]) -> None:
    world = cloud(copies=3, sweep_seconds=3).start()
    merchant = world.merchant()
    with Receiver() as shop:
        merchant.api.put("/webhooks/config", json={"webhook_url": shop.url}).raise_for_status()
        payments = []
        for number in range(12):
            payments.append(merchant.upi(merchant.order()))
            if number == 6:  # SQS allows one purge a minute
                for kind in ("payments", "webhooks"):
                    world.queues.sqs.purge_queue(QueueUrl=world.queues.urls[kind])
        for payment in payments:
            merchant.settled(payment, seconds=60)
            _refund_in_full(merchant, payment)
        eventually(lambda: _refunded(world) == 12, 60, "twelve refunds")
        for payment in payments:
            shop.wait_for("payment.success", payment["id"])
    asked = world.sql("SELECT count(*) FROM simulator.operations GROUP BY payment_id, kind")
    assert asked == [(1,)] * 24
    ids = [one.headers["webhook-id"] for one in shop.received]
    assert len(ids) == len(set(ids))


def test_a_retry_comes_on_time_without_a_process_that_waits(cloud: Callable[..., Cloud]) -> None:
    world = cloud(sweep_seconds=60).start()
    merchant = world.merchant()
    times: list[float] = []

    def refuse_twice(_: Any) -> int:
        times.append(time.monotonic())
        return 500 if len(times) <= 2 else 200

    with Receiver(refuse_twice) as shop:
        merchant.api.put("/webhooks/config", json={"webhook_url": shop.url}).raise_for_status()
        merchant.api.post("/webhooks/test").raise_for_status()
        times.clear()
        shop.received.clear()
        order = merchant.order()
        payment = merchant.upi(order, "failure@bank")
        merchant.settled(payment, "failed", seconds=40)
        eventually(lambda: len(shop.received) >= 5, 60, "both retries")
    first, retry = times[0], times[-1]
    assert retry - first < 25  # the contract's 5 s after each failure, not the next minute's sweep


def test_secrets_are_read_from_the_stores_that_settings_name(fresh_url: str, tmp_path: Path) -> None:
    queues = Queues()
    client: Any = {"endpoint_url": queues.endpoint, "region_name": "eu-central-1"}
    client |= {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    boto3.client("ssm", **client).put_parameter(Name="/gateway/database-url", Value=fresh_url, Type="SecureString")
    boto3.client("secretsmanager", **client).create_secret(
        Name="gateway/keys",
        SecretString='{"master": "dGVzdC1tb2RlLW9ubHktbm90LWEtc2VjcmV0LWtleSE="}',  # the database's own
    )
    env = {
        "DATABASE_URL": "ssm:/gateway/database-url",
        "GATEWAY_MASTER_KEY": "secretsmanager:gateway/keys#master",
        "TEST_MODE": "true",
    }
    api = Function("api", "api.handler.handler", env | queues.env, tmp_path / "api.log").start()
    try:
        assert api.invoke(http_event_v2("GET", "/health", "", JSON, b""))["statusCode"] == 200
        assert "dGVzdC1t" not in api.log.read_text()
        broken = Function(
            "api",
            "api.handler.handler",
            env | queues.env | {"DATABASE_URL": "ssm:/nothing"},
            tmp_path / "broken.log",
        ).start()
        with pytest.raises(FunctionError):
            broken.invoke(http_event_v2("GET", "/health", "", JSON, b""))
        broken.stop()
        assert "ssm:/nothing could not be read" in broken.log.read_text()
    finally:
        api.stop()


def test_migrate_brings_an_empty_database_up_and_says_what_it_did(
    start: Callable[..., Function], postgres: PostgresServer
) -> None:
    empty = copy_database(database_of(postgres.url, "postgres"), "template0")
    migrate = start("migrate", DATABASE_URL=empty)
    assert "0001_create_merchants" in migrate.invoke({})["applied"]
    assert migrate.invoke({}) == {"applied": []}


def _in_work(world: Cloud) -> int:
    return int(world.sql("SELECT count(*) FROM payments WHERE lease_token IS NOT NULL")[0][0])


def _paid(world: Cloud) -> int:
    return int(world.sql("SELECT count(*) FROM payments WHERE status = 'success'")[0][0])


def _refunded(world: Cloud) -> int:
    return int(world.sql("SELECT count(*) FROM refunds WHERE status = 'processed'")[0][0])


def _asked(world: Cloud) -> list[tuple[int]]:
    """How many distinct operations the bank has in its books, for each payment."""
    return world.sql("SELECT count(*) FROM simulator.operations GROUP BY payment_id")  # type: ignore[return-value]


def _refund_in_full(merchant: Merchant, payment: dict[str, Any]) -> None:
    answer = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": payment["amount"]})
    assert answer.status_code == 201, answer.text
