"""Kill the Redis server that holds the hints, again and again, while payments are made: nothing may be lost.

The worker looks without a hint once in half a minute only, so that what is quicker than that was hinted at.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.jobs.drain import LINGER_SECONDS
from tests.support.client import Merchant
from tests.support.redis_many import NODE_SECONDS, Cluster, Node, Sentinels
from tests.support.stack import Stack, eventually

SWEEP_SECONDS: Final = 30
BACK_SECONDS: Final = 12.0
"""Within this hints are back: the fail-over (two to three times `NODE_SECONDS`), one more look of a client in each
process, and room for a busy machine. Far less than the worker needs without a hint."""

_FAIL_OVER_SECONDS: Final = 3 * NODE_SECONDS
_KEYS: Final = {"cluster": "rq:{hints}:queue:payments", "sentinel": ""}


@dataclass
class Payments:
    """What was accepted, and when; each must end as `success`."""

    merchant: Merchant
    accepted: dict[str, float] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @contextmanager
    def being_made(self, per_second: float = 20) -> Iterator[None]:
        """Make payments all the while."""
        stop = threading.Event()

        def make() -> None:
            while not stop.wait(1 / per_second):
                try:
                    payment = self.merchant.upi(self.merchant.order())
                    self.accepted[payment["id"]] = time.monotonic()
                except AssertionError as error:
                    self.refused.append(str(error))

        thread = threading.Thread(target=make)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def ends(self) -> None:
        """All of them succeed, each once."""
        assert not self.refused, self.refused[:3]
        for payment in self.accepted:
            self.merchant.settled({"id": payment}, seconds=SWEEP_SECONDS + 20)


def back_seconds(payments: Payments, killed_at: float) -> float:
    """Seconds from `killed_at` until a payment succeeded that only a hint could bring to the worker."""
    while True:
        payment = payments.merchant.upi(payments.merchant.order())
        payments.accepted[payment["id"]] = time.monotonic()
        ends_at = time.monotonic() + 0.6  # longer than the window in which hints are one
        while time.monotonic() < ends_at:
            if payments.merchant.payment(payment["id"])["status"] == "success":
                return time.monotonic() - killed_at
            time.sleep(0.05)
        assert time.monotonic() - killed_at < SWEEP_SECONDS, "no hint came before the sweep"


def run(kind: str, folder: Path, rounds: int) -> list[float]:
    """The drill on a cluster of six or under three sentinels, two kills a round: one under load, and one while the
    worker sleeps. Returns how many seconds hints were away after each of the latter."""
    took: list[float] = []
    redis = Cluster(folder / "redis") if kind == "cluster" else Sentinels(folder / "redis")
    with redis:
        database = folder / "database-url"
        settings = {"GATEWAY_SWEEP_SECONDS": str(SWEEP_SECONDS)}
        stack = Stack(database.read_text(), redis.url, folder, settings)
        stack.start()
        try:
            payments = Payments(stack.merchant())
            for _ in range(rounds):
                with payments.being_made():
                    time.sleep(1)
                    killed = _kill_master(kind, redis)
                    time.sleep(_FAIL_OVER_SECONDS)
                killed.start()
                eventually(redis.is_whole, 60, "a whole Redis")
                # A drain that found something looks on without hints, and once more if one came meanwhile.
                time.sleep(2 * LINGER_SECONDS + 1)
                killed, killed_at = _kill_master(kind, redis), time.monotonic()
                took.append(back_seconds(payments, killed_at))
                killed.start()
                eventually(redis.is_whole, 60, "a whole Redis")
            payments.ends()
            keys_are_changed_again(payments.merchant)
            assert_books_are_even(stack)
        finally:
            stack.stop()
    return took


def _kill_master(kind: str, redis: Cluster | Sentinels) -> Node:
    eventually(redis.is_whole, 60, "a whole Redis")
    master = redis.master_of(_KEYS[kind])
    master.kill()
    return master


def keys_are_changed_again(merchant: Merchant) -> None:
    """Control actions, which are counted in Redis and refused without it, are taken."""

    def is_counted() -> bool:
        answer = merchant.api.put("/webhooks/config", json={"webhook_url": None})
        return answer.status_code == 200 and "control" in answer.headers.get("ratelimit-policy", "")

    eventually(is_counted, what="control actions")


def assert_books_are_even(stack: Stack) -> None:
    """Nothing is due, nothing was charged twice, and the ledger's audit finds nothing."""
    assert stack.sql("SELECT count(*) FROM payments WHERE work IS NOT NULL") == [(0,)]
    assert stack.sql("SELECT * FROM ledger_audit()") == []
