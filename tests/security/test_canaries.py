"""Marked cards are paid with in every way that can go wrong; then everything that was written is searched.

Nothing may hold a card number, a CVV, an API secret, a session's token or a password in clear, in hex or in
base64. The processes of the product, Postgres and Redis all write to files that are searched to the last byte; the
bodies of SQS messages are received. What stays in a shopper's browser: tests/web/checkout/test_traces.py.
"""

import base64
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from dev.binaries import postgres_binaries
from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.dashboard.conftest import PASSWORD, Person, create_owner
from tests.deploy.cloud.queues import KINDS, Queues
from tests.security.canaries import CVV, HOLDER, NUMBERS, cvvs, forms, marked, search
from tests.support.client import CARD, Merchant
from tests.support.receiver import Receiver
from tests.support.stack import Stack, eventually


class Shopper:
    """Pays with the marked cards. `answers` are all bodies that came back."""

    def __init__(self, merchant: Merchant) -> None:
        self.merchant = merchant
        self.answers: list[bytes] = []

    def pay(self, name: str, *, public: bool = False, **change: Any) -> httpx.Response:
        card = CARD | {"number": NUMBERS[name], "cvv": CVV, "holder_name": HOLDER} | change
        body = {"order_id": self.merchant.order()["id"], "method": "card", "card": card}
        headers = {"Idempotency-Key": f"{name}-{len(self.answers)}"}
        path = "/payments/public" if public else "/payments"
        answer = self.merchant.api.post(path, json=body, headers=headers)
        self.answers.append(answer.content)
        return answer

    def payment(self, name: str, *, public: bool = False) -> dict[str, Any]:
        answer = self.pay(name, public=public)
        assert answer.status_code == 201, answer.text
        paid: dict[str, Any] = answer.json()
        return paid


@contextmanager
def broken(stack: Stack, table: str, check: str) -> Iterator[None]:
    """A constraint that makes statements on a table fail, with the row in Postgres's own error text."""
    stack.sql(f"ALTER TABLE {table} ADD CONSTRAINT canary CHECK ({check}) NOT VALID")
    try:
        yield
    finally:
        stack.sql(f"ALTER TABLE {table} DROP CONSTRAINT canary")


@pytest.mark.faults
@pytest.mark.timeout(240)
def test_nothing_that_is_written_holds_a_card_or_a_secret(
    new_stack: Callable[..., tuple[Stack, RedisServer]], postgres: PostgresServer
) -> None:
    stack, redis = new_stack(GATEWAY_LEASE_SECONDS="2", GATEWAY_LOG_LEVEL="DEBUG")
    stack.start()
    merchant = stack.merchant()
    stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (merchant.key,))
    shopper = Shopper(merchant)
    secrets = use_control(stack, merchant)
    with Receiver() as shop:
        merchant.api.put("/webhooks/config", json={"webhook_url": shop.url}).raise_for_status()
        answer_every_way(shopper)
        fail_in_the_api(stack, shopper)
        fail_in_the_worker(stack, shopper)
        lose_workers_and_answers(stack, shopper)
        messages = wake_by_sqs(stack, shopper)
        shop.wait_for("payment.success", shopper.payment("success")["id"])
        webhooks = b"\n".join(one.body + json.dumps(one.headers).encode() for one in shop.received)
    secrets_of_webhooks = [one["secret"] for one in endpoint_secrets(merchant)]

    ended = (
        "SELECT count(*) FROM card_vault JOIN payments ON id = payment_id WHERE status NOT IN ('requires_action')"
    )
    eventually(lambda: stack.sql(ended) == [(0,)], what="an empty vault")
    assert "Traceback" in stack.logs(), "no traceback was provoked: the test shows less than it says"
    stack.stop()
    written = {
        "the dump": dump(stack.database_url),
        "the logs": stack.logs().encode(),
        "Postgres's log": postgres.log.read_bytes(),
        "Redis's files": read_files(redis.data),
        "webhooks": webhooks,
        "SQS": messages,
        "answers": b"\n".join(shopper.answers),
    }
    assert b"payment.created" in written["the dump"] and len(written["Redis's files"]) > 1000
    found = search(written, [*marked(*NUMBERS), *secrets, *secrets_of_webhooks])
    assert not found, "\n".join(found)


def use_control(stack: Stack, merchant: Merchant) -> list[str]:
    """Log in, make and rotate keys and secrets, send wrong ones; what must stay secret of it."""
    email = f"owner-{merchant.id}@example.com"
    create_owner(stack, merchant.id, email)
    owner = Person(stack, email).logged_in()
    token = next(iter(owner.client.cookies.values()))
    assert owner.log_in("Wrong-Canary-Password-91").status_code == 401
    made = merchant.api.post("/keys", json={"label": "One"}, headers={"Idempotency-Key": "key"}).json()
    rotated = merchant.api.post(
        f"/keys/{made['key']['id']}/rotate", json={}, headers={"Idempotency-Key": "r"}
    ).json()
    guess = {"X-Api-Key": merchant.key, "X-Api-Secret": "secret_test_WrongCanary91"}
    assert httpx.get(f"{stack.base_url}/api/v1/orders", headers=guess).status_code == 401
    signing = merchant.api.get("/checkout/settings").json()["signing_secret"]
    merchant.api.post("/webhooks/regenerate-secret", headers={"Idempotency-Key": "w"}).raise_for_status()
    return [
        merchant.secret, made["secret"], rotated["secret"], signing, token,
        PASSWORD, "Wrong-Canary-Password-91", "secret_test_WrongCanary91",
    ]  # fmt: skip


