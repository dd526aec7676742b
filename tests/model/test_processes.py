"""The same model over the processes as shipped, with SIGKILL for the API and the worker in mid-work."""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from dev.redis import RedisServer
from gateway.processors.capabilities import METHODS
from tests.model.audit import differences, expected
from tests.model.model import Order, Payment, Refund
from tests.model.ways import WAYS
from tests.support.client import Merchant
from tests.support.stack import Process, Stack, eventually

pytestmark = pytest.mark.faults

# How a refused capture or void meets a refund depends on which the worker comes to first: that is `test_model`'s.
SURE = [way for way in WAYS if (way.capture, way.void) == ("approved", "approved")]
ROUNDS = 3
AT_ONCE = 8


def kill_and_start(process: Process, after_seconds: float) -> threading.Thread:
    """SIGKILL in a moment, and a new one at once."""

    def run() -> None:
        time.sleep(after_seconds)
        process.kill()
        process.start()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def post(merchant: Merchant, path: str, body: Any, key: str) -> httpx.Response:
    """As a client does whose API may die: again with the same key, until there is an answer."""

    def once() -> httpx.Response | None:
        try:
            answer = merchant.api.post(path, json=body, headers={"Idempotency-Key": key})
        except httpx.HTTPError:
            return None
        return None if answer.status_code in (409, 503) else answer

    return eventually(once, 40, f"an answer to {path}")


def settle(payments: list[Payment]) -> None:
    """In the model: the worker has done all it can; what waits for its shopper waits."""
    for payment in payments:
        while payment.work and not (payment.status == "requires_action" and payment.decided is None):
            if payment.way.first == "pending" and ("authorize", 1) in payment.at_bank:
                payment.decided = "approved"
            payment.conclude(payment.ask(payment.work, looks_up=True, number=1))
        for refund in payment.refunds:
            while refund.is_open:
                refund.is_claimed()
                refund.is_decided = refund.at_bank
                refund.conclude(refund.ask("refund", looks_up=True, number=1))


@pytest.mark.timeout(240)
def test_killed_processes_leave_what_the_model_says(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    stack, _ = new_stack(TEST_PROCESSING_DELAY="30", GATEWAY_LEASE_SECONDS="2")
    stack.start("api", "worker")
    merchant, chance = stack.test_merchant(), random.Random(20_261)
    merchant.offer(*METHODS)
    orders: list[Order] = []
    payments: list[Payment] = []

    def agree(connection: psycopg.Connection[Any]) -> None:
        settle(payments)
        model = expected(orders, payments)
        eventually(lambda: not differences(connection, merchant.id, model), 40, "agreement with the model")

    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        for turn in range(ROUNDS):
            killing = kill_and_start(chance.choice([stack.api, stack.worker]), chance.uniform(0, 0.3))
            for n in range(AT_ONCE):
                amount, capture = chance.choice([500, 10_000]), chance.choice(["automatic", "manual"])
                way = chance.choice(SURE)
                order = post(merchant, "/orders", {"amount": amount, "capture": capture}, f"order-{turn}-{n}")
                assert order.status_code == 201, order.text
                made = order.json()
                orders.append(Order(made["id"], amount, "INR", capture))
                paid = post(merchant, "/payments", way.body(made["id"]), f"pay-{turn}-{n}")
                assert paid.status_code == 201, paid.text
                payments.append(Payment(paid.json()["id"], orders[-1], way))
                orders[-1].tried.append(payments[-1])
            killing.join()
            agree(connection)
            killing = kill_and_start(chance.choice([stack.api, stack.worker]), chance.uniform(0, 0.1))
            for n, payment in enumerate(chance.sample(payments, AT_ONCE)):
                path, part = f"/payments/{payment.id}", chance.choice([200, 500, 501])
                key = f"{turn}-{n}-{payment.id}"
                allowed = payment.capture(part) if payment.order.capture == "manual" else payment.cancel()
                verb, body = ("capture", {"amount": part}) if payment.order.capture == "manual" else ("cancel", {})
                assert post(merchant, f"{path}/{verb}", body, f"{verb}-{key}").status_code == allowed
                may = payment.may_refund(part)
                back = post(merchant, f"{path}/refunds", {"amount": part}, f"refund-{key}")
                assert back.status_code == (201 if may else 400), back.text
                if may:
                    payment.refunds.append(Refund(back.json()["id"], payment, part))
            killing.join()
            agree(connection)
        assert connection.execute("SELECT * FROM ledger_audit()").fetchall() == []
