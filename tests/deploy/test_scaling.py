"""Two processes over one database are faster than one, and neither does the other's work again.

What is waited for is the bank's and the shop's time, so that this depends neither on the number of cores nor on
what else the machine does: one process is held to few items at once, and a second one doubles that.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.support.client import Merchant, at_once
from tests.support.receiver import Receiver
from tests.support.stack import Process, Stack, eventually

PAYMENTS = 80
TOLD = 40


def drained_in(stack: Stack, module: str, processes: int, left: Callable[[], int]) -> float:
    """Seconds from the first finished item of a backlog to the last, with so many processes."""
    started: list[Process] = [stack.another(module) for _ in range(processes)]
    whole = left()
    for process in started:
        process.start()
    eventually(lambda: left() < whole, 60, "the first item")
    began = time.monotonic()
    eventually(lambda: left() == 0, 90, "an empty backlog")
    seconds = time.monotonic() - began
    for process in started:
        process.stop()
    return seconds


def backlog(merchant: Merchant, count: int) -> None:
    """So many pending payments."""
    at_once(count, lambda _: merchant.upi(merchant.order()))


def test_two_workers_are_faster_than_one_and_double_nothing(new_stack: Callable[..., Any]) -> None:
    stack, _ = new_stack(TEST_PROCESSING_DELAY="1000", GATEWAY_IN_FLIGHT="10")
    stack.start("api")
    merchant = stack.merchant()

    def left() -> int:
        rows = stack.sql(
            "SELECT count(*) FROM payments WHERE merchant_id = %s AND work IS NOT NULL", [merchant.id]
        )
        return int(rows[0][0])

    seconds = []
    for workers in (1, 2):
        backlog(merchant, PAYMENTS)
        seconds.append(drained_in(stack, "worker", workers, left))
    one, two = seconds
    assert two < one * 0.8, seconds
    asked = stack.sql("SELECT count(*), sum(requests) FROM simulator.operations GROUP BY payment_id")
    assert asked == [(1, 1)] * (2 * PAYMENTS)


def test_two_senders_are_faster_than_one_and_double_nothing(new_stack: Callable[..., Any]) -> None:
    stack, _ = new_stack(GATEWAY_WEBHOOK_ENDPOINT_IN_FLIGHT="4")
    stack.start("api")
    merchant = stack.merchant()

    def answer(_: Any) -> int:
        time.sleep(0.4)
        return 200

    def left() -> int:
        rows = stack.sql(
            "SELECT count(*) FROM deliveries WHERE merchant_id = %s AND status = 'pending'", [merchant.id]
        )
        return int(rows[0][0])

    seconds = []
    with Receiver(answer) as shop:
        merchant.api.put("/webhooks/config", json={"webhook_url": shop.url}).raise_for_status()
        for senders in (1, 2):
            backlog(
                merchant, TOLD
            )  # nobody works on the payments; what they owe are webhooks about their creation
            seconds.append(drained_in(stack, "webhooks", senders, left))
        one, two = seconds
        assert two < one * 0.8, seconds
        told = Counter(one.headers["webhook-id"] for one in shop.received)
    [(owed,)] = stack.sql("SELECT count(*) FROM deliveries WHERE merchant_id = %s", [merchant.id])
    assert set(told.values()) == {1} and len(told) == owed >= 2 * TOLD
