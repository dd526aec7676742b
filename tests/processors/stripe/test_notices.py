"""Stripe's notices: who signed them, and what they are about."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.processors.protocol import BadSignature, Notice
from gateway.processors.stripe.notices import read_notice
from tests.processors.fakes.stripe import StripeFake
from tests.processors.stripe.asking import Shop, following

SECRET = "whsec_of_the_endpoint"
AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
INTENT = {"id": "pi_1", "latest_charge": "ch_1", "metadata": {"payment_id": "pay_0123456789abcdef"}}
EVENT = {"id": "evt_1", "type": "payment_intent.succeeded", "livemode": False, "data": {"object": INTENT}}


def signed(event: Any = EVENT, secret: str = SECRET, at: datetime = AT) -> tuple[dict[str, str], bytes]:
    """As the fake Stripe sends it."""
    return StripeFake().signed(event, secret, int(at.timestamp()))


def test_a_signed_notice_says_what_to_look_at() -> None:
    """Ids, ours and theirs; nothing else of it is taken."""
    headers, body = signed()
    assert read_notice(headers, body, [SECRET], AT) == [
        Notice("evt_1", "payment_intent.succeeded", "payment", ("pi_1", "ch_1"), ("pay_0123456789abcdef",), "test")
    ]


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_let_pass(seconds: int) -> None:
    """Clocks differ."""
    headers, body = signed()
    assert read_notice(headers, body, [SECRET], AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_notice_that_is_too_old_or_from_the_future_is_refused(seconds: int) -> None:
    """A replay is as well signed as the first."""
    headers, body = signed()
    with pytest.raises(BadSignature):
        read_notice(headers, body, [SECRET], AT + timedelta(seconds=seconds))


def test_a_wrong_secret_no_secret_and_an_empty_one_are_refused() -> None:
    """An HMAC with an empty key can be made by anybody."""
    headers, body = signed()
    forged_headers, forged = signed(secret="")
    for given, content, secrets in (
        (headers, body, ["whsec_other"]),
        (headers, body, []),
        (headers, body, [""]),
        (forged_headers, forged, [""]),
        (forged_headers, forged, ["", SECRET]),
    ):
        with pytest.raises(BadSignature):
            read_notice(given, content, secrets, AT)


def test_while_a_secret_is_rolled_either_holds() -> None:
    """Two of ours, or two signatures of theirs."""
    headers, body = signed(secret="whsec_old")
    assert read_notice(headers, body, ["whsec_new", "whsec_old"], AT)
    new, _ = signed(secret="whsec_new")
    both = f"{headers['stripe-signature']},v1={new['stripe-signature'].rpartition('=')[2]}"
    assert read_notice({"stripe-signature": both}, body, ["whsec_new"], AT)
    assert read_notice({"stripe-signature": both}, body, ["whsec_old"], AT)


def test_a_body_that_was_serialised_anew_is_refused() -> None:
    """statamic-cargo#190, razorpay-node#96: the signature is of bytes."""
    headers, body = signed()
    again = json.dumps(json.loads(body)).encode()
    assert json.loads(again) == json.loads(body)
    with pytest.raises(BadSignature):
        read_notice(headers, again, [SECRET], AT)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "v1=abc",
        "t=1764417600",
        "t=notatime,v1=abc",
        "t=-5,v1=abc",
        "t=99999999999999999999,v1=abc",
        "t=١٢٣,v1=abc",
        "t=1764417600,t=1764417601,v1=abc",
        "t=1764417600,v0=abc",
        "t=1764417600,v1=é",
        "nonsense",
    ],
)
def test_a_header_that_is_none_is_refused(header: str) -> None:
    """No error of another kind escapes."""
    _, body = signed()
    with pytest.raises(BadSignature):
        read_notice({"stripe-signature": header}, body, [SECRET], AT)
    with pytest.raises(BadSignature):
        read_notice({}, body, [SECRET], AT)


def test_only_the_scheme_v1_counts() -> None:
    """`v0` is of test events, and weaker."""
    headers, body = signed()
    with pytest.raises(BadSignature):
        read_notice({"stripe-signature": headers["stripe-signature"].replace("v1=", "v0=")}, body, [SECRET], AT)


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"null", b"\xff\xfe", b'"text"'])
def test_what_is_signed_and_no_event_is_refused(body: bytes) -> None:
    """Then Stripe sends it again, and it is seen."""
    headers = {"stripe-signature": _header(body)}
    with pytest.raises(BadSignature):
        read_notice(headers, body, [SECRET], AT)


