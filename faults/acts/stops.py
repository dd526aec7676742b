"""SIGTERM in the middle of slow work: it ends in time, and nothing is failed by it."""

import threading
import time
from typing import Any, Final

import httpx
import psycopg

from faults.report import Measure
from faults.world import World
from tests.support.stack import eventually
from tests.webhooks import zoo
from tests.webhooks.shop import new_endpoint

PROMISES: Final = ("A8",)
_PAYMENTS: Final = 10
_BANK_SECONDS: Final = 20
_WAITING: Final = """
SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


def play_stops(world: World) -> list[Measure]:
    """The act: a bank of 20 s, a receiver that hangs, and a request that waits for a lock."""
    slow = {"TEST_PROCESSING_DELAY": f"{_BANK_SECONDS}000"}
    with world.product("stops", **slow) as (stack, _), zoo.in_a_process("hang") as receivers:
        stack.start()
        merchant = stack.merchant()
        new_endpoint(merchant, f"http://127.0.0.1:{receivers['hang']}/hook", events=["payment.created"])
        payments = [merchant.upi(merchant.order()) for _ in range(_PAYMENTS)]
        asked = "SELECT count(*) FROM simulator.operations"  # leased they are from their birth on
        eventually(lambda: stack.sql(asked) == [(_PAYMENTS,)], 30, "payments in work")
        held = "SELECT 1 FROM deliveries WHERE lease_token IS NOT NULL"
        eventually(lambda: stack.sql(held), 30, "an attempt in work")

        ended: dict[str, float] = {}

        def end(name: str) -> None:
            ended[name] = getattr(stack, name).stop(30)

        answers: list[httpx.Response | Exception] = []
        ending = [threading.Thread(target=end, args=(name,)) for name in ("worker", "webhooks", "api")]
        order = merchant.order()
        with psycopg.connect(stack.database_url) as holder:
            holder.execute("SELECT 1 FROM orders WHERE id = %s FOR UPDATE", (order["id"],))
            asking = threading.Thread(target=lambda: answers.append(_try(merchant.upi, order)))
            asking.start()
            waiting = (
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            eventually(lambda: stack.sql(waiting), what="a request that waits")
            for thread in ending:
                thread.start()
            time.sleep(1)
        for thread in (*ending, asking):
            thread.join(60)
        [[failed]] = stack.sql(
            "SELECT (SELECT count(*) FROM payments WHERE status = 'failed')"
            " + (SELECT count(*) FROM deliveries WHERE status = 'failed')"
        )
        [[kept]] = stack.sql(
            "SELECT (SELECT count(*) FROM payments WHERE lease_token IS NOT NULL)"
            " + (SELECT count(*) FROM deliveries WHERE lease_token IS NOT NULL)"
        )
        for name in ("api", "worker"):
            getattr(stack, name).start()
        stack.wait_ready("api", "worker")
        for payment in payments:
            merchant.settled(payment, seconds=_BANK_SECONDS + 30)
        [[doubled]] = stack.sql(
            "SELECT count(*) FROM (SELECT 1 FROM simulator.operations GROUP BY payment_id HAVING count(*) > 1) d"
        )
    in_flight = "answered" if isinstance(answers[0], dict) else f"BROKEN: {answers[0]}"
    slowest = max(ended.values())
    times = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in sorted(ended.items()))
    text = f"{times}; request in flight {in_flight}; {failed} failed, {kept} leases kept, {doubled} charged twice"
    is_held = slowest <= 10 and failed == kept == doubled == 0 and in_flight == "answered"
    return [Measure("A8", is_held, text, f"{_PAYMENTS} payments at a bank of {_BANK_SECONDS} s")]


def _try(act: Any, *arguments: Any) -> Any:
    try:
        return act(*arguments)
    except Exception as error:
        return error
