"""What the merchant's developer has at hand: listen, trigger, verify, recover."""

import asyncio
import base64
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from razorpay import Utility
from standardwebhooks.webhooks import Webhook

from dev.redis import RedisServer
from gateway.events.model import EVENT_TYPES
from gateway.webhooks.tools.listen import Forwarded, forward, receiver_url
from gateway.webhooks.tools.trigger import TRIGGERED
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack, eventually
from tests.webhooks.network.world import make_certificates
from tests.webhooks.receiver import Receiver
from tests.webhooks.shop import SUCCESS, configure, ended, new_endpoint
from tests.webhooks.zoo import OK, answering, serving


def environment(merchant: Merchant) -> dict[str, str]:
    return os.environ | {
        "GATEWAY_API_URL": merchant.base_url,
        "GATEWAY_API_KEY": merchant.key,
        "GATEWAY_API_SECRET": merchant.secret,
        "COLUMNS": "200",
    }


def gateway(merchant: Merchant, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    return subprocess.run(
        command, env=environment(merchant), cwd=ROOT, input=stdin, capture_output=True, timeout=60
    )


@contextmanager
def listening(merchant: Merchant, url: str, log: Path, *arguments: str) -> Iterator[Callable[[], str]]:
    """`gateway listen`, ready; gives its output so far."""
    command = [sys.executable, "-m", "gateway.cli", "listen", "--forward-to", url, *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment(merchant), cwd=ROOT, stdout=output, stderr=output)
        try:
            eventually(lambda: "Ready" in log.read_text(), 20, "a listening command")
            yield log.read_text
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0, log.read_text()


def test_listen_forwards_signed_webhooks_without_any_url_configured(
    merchant: Merchant, receiver: Receiver, tmp_path: Path
) -> None:
    with listening(merchant, receiver.url("/mine"), tmp_path / "log") as output:
        secret = merchant.api.get("/webhooks/config").json()["webhook_secret"]
        assert f"Signing secret: {secret}" in output()
        receiver.answer("/mine", 200, 200, 503, 200)
        merchant.paid()
        requests = receiver.wait("/mine", 4)
        eventually(lambda: "[503]" in output() and output().count("[200]") == 3, 5, "the results")
    for one in requests:
        Webhook(secret).verify(one.body, one.headers)
        Utility().verify_webhook_signature(one.body.decode(), one.headers["x-webhook-signature"], secret)
        assert one.headers["content-type"] == "application/json"
        assert one.headers["user-agent"].startswith("PaymentGateway-Webhooks")


def test_what_listen_forwards_is_byte_for_byte_the_webhook(
    merchant: Merchant, receiver: Receiver, tmp_path: Path
) -> None:
    configure(merchant, receiver.url("/real"))
    with listening(merchant, receiver.url("/mine"), tmp_path / "log"):
        merchant.paid()
        forwarded = {one.event_id: one.body for one in receiver.wait("/mine", 4)}
        real = {one.event_id: one.body for one in receiver.wait("/real", 4)}
    assert forwarded == real


def test_listen_takes_only_the_wanted_events_and_survives_a_closed_receiver(
    merchant: Merchant, receiver: Receiver, tmp_path: Path
) -> None:
    with listening(merchant, "http://127.0.0.1:9", tmp_path / "log", "--event", "order.paid") as output:
        merchant.paid()
        eventually(lambda: "order.paid" in output(), 10, "a result")
        assert "payment.created" not in output()
        assert "refused" in output() or "failed" in output()


def test_listen_finds_its_way_back_to_an_api_that_was_away(
    new_stack: Callable[..., tuple[Stack, RedisServer]], receiver: Receiver, tmp_path: Path
) -> None:
    stack, _ = new_stack()
    stack.start("api")
    merchant = stack.merchant()
    with listening(merchant, receiver.url(), tmp_path / "log") as output:
        stack.api.kill()
        eventually(lambda: "the API is away" in output(), 20, "the trouble")
        stack.start("api")
        merchant.upi(merchant.order())
        assert {one.json["event"] for one in receiver.wait("/hook", 2)} == {"payment.created", "payment.pending"}


def test_listen_takes_a_receiver_as_developers_write_it(
    merchant: Merchant, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy of the environment is for gateways elsewhere: neither API nor receiver is reached through it.
    where = receiver.url("/plain").removeprefix("http://")
    with ExitStack() as stack:
        with monkeypatch.context() as environment_of_the_command:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
                environment_of_the_command.setenv(name, "http://127.0.0.1:9")
            environment_of_the_command.delenv("NO_PROXY", raising=False)
            stack.enter_context(listening(merchant, where, tmp_path / "log", "--event", "order.paid"))
        merchant.paid()
        assert receiver.wait("/plain", 1)[0].json["event"] == "order.paid"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("localhost:4242", "http://localhost:4242"),
        ("4242", "http://localhost:4242"),
        ("127.0.0.1:4242/hook?x=1", "http://127.0.0.1:4242/hook?x=1"),
        (" https://localhost:4242/hook ", "https://localhost:4242/hook"),
        ("[::1]:4242", "http://[::1]:4242"),
    ],
)
def test_what_forward_to_means(text: str, url: str) -> None:
    assert receiver_url(text) == url


