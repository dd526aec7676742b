"""A replica may vanish, hang, be promoted or be the wrong one, and Redis may go: that costs time, and no read."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dev.postgres import PostgresServer
from tests.replicas.conftest import Pair, orders_of
from tests.support.client import Merchant
from tests.support.stack import eventually

SECONDS_OF_A_READ = 8.0
"""No read takes longer, whatever the replica does: its bound, a look at it, and the primary's answer."""


@contextmanager
def reading(merchant: Merchant) -> Iterator[list[float]]:
    """Read all the while; each answer must be a 200. Yields how long each took, in seconds."""
    took: list[float] = []
    failed: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            began = time.monotonic()
            answer = merchant.api.get("/orders?limit=100")
            took.append(time.monotonic() - began)
            if answer.status_code != 200:
                failed.append(answer.text)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield took
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed, failed[:3]
    assert took and max(took) < SECONDS_OF_A_READ


def shows_new_orders(pair: Pair, merchant: Merchant) -> None:
    """What is written now is soon seen, wherever it is read."""
    order = pair.slip_in(merchant)
    eventually(lambda: order in orders_of(merchant), what="a new order")


def test_killed_under_load_and_back(new_pair: Callable[..., Pair]) -> None:
    pair = new_pair(bound=1)
    merchant = pair.reader()
    pair.wait_for_replica(merchant)
    with reading(merchant) as took:
        pair.replica.kill()
        shows_new_orders(pair, merchant)
        before = len(took)
        eventually(lambda: len(took) > before + 50, what="reads from the primary")
        pair.replica.start()
        pair.wait_for_replica(merchant)
        shows_new_orders(pair, merchant)


def test_one_that_hangs_is_left_behind(new_pair: Callable[..., Pair]) -> None:
    pair = new_pair(bound=1)
    merchant = pair.reader()
    pair.wait_for_replica(merchant)
    with reading(merchant) as took:
        pair.replica.freeze()
        try:
            shows_new_orders(pair, merchant)
            before = len(took)
            eventually(lambda: len(took) > before + 50, what="reads from the primary")
        finally:
            pair.replica.thaw()
        pair.wait_for_replica(merchant)


def test_one_that_was_promoted_is_read_no_more(new_pair: Callable[..., Pair]) -> None:
    pair = new_pair(bound=1)
    merchant = pair.reader()
    pair.wait_for_replica(merchant)
    with reading(merchant):
        pair.replica.sql("SELECT pg_promote()")
        pair.replica.sql(f"DELETE FROM orders WHERE merchant_id = '{merchant.id}'")
        order = pair.slip_in(merchant)
        eventually(lambda: order in orders_of(merchant), what="a list from the primary")
        asked = pair.count_reads()
        for _ in range(30):
            assert order in orders_of(merchant)
            time.sleep(0.05)
        assert pair.count_reads() == asked
    assert "it is no replica (any more)" in pair.stack.api.log.read_text()


def test_a_copy_of_another_database_is_never_read(
    new_pair: Callable[..., Pair], postgres: PostgresServer, tmp_path: object
) -> None:
    pair = new_pair(bound=1, read_url=postgres.url)
    merchant = pair.reader()
    ends_at = time.monotonic() + 4  # longer than a mark is doubted
    while time.monotonic() < ends_at:
        assert len(orders_of(merchant)) == 1
    assert "it is no copy of this database" in pair.stack.api.log.read_text()


def test_without_redis_all_is_read_from_the_primary(new_pair: Callable[..., Pair]) -> None:
    pair = new_pair(bound=2, delay_ms=300)
    merchant = pair.reader()
    pair.wait_for_replica(merchant)
    pair.redis.kill()
    for _ in range(20):
        order = merchant.order()
        assert order["id"] in orders_of(merchant)
        slipped = pair.slip_in(merchant)
        assert slipped in orders_of(merchant), "read from the replica without Redis"
    pair.redis.start()
    pair.wait_for_replica(merchant)
