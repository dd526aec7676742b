"""Razorpay's own SDK as a judge: of what our connector asks, of what the fake answers, of both signatures.

The SDK is pointed at the fake. A call that it makes and the same call of our connector must be one request: by its
method, path, query and body. What it reads of an answer, and what it takes for an error, the fake has to mean.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
import razorpay
from razorpay.errors import BadRequestError, ServerError, SignatureVerificationError

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Approved, Operation, Processor
from gateway.processors.razorpay.connector import CONNECTOR
from gateway.processors.razorpay.notices import read_notice
from gateway.processors.razorpay.prepare import order_body
from gateway.processors.razorpay.refund import refund_body
from gateway.processors.reading import plain_key
from tests.processors.fakes.razorpay import KEY_ID, KEY_SECRET, FakeRazorpay
from tests.processors.razorpay.conftest import CREDENTIALS
from tests.processors.razorpay.support import captured, look, payment, prepare, prepared, refund, to_capture

NOW = datetime(2026, 1, 1, tzinfo=UTC)
INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture
async def fake() -> AsyncIterator[FakeRazorpay]:
    fake = FakeRazorpay()
    yield fake
    await fake.stop()


@pytest.fixture
async def base_url(fake: FakeRazorpay) -> str:
    return f"http://127.0.0.1:{await fake.start()}"


@pytest.fixture
async def account(base_url: str) -> AsyncIterator[Processor]:
    client = ProcessorClient(base_url, 5, httpx.AsyncHTTPTransport(verify=False, trust_env=False))
    yield CONNECTOR.build(CREDENTIALS, "test", client)
    await client.close()


@pytest.fixture
def sdk(base_url: str) -> Any:
    return razorpay.Client(auth=(KEY_ID, KEY_SECRET), base_url=base_url)


async def ask(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """A call of the SDK, which blocks."""
    return await asyncio.to_thread(call, *arguments, **options)


def shape(sent: dict[str, Any]) -> tuple[str, str, dict[str, str], Any]:
    """A request, as far as it says what is wanted; which object it is about is left out."""
    fields = re.sub(r"(pay|rfnd)_\w+", r"\1_", json.dumps(sent["fields"], sort_keys=True))
    return sent["method"], re.sub(r"(pay|order)_\w+", r"\1_", sent["path"]), sent["query"], fields


async def test_an_order_is_asked_for_as_the_sdk_does(fake: FakeRazorpay, account: Processor, sdk: Any) -> None:
    op = payment()
    await prepare(account, op)
    order = await ask(sdk.order.create, order_body(op))
    ours, theirs = fake.requests
    assert shape(ours) == shape(theirs)
    assert ours["fields"] == theirs["fields"]
    assert order["entity"] == "order"
    assert ours["headers"]["content-type"] == theirs["headers"]["content-type"] == "application/json"


def test_an_order_has_the_keys_that_the_sdk_names() -> None:
    """`payment` is newer than its text: Razorpay's way to set how one order's payments are captured."""
    named = set(re.findall(r"'(\w+)' ?:", razorpay.resources.order.Order.create.__doc__ or ""))
    assert named == {"amount", "currency", "receipt", "notes", "payment_capture"}
    assert set(order_body(payment())) - named == {"payment"}


async def test_a_payment_is_looked_up_as_the_sdk_does(fake: FakeRazorpay, account: Processor, sdk: Any) -> None:
    op = await prepared(account)
    fake.do_pay(op.payment_id)
    fake.requests.clear()
    assert isinstance(await look(account, op), Approved)
    ours = [(one["method"], one["path"], one["query"]) for one in fake.requests]
    fake.requests.clear()
    order = await ask(sdk.order.fetch, op.reference)
    payments = await ask(sdk.order.payments, op.reference)
    assert [(one["method"], one["path"], one["query"]) for one in fake.requests] == ours
    assert payments["count"] == len(payments["items"]) == order["attempts"] == 1
    assert payments["items"][0]["order_id"] == order["id"]


async def test_an_order_is_found_by_its_receipt_as_the_sdk_does(
    fake: FakeRazorpay, account: Processor, sdk: Any
) -> None:
    op = payment()
    await prepare(account, op)
    await look(account, op)
    ours = next(one for one in fake.requests if one["query"].get("receipt"))
    found = await ask(sdk.order.all, {"receipt": op.payment_id, "count": 100, "skip": 0})
    assert (fake.requests[-1]["path"], fake.requests[-1]["query"]) == (ours["path"], ours["query"])
    assert [one["receipt"] for one in found["items"]] == [op.payment_id]


async def _held(account: Processor, fake: FakeRazorpay) -> Operation:
    op = await prepared(account)
    return to_capture(op, fake.do_pay(op.payment_id)["razorpay_payment_id"])


async def test_a_capture_is_asked_for_as_the_sdk_does(fake: FakeRazorpay, account: Processor, sdk: Any) -> None:
    first, second = await _held(account, fake), await _held(account, fake)
    fake.requests.clear()
    await account.capture(first)
    await ask(sdk.payment.fetch, second.charge, {"expand[]": "card"})
    taken = await ask(sdk.payment.capture, second.charge, second.amount, {"currency": "INR"})
    asked = [shape(one) for one in fake.requests]
    assert asked[:2] == asked[2:]
    assert taken["status"] == "captured"
    with pytest.raises(BadRequestError, match="already been captured"):
        await ask(sdk.payment.capture, second.charge, second.amount, {"currency": "INR"})


async def test_a_refund_is_asked_for_as_the_sdk_does(fake: FakeRazorpay, account: Processor, sdk: Any) -> None:
    paid = await captured(account, fake)
    first, second = refund(paid, 20000), refund(paid, 20000)
    fake.requests.clear()
    await account.refund(first)
    key = {"X-Refund-Idempotency": plain_key(second.key)}
    back = await ask(sdk.payment.refund, paid.charge, refund_body(second), headers=key)
    ours, theirs = fake.requests
    assert shape(ours) == shape(theirs)
    assert len(ours["headers"]["x-refund-idempotency"]) == len(theirs["headers"]["x-refund-idempotency"]) > 10
    assert (back["entity"], back["receipt"], back["amount"]) == ("refund", second.own_id, 20000)
    with pytest.raises(BadRequestError, match="same idempotency key"):
        await ask(sdk.payment.refund, paid.charge, {"amount": 100}, headers=key)


async def test_refunds_disputes_and_reports_are_read_as_the_sdk_does(
    fake: FakeRazorpay, account: Processor, sdk: Any
) -> None:
    op = refund(await captured(account, fake), 20000)
    reference = (await account.refund(op)).reference
    fake.do_dispute(op.payment_id, 100)
    (settlement,) = fake.do_settle()["payouts"]
    day = datetime.fromtimestamp(fake.now(), INDIA).date()
    fake.requests.clear()
    await account.refunds_of(op)
    await account.disputes_of(op)
    since = fake.now() - 60
    assert [one async for one in account.refunds_since(datetime.fromtimestamp(since, UTC))]
    _ = [line async for line in account.settlements(day)]
    ours = [(one["method"], one["path"], one["query"]) for one in fake.requests]
    fake.requests.clear()
    page = {"count": 100, "skip": 0}
    refunds = await ask(sdk.payment.fetch_multiple_refund, op.charge, page)
    await ask(sdk.payment.fetch, op.charge)
    disputes = await ask(sdk.dispute.all, page)
    await ask(sdk.refund.all, page | {"from": since})
    of_day = {"year": day.year, "month": day.month, "day": day.day, "count": 1000, "skip": 0}
    report = await ask(sdk.settlement.report, of_day)
    paid_out = await ask(sdk.settlement.fetch, settlement)
    assert [(one["method"], one["path"], one["query"]) for one in fake.requests] == ours
    assert [one["id"] for one in refunds["items"]] == [reference]
    assert (await ask(sdk.refund.fetch, reference))["payment_id"] == op.charge
    assert disputes["items"][0]["payment_id"] == op.charge
    assert sum(one["credit"] - one["debit"] for one in report["items"]) == paid_out["amount"]


async def test_what_the_fake_refuses_the_sdk_takes_for_a_refusal(
    fake: FakeRazorpay, base_url: str, sdk: Any
) -> None:
    for call in (
        lambda: sdk.order.create({"amount": 99, "currency": "INR"}),
        lambda: sdk.order.create({"amount": 100, "currency": "INR", "unique_receipt": True}),
        lambda: sdk.order.fetch("order_AAAAAAAAAAAAAA"),
        lambda: sdk.payment.refund("pay_AAAAAAAAAAAAAA", {}),
        lambda: razorpay.Client(auth=(KEY_ID, "wrong"), base_url=base_url).order.all(),
    ):
        with pytest.raises(BadRequestError):
            await ask(call)
    fake.fail("error_before", "check")
    with pytest.raises(ServerError):
        await ask(sdk.order.all)


# --- signatures


async def test_the_sdk_accepts_the_fakes_webhooks_and_so_do_we(
    fake: FakeRazorpay, account: Processor, sdk: Any
) -> None:
    await account.refund(refund(await captured(account, fake), 20000))
    assert len(fake.events) == 5
    for event in fake.events:
        headers, body = fake.signed(event, "a secret", 0)
        signature = headers["x-razorpay-signature"]
        assert sdk.utility.verify_webhook_signature(body.decode(), signature, "a secret")
        assert read_notice(headers, body, ["a secret"], NOW)[0].type == json.loads(body)["event"]
        with pytest.raises(SignatureVerificationError):
            sdk.utility.verify_webhook_signature(body.decode() + " ", signature, "a secret")


async def test_the_sdk_accepts_what_the_fakes_form_hands_to_the_page(
    fake: FakeRazorpay, account: Processor, sdk: Any
) -> None:
    op = await prepared(account)
    told = fake.do_pay(op.payment_id)
    assert sdk.utility.verify_payment_signature(told)
    with pytest.raises(SignatureVerificationError):
        sdk.utility.verify_payment_signature(told | {"razorpay_payment_id": "pay_AAAAAAAAAAAAAA"})