@pytest.mark.parametrize("text", ["", "ftp://localhost/", "http://", "localhost:port", "file:///etc/passwd"])
def test_a_receiver_that_is_none_is_refused_in_one_line(merchant: Merchant, text: str) -> None:
    done = gateway(merchant, "listen", "--forward-to", text)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr and b"--forward-to" in done.stderr


async def test_listen_tells_of_a_certificate_and_takes_it_when_asked(tmp_path: Path) -> None:
    certificate, key = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    event = {"event": "order.paid", "timestamp": 1, "data": {}, "id": "evt_1", "sequence": 1, "mode": "test"}

    def send(verify: bool, port: int) -> Forwarded:
        with httpx.Client(trust_env=False, verify=verify) as client:
            return forward(client, f"https://127.0.0.1:{port}/", "whsec_x", event)

    async with serving(answering(OK), context) as port:
        refused = await asyncio.to_thread(send, True, port)
        taken = await asyncio.to_thread(send, False, port)
    assert refused.code is None and refused.error is not None and "--skip-verify" in refused.error
    assert taken.code == 200


@pytest.mark.parametrize("event", TRIGGERED)
def test_trigger_makes_every_event_happen(merchant: Merchant, receiver: Receiver, event: str) -> None:
    if event == "webhook.test":
        configure(merchant, receiver.url())
    done = gateway(merchant, "trigger", event)
    assert done.returncode == 0, done.stderr
    assert f'"event": "{event}"'.encode() in done.stdout


def test_trigger_says_which_events_the_test_bank_never_makes(merchant: Merchant) -> None:
    for event in sorted(set(EVENT_TYPES) - set(TRIGGERED)):
        assert event.startswith(("payment.unexpected", "dispute."))
        done = gateway(merchant, "trigger", event)
        assert done.returncode == 1 and b"real processors only" in done.stderr, done.stderr


def test_trigger_and_listen_say_what_is_wrong_in_one_line(merchant: Merchant) -> None:
    wrong_key = Merchant(merchant.base_url, merchant.id, merchant.key, "secret_test_wrong")
    for who, arguments, text in (
        (merchant, ["trigger", "payment.gone"], b"unknown event payment.gone"),
        (wrong_key, ["trigger", "order.paid"], b"Invalid API credentials"),
        (merchant, ["trigger", "order.paid", "--api", "http://127.0.0.1:9"], b"no answer from http://127.0.0.1:9"),
        (wrong_key, ["listen", "--forward-to", "http://127.0.0.1:9"], b"Invalid API credentials"),
    ):
        done = gateway(who, *arguments)
        assert done.returncode == 1 and text in done.stderr and b"Traceback" not in done.stderr, done.stderr


