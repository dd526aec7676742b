#!/usr/bin/env python3
"""A payment over a merchant's own account at a processor, end to end, with nothing but the public API.

    GATEWAY_STRIPE_URL=http://127.0.0.1:12111 GATEWAY_DASHBOARD_PASSWORD=choose-one-now make dev    # one terminal
    GATEWAY_DASHBOARD_PASSWORD=choose-one-now .venv/bin/python examples/processor_payment.py        # another one

The processor is the tests' fake of Stripe, with books of its own, which is started here where nothing listens at
`GATEWAY_STRIPE_URL` yet: no money moves, and nothing leaves this machine. An owner connects an account, a
merchant's server makes an order and a payment, the shopper pays *there*, the processor tells of it by a signed
notice, and part of it is refunded. At the end stand the processor's own books, and what was asked of it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

API = os.environ.get("GATEWAY_API_URL", "http://localhost:8000").rstrip("/")
FAKE = os.environ.get("GATEWAY_STRIPE_URL", "http://127.0.0.1:12111").rstrip("/")
KEY = (os.environ.get("API_KEY", "key_test_abc123"), os.environ.get("API_SECRET", "secret_test_xyz789"))
EMAIL = os.environ.get("GATEWAY_DASHBOARD_EMAIL", "test@example.com")
PASSWORD = os.environ.get("GATEWAY_DASHBOARD_PASSWORD", "")
NOTICES = "whsec_of_this_example_0001"
CREDENTIALS = {"publishable_key": "pk_test_" + "fake" * 4, "secret_key": "sk_test_" + "fake" * 4}


def main() -> int:
    """Exit code: 0 when all of it went as told."""
    if not PASSWORD:
        print("Set GATEWAY_DASHBOARD_PASSWORD, as `make dev` was started with: an owner connects accounts.")
        return 2
    with ExitStack() as until_the_end:
        fake = until_the_end.enter_context(httpx.Client(base_url=f"{FAKE}/_fake", timeout=10))
        start_fake(fake, until_the_end)
        owner = until_the_end.enter_context(httpx.Client(base_url=f"{API}/api/v1", timeout=10))
        log_in(owner)
        before = rules_of(owner)
        account = connect(owner, before)
        until_the_end.callback(leave, owner, account, before)
        server = until_the_end.enter_context(httpx.Client(base_url=f"{API}/api/v1", auth=KEY, timeout=10))
        story(server, fake, account)
    return 0


def story(server: httpx.Client, fake: httpx.Client, account: str) -> None:
    """What a merchant's server does, and what the shopper does meanwhile."""
    order = told(server.post("/orders", json={"amount": 50000, "currency": "INR", "receipt": "first"}))
    say(f"3. An order of ₹500.00: {order['id']}")
    payment = told(server.post("/payments", json={"order_id": order["id"], "method": "card"}))["id"]
    say(f"4. A payment, without a card: {payment}")
    waiting = until(lambda: read(server, payment), lambda now: now["status"] == "requires_action", "a form")
    say(f"   {waiting['next_action']['type']}: the shopper pays in the processor's own form, on the hosted page")
    told(fake.post("/act", json={"what": "pay", "payment_id": payment}))
    say("5. The shopper pays there, and the processor tells us; the notice is a hint, our worker asks")
    tell(fake, account, payment)
    until(lambda: read(server, payment), lambda now: now["status"] == "success", "a success")
    refund = told(server.post(f"/payments/{payment}/refunds", json={"amount": 10000, "reason": "one item"}))["id"]
    say(f"6. A refund of ₹100.00: {refund}")
    until(lambda: told(server.get(f"/refunds/{refund}")), lambda now: now["status"] == "processed", "a refund")
    book = told(fake.get("/books", params={"payment_id": payment}))[payment]
    say(f"7. The processor's own books: {json.dumps(book)}")
    if (book["captured"], book["refunded"], book["charges"]) != (50000, 10000, 1):
        raise SystemExit("These are not what we asked for.")
    for call in told(fake.get("/requests")):
        if payment in json.dumps(call) or refund in json.dumps(call):
            say(f"   asked: {call['method']} {call['path']}")
    say("Done: paid there once, told, refunded there.")


