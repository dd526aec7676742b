"""Clients that offer another protocol on the way: the offer is ignored (RFC 9110, 7.8), the body is not."""

import json
from typing import Any

import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack
from tests.support.wire import Wire, WireAnswer, chunked, request_bytes

H2C = {
    "Connection": "Upgrade, HTTP2-Settings",
    "Upgrade": "h2c",
    "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
}
OFFERS = {
    "h2c": H2C,
    "websocket": {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    },
    "unknown": {"connection": "keep-alive, upgrade", "upgrade": "IRC/6.9, RTA/x11"},
    "two": {"Connection": "upgrade", "Upgrade": "h2c, websocket"},
}
JSON = {"Content-Type": "application/json"}


def keys(merchant: Merchant) -> dict[str, str]:
    return JSON | {"X-Api-Key": merchant.key, "X-Api-Secret": merchant.secret}


def ask(stack: Stack, *parts: bytes) -> WireAnswer:
    with Wire(stack.port) as wire:
        return wire.ask(*parts)


def authorised(merchant: Merchant) -> dict[str, Any]:
    return merchant.settled(merchant.upi(merchant.order(capture="manual")))


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_a_capture_takes_what_its_body_says(stack: Stack, merchant: Merchant, offer: dict[str, str]) -> None:
    path = f"/api/v1/payments/{authorised(merchant)['id']}/capture"
    answer = ask(stack, request_bytes("POST", path, keys(merchant) | offer, b'{"amount":100}'))
    assert (answer.status, answer.json["amount_captured"]) == (200, 100)


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_a_body_in_chunks_is_read(stack: Stack, merchant: Merchant, offer: dict[str, str]) -> None:
    head = request_bytes("POST", "/api/v1/orders", keys(merchant) | offer | {"Transfer-Encoding": "chunked"})
    body = chunked(b'{"amount":', b"777}", trailers=b"X-Api-Key: key_of_a_stranger\r\n")
    for parts in ([head + body], [head, body], [head[:30], head[30:] + body[:5], body[5:]]):
        answer = ask(stack, *parts)
        assert (answer.status, answer.json["amount"]) == (201, 777)


def test_a_body_that_comes_byte_by_byte_is_read(stack: Stack, merchant: Merchant) -> None:
    sent = request_bytes("POST", "/api/v1/orders", keys(merchant) | H2C, b'{"amount":777}')
    answer = ask(stack, *(bytes([byte]) for byte in sent))
    assert (answer.status, answer.json["amount"]) == (201, 777)


def test_a_large_body_is_read_and_one_over_the_limit_is_a_413(stack: Stack, merchant: Merchant) -> None:
    for length, status in ((200_000, 400), (400_000, 413)):
        body = json.dumps({"amount": 500, "receipt": "x" * length}).encode()
        answer = ask(stack, request_bytes("POST", "/api/v1/orders", keys(merchant) | H2C, body))
        assert answer.status == status, answer.body


def test_another_body_under_one_key_is_a_422(stack: Stack, merchant: Merchant) -> None:
    headers = keys(merchant) | H2C | {"Idempotency-Key": "one"}
    with Wire(stack.port) as wire:
        answers = [
            wire.ask(request_bytes("POST", "/api/v1/orders", headers, b'{"amount":%d}' % amount))
            for amount in (500, 500, 501)
        ]
    assert [answer.status for answer in answers] == [201, 201, 422]
    assert answers[1].headers["idempotent-replayed"] == "true"


def test_requests_that_follow_on_the_connection_are_answered(stack: Stack, merchant: Merchant) -> None:
    """In one packet: each with its offer and its body, and one without at the end."""
    sent = [
        request_bytes("POST", "/api/v1/orders", keys(merchant) | offer, b'{"amount":%d}' % (1000 + number))
        for number, offer in enumerate([*OFFERS.values(), {}])
    ]
    with Wire(stack.port) as wire:
        wire.send(b"".join(sent))
        amounts = [wire.read().json["amount"] for _ in sent]
        assert amounts == [1000, 1001, 1002, 1003, 1004]
        assert wire.ask(request_bytes("GET", "/health", H2C)).status == 200


def test_who_waits_for_100_continue_gets_it_and_then_the_answer(stack: Stack, merchant: Merchant) -> None:
    body = b'{"amount":777}'
    headers = keys(merchant) | H2C | {"Expect": "100-continue"}
    with Wire(stack.port) as wire:
        head = request_bytes("POST", "/api/v1/orders", headers, body)[: -len(body)]
        assert wire.ask(head).status == 100
        answer = wire.ask(body)
        assert (answer.status, answer.json["amount"]) == (201, 777)


def test_an_offer_without_a_body_is_an_ordinary_request(stack: Stack) -> None:
    for offer in OFFERS.values():
        assert ask(stack, request_bytes("GET", "/health", offer)).status == 200
        assert ask(stack, request_bytes("HEAD", "/docs", offer)).status == 200


def test_an_offer_without_its_connection_option_is_no_offer(stack: Stack, merchant: Merchant) -> None:
    headers = keys(merchant) | {"Upgrade": "h2c"}
    assert ask(stack, request_bytes("POST", "/api/v1/orders", headers, b'{"amount":777}')).status == 201


def test_a_tunnel_is_refused_and_opens_nothing(stack: Stack) -> None:
    with Wire(stack.port) as wire:
        wire.send(b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n" + request_bytes("GET", "/health"))
        assert wire.read().code == "BAD_REQUEST_ERROR"
        assert wire.is_closed(5)


@pytest.mark.parametrize("offer", [{}, H2C], ids=["plain", "h2c"])
def test_a_body_that_was_announced_and_is_empty_is_not_no_body(
    stack: Stack, merchant: Merchant, offer: dict[str, str]
) -> None:
    """A proxy that has lost it on the way must not turn a part into the whole."""
    payment = authorised(merchant)
    headers = keys(merchant) | offer | {"Transfer-Encoding": "chunked"}
    path = f"/api/v1/payments/{payment['id']}"
    for action in ("capture", "cancel"):
        answer = ask(stack, request_bytes("POST", f"{path}/{action}", headers) + chunked())
        assert (answer.status, answer.code) == (400, "BAD_REQUEST_ERROR"), answer.body
    assert merchant.payment(payment["id"])["amount_captured"] == 0


@pytest.mark.parametrize("body", [b"", None], ids=["length 0", "no length"])
def test_no_body_where_none_was_announced_takes_all(stack: Stack, merchant: Merchant, body: bytes | None) -> None:
    path = f"/api/v1/payments/{authorised(merchant)['id']}/capture"
    answer = ask(stack, request_bytes("POST", path, keys(merchant), body))
    assert (answer.status, answer.json["amount_captured"]) == (200, 50_000)


def test_a_body_that_is_cut_short_changes_nothing(stack: Stack, merchant: Merchant) -> None:
    payment = authorised(merchant)
    sent = request_bytes(
        "POST", f"/api/v1/payments/{payment['id']}/capture", keys(merchant) | H2C, b'{"amount":100}'
    )
    for cut in (14, 1):
        with Wire(stack.port) as wire:
            wire.send(sent[:-cut])
    assert merchant.payment(payment["id"])["amount_captured"] == 0