def arrived(merchant: Merchant, receiver: Receiver) -> tuple[dict[str, Any], Any]:
    """An endpoint and a webhook that arrived at it."""
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS)
    merchant.paid()
    return endpoint, receiver.wait("/hook", 1)[0]


def test_verify_tells_what_changed_the_body(merchant: Merchant, receiver: Receiver) -> None:
    endpoint, one = arrived(merchant, receiver)
    asked = {"body": one.body.decode(), "headers": one.headers, "secret": endpoint["secret"]}
    good = merchant.api.post("/webhooks/verify", json=asked).json()
    assert (good["valid"], good["endpoint_id"], good["problems"]) == (True, endpoint["id"], [])
    encoded = {"body_base64": base64.b64encode(one.body).decode(), "headers": one.headers}
    assert merchant.api.post("/webhooks/verify", json=encoded).json()["valid"] is True
    pretty = asked | {"body": json.dumps(one.json, indent=2)}
    bad = merchant.api.post("/webhooks/verify", json=pretty).json()
    assert (bad["valid"], [problem["code"] for problem in bad["problems"]]) == (False, ["reserialised_body"])


def test_verify_from_the_command_line(merchant: Merchant, receiver: Receiver, tmp_path: Path) -> None:
    endpoint, one = arrived(merchant, receiver)
    headers = [part for name in one.headers for part in ("--header", f"{name}: {one.headers[name]}")]
    file = tmp_path / "body.json"
    file.write_bytes(one.body)
    good = gateway(merchant, "webhooks", "verify", "--body", str(file), *headers)
    assert good.returncode == 0 and b"This webhook verifies." in good.stdout, good
    bad = gateway(merchant, "webhooks", "verify", "--body", "-", *headers, stdin=one.body + b"\n")
    assert bad.returncode == 1 and b"trailing_newline" in bad.stdout
    old = gateway(
        merchant, "webhooks", "verify", "--body", str(file), *headers, "--signing-secret", "whsec_old",
        "--endpoint", endpoint["id"],
    )  # fmt: skip
    assert old.returncode == 1 and b"unknown_secret" in old.stdout


def test_verify_knows_nothing_of_others(stack: Stack, merchant: Merchant, receiver: Receiver) -> None:
    endpoint, one = arrived(merchant, receiver)
    asked = {"body": one.body.decode(), "headers": one.headers}
    other = stack.merchant().api
    answer = other.post("/webhooks/verify", json=asked).json()
    assert (answer["valid"], answer["endpoint_id"]) == (False, None)
    assert [problem["code"] for problem in answer["problems"]] == ["unknown_signer"]
    assert other.post("/webhooks/verify", json=asked | {"endpoint_id": endpoint["id"]}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"body": "x"},
        {"headers": {}},
        {"headers": {}, "body": "x", "body_base64": "eA=="},
        {"headers": {}, "body_base64": "no base64!"},
        {"headers": {"a": 1}, "body": "x"},
        {"headers": [], "body": "x"},
    ],
)
def test_verify_refuses_what_is_no_webhook(merchant: Merchant, body: dict[str, Any]) -> None:
    assert merchant.api.post("/webhooks/verify", json=body).status_code == 400


def test_recover_from_the_command_line(merchant: Merchant, receiver: Receiver) -> None:
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS)
    merchant.paid()
    ended(merchant, 1)
    since = ["webhooks", "recover", "--since", "2026-01-01", "--endpoint", endpoint["id"], "--status", "success"]
    planned = gateway(merchant, *since, "--dry-run")
    assert planned.returncode == 0 and b"planned" in planned.stdout, planned
    assert gateway(merchant, *since).returncode == 0
    assert len({one.event_id for one in receiver.wait("/hook", 2)}) == 1
    refused = gateway(merchant, "webhooks", "recover", "--since", "never")
    assert refused.returncode == 1 and b"since must be" in refused.stderr