def start_fake(fake: httpx.Client, until_the_end: ExitStack) -> None:
    """The processor, unless it listens already."""
    try:
        fake.get("/books")
        say(f"1. A fake of Stripe listens at {FAKE}")
    except httpx.TransportError:
        command = [
            sys.executable,
            "-m",
            "tests.processors.fakes.serve",
            "stripe",
            "--port",
            str(fake.base_url.port),
        ]
        folder = Path(__file__).resolve().parent.parent
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        until_the_end.callback(process.wait)
        until_the_end.callback(process.terminate)
        assert process.stdout is not None
        if "listening" not in process.stdout.readline():
            raise SystemExit("The fake did not start.") from None
        say(f"1. Started a fake of Stripe at {FAKE}")


def log_in(owner: httpx.Client) -> None:
    """As the dashboard does."""
    session = told(owner.post("/session", json={"email": EMAIL, "password": PASSWORD}))
    owner.headers["X-CSRF-Token"] = session["csrf_token"]


def rules_of(owner: httpx.Client) -> list[dict[str, Any]]:
    """The routes of the merchant's test payments, as they are sent."""
    rules = told(owner.get("/processor-routes"))["rules"]
    return [{name: value for name, value in rule.items() if name not in ("id", "created_at")} for rule in rules]


def connect(owner: httpx.Client, before: list[dict[str, Any]]) -> str:
    """An enabled account that takes the merchant's test payments; its id."""
    body = {
        "processor": "stripe", "credentials": CREDENTIALS, "webhook_secret": NOTICES, "current_password": PASSWORD,
        "label": "The example's",
    }  # fmt: skip
    made = told(owner.post("/processor-accounts", json=body))
    checked = told(owner.post(f"/processor-accounts/{made['id']}/check"))
    if checked["status"] != "enabled":
        raise SystemExit(f"The processor does not take it: {checked['problem']}. Is GATEWAY_STRIPE_URL {FAKE}?")
    told(owner.put("/processor-routes", json={"rules": [{"account_id": made["id"]}, *before]}))
    say(f"2. An account, checked and enabled: {made['id']}")
    return str(made["id"])


def leave(owner: httpx.Client, account: str, before: list[dict[str, Any]]) -> None:
    """The routes are what they were, and the account takes nothing."""
    told(owner.put("/processor-routes", json={"rules": before}))
    told(owner.patch(f"/processor-accounts/{account}", json={"status": "disabled"}))


def tell(fake: httpx.Client, account: str, payment: str) -> None:
    """What the processor sends by itself where it can reach us: signed, to the account's address."""
    for event in told(fake.get("/events")):
        if payment in json.dumps(event):
            fields = {"event": event, "secret": NOTICES, "at": int(time.time())}
            signed = told(fake.post("/signed", json=fields))
            url, headers = f"{API}/api/v1/processors/{account}/notices", {"content-type": "application/json"}
            told(httpx.post(url, content=signed["body"].encode(), headers=headers | signed["headers"]))


def read(server: httpx.Client, payment: str) -> dict[str, Any]:
    """The payment now."""
    now: dict[str, Any] = told(server.get(f"/payments/{payment}"))
    return now


def until(ask: Callable[[], dict[str, Any]], is_it: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
    """The answer once it is so. Ends the program after half a minute."""
    deadline = time.monotonic() + 30
    while not is_it(now := ask()):
        if time.monotonic() > deadline:
            raise SystemExit(f"No {what} within 30 s: {json.dumps(now)}")
        time.sleep(0.2)
    return now


def told(answer: httpx.Response) -> Any:
    """The JSON of a good answer. Ends the program with what a bad one says."""
    if not answer.is_success:
        raise SystemExit(
            f"{answer.request.method} {answer.request.url} answered {answer.status_code}: {answer.text}"
        )
    return answer.json()


def say(line: str) -> None:
    """A step of the story."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
