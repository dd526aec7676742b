"""Straight to the webhook: rows that are born leased, and given to exactly one taker."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client

from dev.redis import RedisServer
from gateway.clock import utc_now
from gateway.encryption import Keyring
from gateway.jobs.handed import HandedReader
from gateway.jobs.handover import BEGIN_SECONDS, LEASE_SECONDS, Handover, list_of
from gateway.jobs.model import Kind
from gateway.jobs.pace import BUSY_ROWS, GATHER_SECONDS
from gateway.log import get_logger
from gateway.settings import Settings
from gateway.webhooks.deliveries.lanes import FIRST_UNWRITTEN
from tests.support.stack import Stack, eventually
from tests.webhooks.receiver import Receiver
from tests.webhooks.shop import configure, ended

LOGGER = get_logger("test", "ERROR")
KEYRING = Keyring(Settings(TEST_MODE=True).master_key_bytes())
PENDING = "SELECT 1 FROM deliveries WHERE status = 'pending' LIMIT 1"
NewStack = Callable[..., tuple[Stack, RedisServer]]


class Taker:
    """One process that takes webhooks."""

    def __init__(self, redis_url: str) -> None:
        self.bodies: list[bytes] = []
        self.nudges = self.dropped = 0
        self.room = True
        self.reader = HandedReader(
            redis_url,
            KEYRING,
            ["webhooks"],
            has_room=lambda _: self.room,
            on_handed=self._handed,
            on_dropped=self._dropped,
            logger=LOGGER,
        )
        self.thread = self.reader.start()

    def _handed(self, _: Kind, bodies: list[bytes], nudged: bool) -> None:
        self.bodies += bodies
        self.nudges += nudged

    def _dropped(self, _: Kind, count: int) -> None:
        self.dropped += count


@contextmanager
def takers(redis: RedisServer, count: int) -> Iterator[list[Taker]]:
    running = [Taker(redis.url) for _ in range(count)]
    try:
        yield running
    finally:
        for one in running:
            one.reader.stop()
        for one in running:
            one.thread.join(5)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """One of its own: at the one that tests share a running sender takes what is handed over."""
    server = RedisServer(tmp_path / "redis")
    server.start()
    yield server
    server.stop()


def opened(handover: Handover) -> bool:
    def ask() -> bool | None:
        handover.nudge("webhooks")
        return handover.is_open("webhooks", 0) or None

    return bool(eventually(ask, 5, "somebody takes"))


def test_each_message_has_exactly_one_taker_and_none_can_be_read_or_forged(redis: RedisServer) -> None:
    handover, now = Handover(redis.url, KEYRING, LOGGER), utc_now().timestamp()
    client = redis_client.Redis.from_url(redis.url)
    with takers(redis, 3) as running:
        assert opened(handover)
        for number in range(200):
            handover.hand("webhooks", now, [b"secret body %d" % number])
        taken = lambda: sorted(body for one in running for body in one.bodies)  # noqa: E731
        eventually(lambda: len(taken()) >= 200 or None, 10, "all taken")
        assert taken() == sorted(b"secret body %d" % number for number in range(200))
        elsewhere = KEYRING.encrypt("handover", b"\0" * 8 + b"x", "payments")
        other = Keyring(b"k" * 32).encrypt("handover", b"\0" * 8 + b"x", "webhooks")
        client.rpush(list_of("webhooks"), elsewhere, other, b"{}", b"")
        eventually(lambda: sum(one.dropped for one in running) == 4 or None, 5, "forgeries dropped")
        handover.hand("webhooks", now - BEGIN_SECONDS - 1, [b"too late"])
        client.rpush(list_of("webhooks"), b"x" * 10_000)  # longer than anything of ours: not even read
        handover.nudge("webhooks")
        handover.hand("webhooks", utc_now().timestamp(), [b"last"])
        eventually(lambda: any(b"last" in one.bodies for one in running) or None, 10, "the last")
        assert b"too late" not in taken()
    for one in running:
        one.room = False
    handover.hand("webhooks", now, [b"secret body"])
    waiting = eventually(lambda: client.lrange(list_of("webhooks"), 0, -1) or None, 5, "a message")
    assert all(b"secret" not in text for text in waiting)
    assert 0 < client.pttl(list_of("webhooks")) <= LEASE_SECONDS * 1000


def test_nothing_is_born_leased_where_nobody_takes_or_redis_is_away(redis: RedisServer) -> None:
    handover = Handover(redis.url, KEYRING, LOGGER)
    client = redis_client.Redis.from_url(redis.url)
    handover.nudge("webhooks")
    eventually(lambda: client.llen(list_of("webhooks")) or None, 5, "the nudge")
    assert not handover.is_open("webhooks", 1)
    with takers(redis, 1) as [taker]:
        assert opened(handover)
        taker.room = False  # it is behind: what waits is bounded, and the ordinary way is taken
        for _ in range(1_500):
            handover.hand("webhooks", utc_now().timestamp(), [b"body"])
        eventually(lambda: not handover.is_open("webhooks", 0) or None, 5, "closed")
        assert client.llen(list_of("webhooks")) <= 1_000
    away = Handover("redis://127.0.0.1:9/0", KEYRING, LOGGER)
    away.nudge("webhooks")
    away.hand("webhooks", utc_now().timestamp(), [b"body"])
    assert not away.is_open("webhooks", 1)


def test_in_a_busy_second_rows_gather_and_nudges_are_few(redis: RedisServer) -> None:
    """Handed over one by one they would cost more than those that gather."""
    handover = Handover(redis.url, KEYRING, LOGGER)
    with takers(redis, 1) as [taker]:
        assert opened(handover)
        assert handover.is_open("webhooks", 1)
        assert not handover.is_open("webhooks", BUSY_ROWS), "with what came before it is more"
        before, began = taker.nudges, time.monotonic()
        while time.monotonic() - began < 0.5:
            handover.nudge("webhooks")
        passed = time.monotonic() - began
        assert before < taker.nudges <= before + passed / GATHER_SECONDS + 1
        eventually(lambda: handover.is_open("webhooks", 0) or None, 5, "a quiet second")


def _proven(stack: Stack, receiver: Receiver, path: str) -> Any:
    """A merchant whose endpoint has answered, at a moment when what is told goes straight to it."""
    merchant = stack.merchant()
    configure(merchant, receiver.url(path), events=["payment.success", "order.paid"])
    merchant.paid()
    receiver.wait(path, 2)
    ended(merchant, 2)
    return merchant


def _leased(stack: Stack, payment_id: str) -> list[tuple[Any, ...]] | None:
    rows = stack.sql(
        "SELECT d.claims, d.lease_token IS NOT NULL FROM deliveries d JOIN events e ON e.id = d.event_id "
        "WHERE convert_from(e.payload, 'UTF8') LIKE %s AND d.status = 'pending' ORDER BY d.due_at",
        (f'%"{payment_id}"%',),
    )
    return rows if len(rows) == 2 else None


def test_a_message_that_is_lost_costs_its_lease_and_nothing_else(new_stack: NewStack, receiver: Receiver) -> None:
    stack, redis = new_stack()
    stack.start()
    merchant = _proven(stack, receiver, "/lost")
    os.kill(stack.webhooks.pid, signal.SIGSTOP)  # it is believed to take for three seconds more
    try:
        payment = merchant.upi(merchant.order())
        found = eventually(lambda: _leased(stack, payment["id"]), 5, "two deliveries that were born leased")
        assert found == [(1, True), (1, True)]
        redis_client.Redis.from_url(redis.url).flushall()
    finally:
        os.kill(stack.webhooks.pid, signal.SIGCONT)
    told = receiver.wait("/lost", 4, 20)[2:]
    assert [one.json["event"] for one in told] == ["payment.success", "order.paid"]
    assert all(one["attempts"] == 1 and one["status"] == "success" for one in ended(merchant, 4))


@pytest.mark.parametrize("point", ["handover.popped", "webhooks.claimed"])
def test_a_taker_that_dies_with_what_it_has_taken_loses_nothing_and_repeats_what_it_had_sent(
    new_stack: NewStack, receiver: Receiver, point: str
) -> None:
    stack, _ = new_stack()
    stack.start()
    merchant = _proven(stack, receiver, "/dies")
    stack.webhooks.kill()
    dying = stack.another("webhooks", GATEWAY_FAILPOINT=point)
    dying.start()
    count = 2

    def died() -> bool:
        nonlocal count
        merchant.upi(merchant.order())
        count += 2
        return not dying.is_running()

    eventually(lambda: died() or None, 60, "its death")
    stack.webhooks.start()
    receiver.wait("/dies", count, 40)
    eventually(lambda: not stack.sql(PENDING) or None, 20, "all written down")
    ids = [one.event_id for one in receiver.at("/dies")]
    assert len(set(ids)) == count
    assert len(ids) - count <= FIRST_UNWRITTEN


def test_a_payment_is_born_leased_and_a_lost_message_costs_its_lease(
    new_stack: NewStack, receiver: Receiver
) -> None:
    stack, redis = new_stack()
    stack.start()
    merchant = _proven(stack, receiver, "/born")
    os.kill(stack.worker.pid, signal.SIGSTOP)
    try:
        payments = [merchant.upi(merchant.order()) for _ in range(3)]
        payments.append(merchant.card(merchant.order()))
        rows = stack.sql(
            "SELECT attempts, lease_token IS NOT NULL, sent_at IS NOT NULL FROM payments WHERE work <> ''"
        )
        assert rows == [(1, True, True)] * 4
        waiting = redis_client.Redis.from_url(redis.url).lrange(list_of("payments"), 0, -1)
        assert waiting and not any(payment["id"].encode() in text for text in waiting for payment in payments)
        redis_client.Redis.from_url(redis.url).flushall()
    finally:
        os.kill(stack.worker.pid, signal.SIGCONT)
    for payment in payments:
        merchant.settled(payment)
    receiver.wait("/born", 10, 20)
    assert len({one.event_id for one in receiver.at("/born")}) == len(receiver.at("/born")) == 10


@pytest.mark.parametrize("point", ["handover.popped", "payments.claimed", "payments.finished"])
def test_a_worker_that_dies_with_what_it_has_taken_loses_nothing(
    new_stack: NewStack, receiver: Receiver, point: str
) -> None:
    stack, _ = new_stack()
    stack.start()
    merchant = _proven(stack, receiver, "/worker")
    stack.worker.kill()
    dying = stack.another("worker", GATEWAY_FAILPOINT=point)
    dying.start()
    payments = []

    def died() -> bool:
        payments.append(merchant.upi(merchant.order()))
        return not dying.is_running()

    eventually(lambda: died() or None, 60, "its death")
    stack.worker.start()
    for payment in payments:
        merchant.settled(payment, seconds=40)
    receiver.wait("/worker", 2 + 2 * len(payments), 20)
    eventually(lambda: not stack.sql(PENDING) or None, 20, "all written down")
    ids = [one.event_id for one in receiver.at("/worker")]
    assert len(ids) == len(set(ids)) == 2 + 2 * len(payments)
    assert stack.sql("SELECT 1 FROM simulator.operations GROUP BY payment_id HAVING count(*) > 1") == []


def test_several_workers_and_senders_double_nothing(new_stack: NewStack, receiver: Receiver) -> None:
    stack, _ = new_stack()
    stack.start()
    for module in ("worker", "webhooks"):
        stack.another(module).start()
    merchant = _proven(stack, receiver, "/several")
    threads = [
        threading.Thread(target=lambda: [merchant.upi(merchant.order()) for _ in range(50)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receiver.wait("/several", 402, 60)
    eventually(lambda: not stack.sql(PENDING) or None, 20, "all written down")
    ids = [one.event_id for one in receiver.at("/several")]
    assert len(ids) == len(set(ids)) == 402
    assert stack.sql("SELECT count(*) FROM delivery_attempts") == [(402,)]
