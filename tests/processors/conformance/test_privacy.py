"""Canaries: what must stand nowhere in the clear, whatever goes wrong."""

import contextlib
import json
from typing import Any

import httpx
import redis

from dev.redis import RedisServer
from tests.support.client import CARD
from tests.support.processors import KEYS, WEBHOOK_SECRET, Shop
from tests.support.stack import Stack, eventually

NUMBER, CVC = "4000056655665556", "739"


def test_a_card_number_is_not_taken_and_stands_nowhere(shop: Shop) -> None:
    """400 `field: card`; neither the row, nor a log, nor the kept answer of a key has it."""
    order = shop.order()
    body = {"order_id": order["id"], "method": "card", "card": CARD | {"number": NUMBER, "cvv": CVC}}
    for key in ({}, {"Idempotency-Key": "a-card"}):
        answer = shop.merchant.api.post("/payments", json=body, headers=key)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "card")
        assert NUMBER not in answer.text
    assert found_in(shop.stack, NUMBER) == []
    assert shop.stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(0,)]


def test_secrets_stand_nowhere_in_the_clear(shop: Shop, redis_server: RedisServer) -> None:
    """A life with faults in it: no log, row, event, transcript, queue or answer has a secret."""
    for kind in ("html", "cut", "lose_request"):
        shop.fake.fail(kind, "prepare")
    for kind in ("unknown_value", "conflict"):
        shop.fake.fail(kind, "look_up")
    payment = shop.ends(shop.pay_order(shop.order()), "requires_action")
    shop.fake.mend()
    shop.fake.pay(payment["id"])
    for event in shop.told_of(payment["id"]):
        assert shop.tell(event).status_code == 200
    shop.ends(payment, "success")
    shop.refund_ends(shop.refund(payment, 10_000), "processed")
    shop.fake.fail("refused_key", "refund")
    refused, problem = shop.refund(payment, 10_000), "SELECT problem FROM processor_accounts WHERE id = %s"
    eventually(lambda: shop.stack.sql(problem, (shop.account_id,)) != [(None,)], what=f"a wrong key at {refused}")
    secrets = [*KEYS[shop.fake.name].secrets.values(), WEBHOOK_SECRET, *client_secrets(shop)]
    answers = [
        shop.merchant.api.get(path).text
        for path in (
            f"/payments/{payment['id']}",
            f"/payments/{payment['id']}/timeline",
            "/events",
            "/processor-accounts",
            f"/orders/{payment['order_id']}",
        )
    ]
    answers.append(httpx.get(f"{shop.stack.base_url}/api/v1/payments/{payment['id']}/public").text)
    queue = redis.Redis.from_url(redis_server.url)
    queued = b"".join(dumped for name in queue.scan_iter() if (dumped := queue.dump(name))).decode("latin-1")
    for secret in secrets:
        assert found_in(shop.stack, secret) == []
        assert not [text for text in answers if secret in text]
        assert secret not in queued
    assert shop.fake.name == "razorpay" or len(secrets) > 2


def client_secrets(shop: Shop) -> list[str]:
    """What opens the processor's form for one payment, as its answers have it."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)
        for name in ("client_secret", "payment_session_id") if isinstance(value, dict) else ():
            if isinstance(value.get(name), str):
                found.add(value[name])

    walk(shop.fake.events())
    for call in shop.fake.requests():
        with contextlib.suppress(ValueError, TypeError):  # of answers that were cut, or lost
            walk(json.loads(call["answer"]))
    return sorted(found)


def found_in(stack: Stack, text: str) -> list[str]:
    """The tables that have a row with this text, and `log` if a log has it."""
    tables = stack.sql(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'simulator')"
    )
    with_it = [
        name
        for (name,) in tables
        if stack.sql(f"SELECT 1 FROM {name} t WHERE t::text LIKE %s LIMIT 1", (f"%{text}%",))
    ]
    return with_it + (["log"] if text in stack.logs() else [])
