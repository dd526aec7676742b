"""Cashfree's own SDK as a judge: of what our connector asks, of what the fake answers, of both signatures."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from gateway.processors.cashfree.connector import CONNECTOR
from gateway.processors.cashfree.notices import TOLERANCE_SECONDS, read_notice
from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import BadSignature, Misconfigured, NotSent, Processor, Unknown
from tests.processors.cashfree.conftest import CREDENTIALS
from tests.processors.cashfree.support import (
    captured,
    held,
    payment,
    prepare,
    prepared,
    refund,
    to_capture,
    to_void,
)
from tests.processors.fakes.cashfree import CLIENT_ID, CLIENT_SECRET, FakeCashfree
from tests.processors.judges.cashfree_types import addresses, api_client, call_of, faults_of, faults_of_call

pytestmark = pytest.mark.filterwarnings("ignore::pydantic.PydanticDeprecatedSince20")  # it is of an older pydantic

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
CALLS: Final = 12
"""Addresses of Cashfree's that the connector uses."""


@pytest.fixture
async def fake() -> AsyncIterator[FakeCashfree]:
    fake = FakeCashfree()
    yield fake
    await fake.stop()


@pytest.fixture
async def account(fake: FakeCashfree) -> AsyncIterator[Processor]:
    client = ProcessorClient(f"http://127.0.0.1:{await fake.start()}", 20)
    yield CONNECTOR.build(CREDENTIALS, "test", client)
    await client.close()


async def a_life_of_everything(fake: FakeCashfree, account: Processor) -> None:
    """Every verb with every way to end; the reports; refusals and errors."""
    paid = await captured(account, fake)
    await account.refund(refund(paid, 20_000))
    fake.act("refund_in_dashboard", payment_id=paid.payment_id, amount=1_034)
    for status in ("pending", "onhold", "failed"):
        fake.act("refunds_become", status=status)
        await account.refund(refund(paid, 100))
    fake.act("refunds_become", status="succeeded")
    dispute = fake.act("dispute", payment_id=paid.payment_id)["id"]
    looked_up = replace(paid, kind="prepare", reference=paid.parent)
    await account.disputes_of(looked_up)
    fake.act("close_dispute", dispute=dispute, status="lost")
    await account.disputes_of(looked_up)
    await account.refunds_of(looked_up)
    part = await held(account, fake, amount=12_345)
    await account.capture(to_capture(replace(part, amount=234)))
    fake.act("release_as_refund", payment_id=part.payment_id)
    await account.refunds_of(part)
    await account.void(to_void(await held(account, fake)))
    by_upi = await prepared(account, method="upi")
    for code in ("bank_rejected", "Z9", "USER_DROPPED", "CANCELLED"):
        fake.act("decline", payment_id=by_upi.payment_id, code=code)
    fake.act("pay", payment_id=by_upi.payment_id)
    await account.look_up(by_upi)
    waiting = await prepared(account)
    fake.act("process_later", payment_id=waiting.payment_id)
    await account.close(replace(waiting, kind="close"))
    fake.act("decline", payment_id=waiting.payment_id)
    await account.close(replace(waiting, kind="close"))
    settled = fake.act("settle", fee=1_000, tax=180)
    [line async for line in account.settlements(date.fromisoformat(settled["day"]))]
    [one async for one in account.list_since(NOW)]
    [one async for one in account.refunds_since(NOW)]
    await account.look_up(payment())
    await account.capture(to_capture(by_upi))  # refused
    for kind, raised in (("refused_key", Misconfigured), ("too_many", NotSent), ("conflict", Unknown)):
        fake.fail(kind, "prepare")  # type: ignore[arg-type]
        with pytest.raises(raised):
            await prepare(account, payment())
    again = refund(paid, 300)
    await account.refund(again)
    with pytest.raises(Unknown):
        await account.refund(replace(again, amount=400))  # the same key with another body


async def test_every_request_and_every_answer_is_one_of_the_sdks(fake: FakeCashfree, account: Processor) -> None:
    await a_life_of_everything(fake, account)
    used, statuses = set(), set()
    for sent in fake.requests:
        if sent["operation"] == "check":
            continue  # an order that there is not
        used.add(call_of(sent["method"], sent["path"]))
        statuses.add(sent["status"])
        assert faults_of_call(sent) == [], sent
    assert len(used) == CALLS
    assert used <= addresses()
    assert statuses == {200, 400, 401, 404, 409, 422, 429}


async def test_the_judge_sees_what_is_wrong(fake: FakeCashfree, account: Processor) -> None:
    op = await prepared(account)
    fake.act("pay", payment_id=op.payment_id)
    await account.look_up(op)
    made, _, looked = fake.requests
    body = json.loads(made["body"])
    for wrong in (
        body | {"order_amount": "500.00"},
        body | {"order_amount": 0.5},
        body | {"order_ammount": 500},
        body | {"order_id": "x" * 46},
        body | {"customer_details": {"customer_id": "x1234", "customer_phone": "123"}},
        body | {"order_meta": {"payment_method": "upi"}},
    ):
        assert faults_of("CreateOrderRequest", wrong), wrong
    [paid] = json.loads(looked["answer"])
    for odd in ({"payment_status": "TAKEN"}, {"cf_payment_id": 1}, {"utr": "x"}, {"payment_method": {"cash": {}}}):
        assert faults_of("PaymentEntity", paid | odd), odd
    assert faults_of("PaymentEntity", paid) == []


