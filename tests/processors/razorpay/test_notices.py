"""Webhooks: who sent them, and what they name."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.processors.protocol import BadSignature, Notice, Processor
from gateway.processors.razorpay.notices import read_notice
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.razorpay.support import captured, prepared, refund

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = "a webhook secret"


def read(headers: dict[str, str], body: bytes, *secrets: str) -> Notice:
    """The one notice of a request."""
    (notice,) = read_notice(headers, body, secrets or (SECRET,), NOW)
    return notice


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-razorpay-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


async def test_every_event_of_a_life_names_its_objects_and_ours(fake: FakeRazorpay, account: Processor) -> None:
    paid = await captured(account, fake)
    back = refund(paid, 20000)
    reference = (await account.refund(back)).reference
    dispute = fake.do_dispute(paid.payment_id, 1000)["id"]
    told = {event["event"]: read(*fake.signed(event, SECRET)) for event in fake.events}
    assert {kind: notice.topic for kind, notice in told.items()} == {
        "payment.authorized": "payment",
        "payment.captured": "payment",
        "order.paid": "payment",
        "refund.created": "refund",
        "refund.processed": "refund",
        "payment.dispute.created": "dispute",
    }
    for kind, notice in told.items():
        assert notice.type == kind
        assert paid.charge in notice.references
        assert paid.parent in notice.references
        assert paid.payment_id in notice.own_ids
        assert set(notice.references).isdisjoint(notice.own_ids)
    assert reference in told["refund.created"].references
    assert back.own_id in told["refund.created"].own_ids
    assert dispute in told["payment.dispute.created"].references


async def test_the_event_id_is_the_same_for_every_repeat(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    fake.do_pay(op.payment_id)
    headers, body = fake.signed(fake.events[0], SECRET)
    assert read(headers, body).event_id == headers["x-razorpay-event-id"] == fake.events[0]["id"]
    del headers["x-razorpay-event-id"]
    assert read(headers, body).event_id == hashlib.sha256(body).hexdigest()
    headers["x-razorpay-event-id"] = "'; no id --" * 100
    assert read(headers, body).event_id == hashlib.sha256(body).hexdigest()


def test_a_signature_that_another_program_made_fits() -> None:
    """`printf '{"event":"order.paid"}' | openssl dgst -sha256 -hmac secret`."""
    signature = "4a917a93c89c25faf8a35c3c2092a5f9f9930af7ac8a2a21128e4e9fe68af6a8"
    notice = read({"x-razorpay-signature": signature}, b'{"event":"order.paid"}', "secret")
    assert (notice.type, notice.topic) == ("order.paid", "payment")


@pytest.mark.parametrize("secrets", [("new", SECRET), (SECRET, "old")])
def test_either_of_two_secrets_fits(secrets: tuple[str, str]) -> None:
    body = b'{"event": "order.paid", "payload": {}}'
    assert read(signed(body), body, *secrets).type == "order.paid"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-razorpay-signature": ""},
        {"x-razorpay-signature": "0" * 64},
        {"x-razorpay-signature": "ünïcode"},
        signed(b'{"event": "order.paid"}', "another secret"),
    ],
    ids=["none", "empty", "wrong", "unicode", "another"],
)
def test_what_no_secret_fits_is_from_somebody_else(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        read_notice(headers, b'{"event": "order.paid"}', [SECRET], NOW)


@pytest.mark.parametrize("secrets", [[], [""]])
def test_no_secret_lets_nothing_in(secrets: list[str]) -> None:
    body = b"{}"
    with pytest.raises(BadSignature):
        read_notice(signed(body, ""), body, secrets, NOW)


def test_the_bytes_are_signed_and_not_the_meaning() -> None:
    """razorpay-node#96: a body that was parsed and written again has another signature."""
    body = b'{"event":"order.paid","payload":{}}'
    headers = signed(body)
    assert read(headers, body).type == "order.paid"
    with pytest.raises(BadSignature):
        read(headers, json.dumps(json.loads(body)).encode())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"not json", "unreadable"),
        (b"[" * 200_000, "unreadable"),
        (b"[1]", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (b"{}", "None"),
        (
            b'{"event": "subscription.charged", "payload": {"subscription": {"entity": {"id": "sub_1"}}}}',
            "subscription.charged",
        ),
        (
            b'{"event": "payment.downtime.started", "payload": {"payment.downtime": {}}}',
            "payment.downtime.started",
        ),
    ],
    ids=["text", "deep", "list", "bytes", "empty", "subscription", "downtime"],
)
def test_what_is_signed_and_not_known_is_told_and_names_nothing(body: bytes, kind: str) -> None:
    notice = read(signed(body), body)
    assert (notice.type, notice.references, notice.own_ids) == (kind, (), ())


def test_an_event_of_tomorrow_is_a_hint_all_the_same() -> None:
    entity: dict[str, Any] = {"id": "pay_AAAAAAAAAAAAAA", "order_id": "order_BBBBBBBBBBBBBB", "new": {"x": [1.5]}}
    body = json.dumps({"event": "wallet.debited", "payload": {"thing": {"entity": entity}}}).encode()
    notice = read(signed(body), body)
    assert notice.topic == "other"
    assert notice.references == ("pay_AAAAAAAAAAAAAA", "order_BBBBBBBBBBBBBB")
