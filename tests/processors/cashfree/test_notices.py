"""What a notice of Cashfree's is about. (Signatures: `tests/processors/judges/test_cashfree_sdk.py`.)"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.processors.cashfree.notices import read_notice
from gateway.processors.protocol import BadSignature, Notice

SECRET = "cfsk_ma_test_" + "secret"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PAY, RFND, UNEX = "pay_8sHk2LmNq0PzRtVw", "rfnd_8sHk2LmNq0PzRtVw", "unex_8sHk2LmNq0PzRtVw"


def read(body: str, at: str | None = None, **headers: str) -> Notice:
    moment = at or str(int(NOW.timestamp() * 1000))
    mac = hmac.new(SECRET.encode(), moment.encode() + body.encode(), hashlib.sha256).digest()
    signed = {"x-webhook-timestamp": moment, "x-webhook-signature": base64.b64encode(mac).decode()}
    [notice] = read_notice(signed | headers, body.encode(), [SECRET], NOW)
    return notice


@pytest.mark.parametrize(
    ("body", "topic", "own_ids", "references"),
    [
        (
            f'{{"data":{{"order":{{"order_id":"{PAY}","order_amount":2}},"payment":{{"cf_payment_id":1453002795}}}},'
            '"type":"PAYMENT_SUCCESS_WEBHOOK"}',
            "payment", (PAY,), ("1453002795",),
        ),
        (
            f'{{"type":"REFUND_STATUS_WEBHOOK","data":{{"refund":{{"cf_refund_id":"11325632","order_id": "{PAY}"'
            f',"cf_payment_id": "789727431", "refund_id": "{RFND}"}}}}}}',
            "refund", (PAY, RFND), ("11325632", "789727431"),
        ),
        (
            f'{{"type":"REFUND_STATUS_WEBHOOK","data":{{"refund":{{"refund_id":"{UNEX}-2"}}}}}}',
            "refund", (UNEX,), (),
        ),
        (
            '{"type":"AUTO_REFUND_STATUS_WEBHOOK","data":{"auto_refund":{"cf_refund_id":1,"cf_payment_id":2,'
            '"order_id":null}}}',
            "refund", (), ("1", "2"),
        ),
        (
            f'{{"type":"DISPUTE_CREATED","data":{{"dispute":{{"dispute_id":"433475258"}},"order_details":'
            f'{{"order_id":"{PAY}","cf_payment_id":885457437}}}}}}',
            "dispute", (PAY,), ("433475258", "885457437"),
        ),
        ('{"type":"SETTLEMENT_SUCCESS","data":{}}', "other", (), ()),
        ('{"type":"PAYMENT_SUCCESS_WEBHOOK","data":{"order":{"order_id":"their"}}}', "payment", (), ("their",)),
        ("no json", "other", (), ()),
        pytest.param("[" * 200_000, "other", (), (), id="deep"),
        ("[]", "other", (), ()),
    ],
)  # fmt: skip
def test_what_it_is_about(body: str, topic: str, own_ids: tuple[str, ...], references: tuple[str, ...]) -> None:
    notice = read(body)
    assert (notice.topic, notice.own_ids, notice.references) == (topic, own_ids, references)


def test_a_repeat_is_known_by_its_bytes_whatever_id_goes_along() -> None:
    """The id is not signed: whoever has caught a notice could send it again under another for a day."""
    body = '{"type":"PAYMENT_SUCCESS_WEBHOOK"}'
    key = "an id of a notice that was caught"
    assert read(body, **{"x-idempotency-key": key}).event_id == read(body).event_id
    assert read(body).event_id != read(body + " ").event_id


@pytest.mark.parametrize("at", ["", "soon", "-1", "9" * 17, "٣" * 13, "1617695238078"])
def test_a_time_that_is_none_or_long_ago_is_refused(at: str) -> None:
    with pytest.raises(BadSignature):
        read("{}", at or " ")


def test_a_time_in_seconds_is_one_as_well() -> None:
    assert read("{}", str(int(NOW.timestamp()))).topic == "other"


@pytest.mark.parametrize("secrets", [[], [""], ["another"], [SECRET + " "]])
def test_without_the_secret_nothing_is_taken(secrets: list[str]) -> None:
    moment = str(int(NOW.timestamp() * 1000))
    mac = hmac.new(SECRET.encode(), moment.encode() + b"{}", hashlib.sha256).digest()
    headers: dict[str, Any] = {
        "x-webhook-timestamp": moment,
        "x-webhook-signature": base64.b64encode(mac).decode(),
    }
    with pytest.raises(BadSignature):
        read_notice(headers, b"{}", secrets, NOW)