async def test_every_notice_is_one_of_the_sdks(fake: FakeCashfree, account: Processor) -> None:
    """But for disputes, of which it has no type of a notice, only of the dispute in it."""
    await a_life_of_everything(fake, account)
    types = {"PAYMENT": "PaymentWebhook", "REFUND": "RefundWebhook", "AUTO": "RefundWebhook"}
    seen = set()
    for event in fake.events:
        kind = event["type"].partition("_")[0]
        body = {name: value for name, value in event.items() if name != "id"}
        if kind in types:
            assert faults_of(types[kind], body) == [], body
        else:
            told = event["data"]["dispute"] | {"order_details": event["data"]["order_details"]}
            assert faults_of("DisputesEntity", told) == [], body
        seen.add(event["type"])
    assert seen == {
        *("PAYMENT_SUCCESS_WEBHOOK", "PAYMENT_FAILED_WEBHOOK", "PAYMENT_USER_DROPPED_WEBHOOK"),
        *("REFUND_STATUS_WEBHOOK", "AUTO_REFUND_STATUS_WEBHOOK", "DISPUTE_CREATED", "DISPUTE_CLOSED"),
    }


def the_sdk_says(headers: dict[str, str], body: bytes, secret: str = CLIENT_SECRET) -> bool:
    sdk: Any = api_client.Cashfree(
        XEnvironment=api_client.Cashfree.SANDBOX, XClientId=CLIENT_ID, XClientSecret=secret
    )
    try:
        sdk.PGVerifyWebhookSignature(headers["x-webhook-signature"], body.decode(), headers["x-webhook-timestamp"])
    except Exception:
        return False
    return True


def we_say(headers: dict[str, str], body: bytes, *secrets: str) -> bool:
    now = datetime.fromtimestamp(time.time(), UTC)
    try:
        return bool(read_notice(headers, body, secrets or (CLIENT_SECRET,), now))
    except BadSignature:
        return False


async def test_what_the_fake_signs_the_sdk_verifies_and_we_accept(fake: FakeCashfree, account: Processor) -> None:
    op = await prepared(account)
    fake.act("pay", payment_id=op.payment_id)
    [event] = fake.events
    headers, body = fake.signed(event, CLIENT_SECRET, int(time.time()))
    assert the_sdk_says(headers, body) and we_say(headers, body)
    assert not the_sdk_says(headers, body, "another") and not we_say(headers, body, "another")
    assert we_say(headers, body, "another", CLIENT_SECRET), "while a secret is exchanged"
    written_anew = json.dumps(json.loads(body), separators=(",", ":")).encode()
    for changed in (written_anew, body + b"\n", body.replace(b"500", b"501")):
        assert not the_sdk_says(headers, changed) and not we_say(headers, changed)
    later = headers | {"x-webhook-timestamp": str(int(headers["x-webhook-timestamp"]) + 1)}
    assert not the_sdk_says(later, body) and not we_say(later, body)


def test_amounts_that_a_parser_would_write_anew_are_signed_as_they_were_sent() -> None:
    """`170.00` stays `170.00`: the warning of its documents."""
    body, at = (
        b'{"data":{"payment":{"payment_amount":170.00}},"type":"PAYMENT_SUCCESS_WEBHOOK"}',
        str(int(time.time())),
    )
    mac = hmac.new(CLIENT_SECRET.encode(), at.encode() + body, hashlib.sha256).digest()
    headers = {"x-webhook-timestamp": at, "x-webhook-signature": base64.b64encode(mac).decode()}
    assert the_sdk_says(headers, body) and we_say(headers, body)
    assert not we_say(headers, body.replace(b"170.00", b"170"))


@pytest.mark.parametrize("seconds", [TOLERANCE_SECONDS + 5, -TOLERANCE_SECONDS - 5])
async def test_a_stale_one_is_refused_by_us_alone(fake: FakeCashfree, account: Processor, seconds: int) -> None:
    """The SDK asks for no time."""
    op = await prepared(account)
    fake.act("pay", payment_id=op.payment_id)
    headers, body = fake.signed(fake.events[0], CLIENT_SECRET, int(time.time()) - seconds)
    assert the_sdk_says(headers, body) and not we_say(headers, body)


async def test_many_lives_at_once_are_asked_as_one(fake: FakeCashfree, account: Processor) -> None:
    """Every body is the same bytes for the same payment, whoever asks."""
    op = payment()
    await asyncio.gather(*(prepare(account, op) for _ in range(5)))
    assert len({(one["body"], one["headers"]["x-idempotency-key"]) for one in fake.requests}) == 1
    assert len(fake.orders) == 1
    assert datetime.now(UTC) - datetime.fromisoformat(fake.orders[op.payment_id]["created_at"]) < timedelta(
        hours=1
    )