def endpoint_secrets(merchant: Merchant) -> list[dict[str, Any]]:
    endpoints = merchant.api.get("/webhooks/endpoints").json()["data"]
    return [merchant.api.get(f"/webhooks/endpoints/{one['id']}/secret").json() for one in endpoints]


def answer_every_way(shopper: Shopper) -> None:
    """Approved, declined, challenged, from the shopper's page, and refused for every kind of bad input."""
    merchant = shopper.merchant
    merchant.settled(shopper.payment("success"), "success")
    merchant.settled(shopper.payment("failed"), "failed")
    merchant.settled(shopper.payment("challenge"), "requires_action")
    merchant.settled(shopper.payment("public", public=True), "success")
    assert shopper.pay("success", extra=CVV, note=NUMBERS["success"]).status_code == 201  # unknown fields
    wrong = ({"expiry_year": 2001}, {"cvv": f"{CVV}1"}, {"cvv": int(CVV)}, {"holder_name": ""})
    assert shopper.pay("wrong").status_code == 400
    for change in wrong:
        assert shopper.pay("success", **change).status_code == 400, change
    raw = f'{{"card": {{"number": "{NUMBERS["success"]}", "cvv": "{CVV}"'.encode()
    headers = {"Content-Type": "application/json"}
    assert merchant.api.post("/payments", content=raw, headers=headers).status_code == 400
    assert merchant.api.post("/payments", content=raw, headers={"Content-Type": "text/plain"}).status_code == 415


def fail_in_the_api(stack: Stack, shopper: Shopper) -> None:
    """A traceback while the card is in hand."""
    with broken(stack, "card_vault", "false"):
        assert shopper.pay("traceback").status_code == 500
    with broken(stack, "payments", "card_last4 IS NULL"):
        assert shopper.pay("traceback").status_code == 500


def fail_in_the_worker(stack: Stack, shopper: Shopper) -> None:
    """A traceback after the bank has answered."""
    with broken(stack, "payments", "status <> 'success'"):
        payment = shopper.payment("traceback")
        eventually(lambda: "Traceback" in stack.worker.log.read_text(), what="a traceback of the worker")
    shopper.merchant.settled(payment, "success")


def lose_workers_and_answers(stack: Stack, shopper: Shopper) -> None:
    """A worker that is killed with a card in hand, and a bank that does not answer in time."""
    stack.worker.kill()
    stack.worker.env = stack.env | {"TEST_PROCESSING_DELAY": "4000"}
    stack.worker.start()
    killed = shopper.payment("killed")
    sent = "SELECT 1 FROM payments WHERE id = %s AND attempts > 0"
    eventually(lambda: stack.sql(sent, (killed["id"],)), what="a payment in the worker's hands")
    stack.worker.kill()
    stack.worker.env = stack.env | {"TEST_PROCESSING_DELAY": "1500", "GATEWAY_PROCESSOR_TIMEOUT_SECONDS": "0.3"}
    stack.worker.start()
    timed_out = shopper.payment("timeout")
    for payment in (killed, timed_out):
        shopper.merchant.settled(payment, "success", seconds=60)


def wake_by_sqs(stack: Stack, shopper: Shopper) -> bytes:
    """All that is sent when hints go by SQS: nobody receives them but the test, and work is found without them."""
    queues = Queues()
    for process in (stack.api, stack.worker):
        process.stop()
        process.env = stack.env | queues.env | {"QUEUE_BACKEND": "sqs"}
    stack.start("api", "worker")
    merchant = shopper.merchant
    for name, status in (("success", "success"), ("failed", "failed"), ("challenge", "requires_action")):
        merchant.settled(shopper.payment(name), status)
    assert shopper.pay("wrong").status_code == 400
    paid = merchant.settled(shopper.payment("public", public=True))
    assert merchant.api.post(f"/payments/{paid['id']}/refunds", json={"amount": 100}).status_code == 201
    received: dict[str, list[bytes]] = {kind: [] for kind in KINDS}

    def has_every_kind() -> bool:
        for kind, messages in received.items():
            messages += [json.dumps(message).encode() for message in queues.receive(kind)]
        return all(received.values())

    eventually(has_every_kind, what="a hint of every kind")
    return b"\n".join(message for messages in received.values() for message in messages)


def dump(url: str) -> bytes:
    """`pg_dump`, and what stands in `bytea` as it is: payloads and kept answers."""
    command = [str(postgres_binaries() / "pg_dump"), "--format=plain", url]
    text = subprocess.run(command, check=True, capture_output=True, env=os.environ | {"TZ": "UTC"}).stdout
    return text + b"\n".join(
        bytes.fromhex(match.decode()) for match in re.findall(rb"\\\\x((?:[0-9a-f]{2}){8,})", text)
    )


def read_files(folder: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_the_search_would_find_what_it_looks_for(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE leak (a text, b bytea, c text)")
        raw = f'{{"cvv":"{CVV}","number":"{NUMBERS["success"]}"}}'
        encoded = base64.b64encode(b"x" + raw.encode()).decode()
        connection.execute("INSERT INTO leak VALUES ('a 4539 5787 6362 1486', %s, %s)", (raw.encode(), encoded))
    content = dump(database_url)
    hits = [form for form in forms(NUMBERS["success"]) if form in content]
    assert len(hits) == 4, hits  # in clear (out of the bytea), in groups, in hex, in base64
    assert cvvs(content)
