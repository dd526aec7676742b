"""Several workers over one database: more of them are faster, and none does another's work again."""

import time
from collections.abc import Callable
from typing import Any

from tests.support.stack import Stack, eventually

BACKLOG = 120


def drained_in(stack: Stack, workers: int) -> float:
    """Seconds in which so many workers work off a backlog of slow payments."""
    merchant, mine = stack.merchant(), "merchant_id = %s"
    for _ in range(BACKLOG):
        merchant.upi(merchant.order())
    started = [stack.another("worker") for _ in range(workers)]
    for worker in started:
        worker.start()

    def working() -> bool:
        return bool(stack.sql(f"SELECT 1 FROM payments WHERE {mine} AND status = 'success'", [merchant.id]))

    def left() -> int:
        rows = stack.sql(f"SELECT count(*) FROM payments WHERE {mine} AND work IS NOT NULL", [merchant.id])
        return int(rows[0][0])

    eventually(working, 30, "the first payment")
    began = time.monotonic()
    eventually(lambda: left() == 0, 60, "an empty backlog")
    seconds = time.monotonic() - began
    for worker in started:
        worker.stop()
    return seconds


def test_two_workers_are_faster_than_one_and_double_nothing(new_stack: Callable[..., Any]) -> None:
    # The bank's time is what is waited for, so this does not depend on how many cores there are.
    stack, _ = new_stack(TEST_PROCESSING_DELAY="500", GATEWAY_IN_FLIGHT="10")
    stack.start("api")
    one, three = drained_in(stack, 1), drained_in(stack, 3)
    assert three < one * 0.7
    asked = stack.sql("SELECT count(*), sum(requests) FROM simulator.operations GROUP BY payment_id")
    assert asked == [(1, 1)] * (2 * BACKLOG)