def _header(body: bytes) -> str:
    import hashlib
    import hmac

    at = int(AT.timestamp())
    return f"t={at},v1={hmac.new(SECRET.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


THIN = {
    "id": "evt_2",
    "object": "v2.core.event",
    "type": "v1.payment_intent.succeeded",
    "livemode": True,
    "related_object": {"id": "pi_9", "type": "payment_intent", "url": "/v1/payment_intents/pi_9"},
}


def told(name: str, kind: Any, entity: Any, **more: Any) -> Any:
    """An event about an object."""
    return {"id": name, "type": kind, "data": {"object": entity}, **more}


@pytest.mark.parametrize(
    ("event", "topic", "references", "mode"),
    [
        (THIN, "payment", ("pi_9",), "live"),
        (told("evt_3", "charge.of_tomorrow", {"id": "ch_1"}), "payment", ("ch_1",), None),
        (told("evt_4", "invoice.paid", {"id": "in_1"}, livemode=False), "other", ("in_1",), "test"),
        (told("evt_5", "balance.available", {"object": "balance"}), "other", (), None),
        (told("evt_6", "refund.created", None), "refund", (), None),
        ({"id": "evt_7", "data": []}, "other", (), None),
        (told("evt_8", 5, {"id": 7, "charge": {"id": "ch_2"}}, livemode="yes"), "other", ("ch_2",), None),
    ],
)
def test_events_of_tomorrow_and_thin_ones_are_taken(
    event: Any, topic: str, references: tuple[str, ...], mode: str | None
) -> None:
    """Nothing of an event is believed, so nothing of it can be wrong."""
    headers, body = signed(event)
    [notice] = read_notice(headers, body, [SECRET], AT)
    assert (notice.event_id, notice.topic, notice.references, notice.mode) == (
        event["id"],
        topic,
        references,
        mode,
    )


def test_an_event_without_an_id_is_told_apart_by_its_bytes() -> None:
    """The same one twice is one, another is another."""
    ids = []
    for event in ({"type": "charge.failed"}, {"type": "charge.failed"}, {"type": "charge.expired"}):
        headers, body = signed(event)
        ids.append(read_notice(headers, body, [SECRET], AT)[0].event_id)
    assert ids[0] == ids[1] != ids[2]


def test_ids_that_are_none_of_ours_are_left_out() -> None:
    """Another program at the same account has metadata of its own."""
    entity = {"id": "pi_1", "metadata": {"payment_id": "order 17", "refund_id": "'; --"}}
    headers, body = signed({**EVENT, "data": {"object": entity}})
    assert read_notice(headers, body, [SECRET], AT)[0].own_ids == ()


async def test_the_events_of_a_payments_life_lead_to_it(shop: Shop) -> None:
    """Each names the intent or one of ours, and has its topic."""
    op = await shop.held()
    await shop.stripe.capture(following(op, "capture"))
    ask = following(op, "refund", 10_000)
    await shop.stripe.refund(ask)
    shop.fake.act("fail_refund", refund=ask.own_id)
    dispute = shop.fake.act("dispute", payment_id=op.payment_id)
    shop.fake.act("close_dispute", dispute=dispute["id"], status="won")
    seen = {}
    for event in shop.fake.events:
        headers, body = shop.fake.signed(event, SECRET, int(AT.timestamp()))
        [notice] = read_notice(headers, body, [SECRET], AT)
        assert op.reference in notice.references or op.payment_id in notice.own_ids, notice
        assert notice.mode == "test"
        seen[notice.type] = notice
    assert {kind: notice.topic for kind, notice in seen.items()} == {
        "payment_intent.created": "payment",
        "charge.succeeded": "payment",
        "payment_intent.amount_capturable_updated": "payment",
        "charge.captured": "payment",
        "payment_intent.succeeded": "payment",
        "refund.created": "refund",
        "charge.refunded": "refund",
        "refund.failed": "refund",
        "charge.refund.updated": "refund",
        "charge.dispute.created": "dispute",
        "charge.dispute.funds_withdrawn": "dispute",
        "charge.dispute.funds_reinstated": "dispute",
        "charge.dispute.closed": "dispute",
    }
    assert seen["refund.failed"].own_ids == (op.payment_id, ask.own_id)
    assert dispute["id"] in seen["charge.dispute.closed"].references
