"""The receiver counts each event once and believes only what verifies; the signers here are independent."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest
import razorpay  # type: ignore[import-untyped]
from standardwebhooks import Webhook

from benchmarks.receiver.handle import Receiver
from benchmarks.receiver.signatures import legacy_signature_holds, standard_signature_holds

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
BODY = json.dumps({"event": "payment.success", "data": {"payment": {"id": "pay_1"}}}).encode()


def standard_headers(body: bytes) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": "v1,bm90IHRoaXM= " + Webhook(SECRET).sign("evt_1", now, body.decode()),
    }


def legacy_headers(body: bytes) -> dict[str, str]:
    signature = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    assert razorpay.Utility().verify_webhook_signature(body.decode(), signature, SECRET)
    return {"x-webhook-signature": signature}


def test_what_the_independent_packages_sign_and_accept_is_verified() -> None:
    assert legacy_signature_holds(SECRET, BODY, legacy_headers(BODY))
    assert standard_signature_holds(SECRET, BODY, standard_headers(BODY))


@pytest.mark.parametrize("changed", [BODY + b" ", BODY.replace(b"pay_1", b"pay_2")])
def test_a_changed_byte_is_refused_by_both_schemes(changed: bytes) -> None:
    assert not legacy_signature_holds(SECRET, changed, legacy_headers(BODY))
    assert standard_signature_holds(SECRET, changed, standard_headers(BODY)) is False


def test_a_gateway_without_the_standard_headers_cannot_be_judged_by_them() -> None:
    assert standard_signature_holds(SECRET, BODY, legacy_headers(BODY)) is None


def test_deliveries_are_counted_once_timed_and_verified() -> None:
    headers = legacy_headers(BODY) | standard_headers(BODY)
    with Receiver() as receiver:
        receiver.reset(SECRET, verify_every=1)
        for body in (BODY, BODY, BODY.replace(b"pay_1", b"pay_2"), b"no event"):
            connection = HTTPConnection("127.0.0.1", receiver.port)
            connection.request("POST", "/webhook", body, headers)
            assert connection.getresponse().status == 200
            connection.close()
        counts = receiver.counts()
        assert counts == {
            "payment.success": 2,
            "events": 2,
            "duplicates": 1,
            "unreadable": 1,
            "legacy_verified": 1,
            "legacy_refused": 1,
            "standard_verified": 1,
            "standard_refused": 1,
        }
        assert receiver.arrivals().keys() == {"pay_1", "pay_2"}
        receiver.reset(SECRET)
        assert receiver.counts() == {}
