"""The signature doctor names what is wrong."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from gateway.webhooks.signatures.doctor import Case, diagnose
from gateway.webhooks.signatures.problems import KnownSecret
from gateway.webhooks.signatures.sign import new_webhook_secret, webhook_headers

NOW = time.time()
SECRET, OLD, ANOTHER = (new_webhook_secret() for _ in range(3))
PADDED = "whsec_ab+/cd+/ef+/gh+/ij+/kl+/mn+/op+/qr+/st+/uv="
KNOWN = [KnownSecret("we_one", SECRET, "current"), KnownSecret("we_two", ANOTHER, "current")]
BODY = '{"event":"payment.success","data":{"payment":{"id":"pay_1","vpa":"ü@bank"}},"id":"evt_1"}'.encode()
CASE = Case(BODY, webhook_headers([SECRET], "evt_1", int(NOW), BODY), BODY, None, NOW)


def codes(case: Case, known: list[KnownSecret] = KNOWN) -> list[str]:
    answer = diagnose(case, known)
    assert answer["valid"] is all(
        one["code"] in ("missing_header", "previous_secret") for one in answer["problems"]
    )
    assert all(one["message"] and one["fix"] for one in answer["problems"])
    return [one["code"] for one in answer["problems"]]


def test_a_good_webhook_is_well() -> None:
    assert diagnose(CASE, KNOWN) == {
        "valid": True,
        "legacy": True,
        "standard": True,
        "endpoint_id": "we_one",
        "event_id": "evt_1",
        "problems": [],
    }
    Webhook(SECRET).verify(BODY, webhook_headers([SECRET], "evt_1", int(time.time()), BODY))


CHANGED: list[tuple[str, bytes]] = [
    ("trailing_newline", BODY + b"\n"),
    ("trailing_newline", BODY + b"\r\n"),
    ("byte_order_mark", b"\xef\xbb\xbf" + BODY),
    ("whitespace", b"  " + BODY + b" "),
    ("reserialised_body", json.dumps(json.loads(BODY)).encode()),
    ("reserialised_body", json.dumps(json.loads(BODY), indent=2, ensure_ascii=False).encode()),
    ("reserialised_body", json.dumps(json.loads(BODY), sort_keys=True, separators=(",", ":")).encode()),
    ("other_content", BODY.replace(b"pay_1", b"pay_2")),
    ("other_content", b"garbage"),
    ("other_content", b""),
]


@pytest.mark.parametrize(("code", "body"), CHANGED)
def test_a_changed_body_is_told_from_how_it_changed(code: str, body: bytes) -> None:
    assert codes(replace(CASE, body=body)) == [code]


@pytest.mark.parametrize(("code", "body"), [row for row in CHANGED if row[0] != "other_content"][:6])
def test_the_event_need_not_be_known_for_the_usual_changes(code: str, body: bytes) -> None:
    assert codes(replace(CASE, body=body, sent=None)) == [code]


def test_the_clock_is_checked_both_ways() -> None:
    assert codes(replace(CASE, now=NOW + 299)) == []
    for off in (400, -400):
        assert codes(replace(CASE, now=NOW + off)) == ["timestamp_out_of_tolerance"]
    assert "bad_timestamp" in codes(replace(CASE, headers=dict(CASE.headers) | {"webhook-timestamp": "yesterday"}))


def test_headers_that_are_missing_or_anothers() -> None:
    legacy = {"X-Webhook-Signature": CASE.headers["X-Webhook-Signature"]}
    assert codes(replace(CASE, headers=legacy)) == ["missing_header"]
    assert codes(replace(CASE, headers={"Content-Type": "application/json"})) == ["no_signature"]
    assert codes(replace(CASE, headers={"X-Razorpay-Signature": "x"})) == ["wrong_header"]
    standard = {name: value for name, value in CASE.headers.items() if name != "X-Webhook-Signature"}
    assert diagnose(replace(CASE, headers=standard), KNOWN)["standard"] is True


def test_rotated_secrets() -> None:
    old = replace(CASE, headers=webhook_headers([OLD], "evt_1", int(NOW), BODY))
    assert codes(old, [*KNOWN, KnownSecret("we_one", OLD, "previous")]) == ["previous_secret"]
    assert codes(old, [*KNOWN, KnownSecret("we_one", OLD, "expired")]) == ["old_secret"]
    assert codes(old) == ["unknown_signer"]
    both = replace(CASE, headers=webhook_headers([SECRET, OLD], "evt_1", int(NOW), BODY))
    assert codes(both, [*KNOWN, KnownSecret("we_one", OLD, "previous")]) == []


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (SECRET, []),
        (ANOTHER, ["other_endpoints_secret"]),
        (SECRET + "\n", ["secret_has_whitespace"]),
        (SECRET.removeprefix("whsec_"), ["secret_without_prefix"]),
        (f'"{SECRET}"', ["secret_is_quoted"]),
        (f" '{SECRET}'\n", ["secret_is_quoted"]),
        (f"v1,{SECRET}", ["secret_has_version"]),
        (PADDED.rstrip("="), ["secret_is_respelled"]),
        (PADDED.replace("+", "-").replace("/", "_"), ["secret_is_respelled"]),
        (f'"v1,{PADDED.rstrip("=")}"', ["secret_is_respelled"]),
        ("whsec_nonsense", ["unknown_secret"]),
        ("whsec_", ["unknown_secret"]),
        ('""', ["unknown_secret"]),
        ("", ["unknown_secret"]),
    ],
    ids=[
        "its own",
        "another's",
        "with whitespace",
        "without prefix",
        "quoted",
        "quoted with whitespace",
        "with v1",
        "unpadded",
        "url-safe",
        "all at once",
        "nonsense",
        "prefix only",
        "quotes only",
        "nothing",
    ],
)
def test_the_receivers_own_secret_is_checked(own: str, expected: list[str]) -> None:
    known = [*KNOWN, KnownSecret("we_one", PADDED, "current")]
    assert codes(replace(CASE, own_secret=own), known) == expected


@pytest.mark.parametrize(
    "headers",
    [
        {"x-webhook-signature": "é", "webhook-signature": "v1,é", "webhook-timestamp": "٣", "webhook-id": "\x00"},
        {"webhook-signature": "v1," * 1000, "webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "-1", "x-webhook-signature": ""},
    ],
)
def test_nonsense_does_no_harm(headers: dict[str, Any]) -> None:
    assert diagnose(replace(CASE, headers=headers), KNOWN)["valid"] is False
    assert diagnose(replace(CASE, headers=headers, body=b"[" * 100_000, sent=None), KNOWN)["valid"] is False
