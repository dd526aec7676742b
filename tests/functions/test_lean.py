"""The short way: what goes it, that it counts once, and that nobody can tell it from the ordinary one."""

import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dev.redis import RedisServer
from tests.support.client import Merchant, at_once
from tests.support.envelope import expect_error
from tests.support.stack import Stack, eventually

NewStack = Callable[..., tuple[Stack, RedisServer]]


def left(answer: httpx.Response) -> int:
    return int(answer.headers["RateLimit-Remaining"])


def test_a_request_counts_once_whichever_way_it_goes_and_however_it_ends(new_stack: NewStack) -> None:
    stack, _ = new_stack(GATEWAY_RATE_LIMIT_KEY="100/100000", GATEWAY_RATE_LIMIT_ORDER="50/100000")
    stack.start("api")
    api = stack.test_merchant().api
    order = api.post("/orders", json={"amount": 500}).raise_for_status()
    body = {"order_id": order.json()["id"], "method": "upi", "vpa": "success@bank"}
    payment = api.post("/payments", json=body).raise_for_status()
    remaining = 98
    assert (left(order), payment.headers["RateLimit"]) == (99, '"key";r=98;t=2000, "order";r=49;t=2000')
    for answer in (
        api.get(f"/orders/{order.json()['id']}"),
        api.get(f"/orders/{order.json()['id']}", headers={"Origin": "https://shop.example"}),  # the ordinary way
        api.get(f"/payments/{payment.json()['id']}"),
        api.get("/orders/order_0000000000000000"),
        api.get("/orders/nonsense"),
        api.post("/orders", json={"amount": 1}),
        api.post("/orders", content=b"{"),
        api.post("/orders", json={"amount": 500}, headers={"Idempotency-Key": "é".encode()}),
        api.post("/orders", json={"amount": 500}, headers={"Idempotency-Key": "once"}),
        api.post("/orders", json={"amount": 500}, headers={"Idempotency-Key": "once"}),
        api.post("/orders", json={"amount": 501}, headers={"Idempotency-Key": "once"}),
        api.post("/payments", json=body | {"order_id": "order_0000000000000000"}),
        api.post("/payments", json={"order_id": 1}),
    ):
        remaining -= 1
        assert f'"key";r={remaining};' in answer.headers["RateLimit"], answer.request
    refused = api.post("/payments", json=body)
    assert refused.status_code == 400 and refused.headers["RateLimit"].startswith(f'"key";r={remaining - 1};')


def test_one_request_too_many_is_refused_by_the_short_way_s_routes(new_stack: NewStack) -> None:
    stack, _ = new_stack(GATEWAY_RATE_LIMIT_KEY="2/100000")
    stack.start("api")
    api = stack.test_merchant().api
    order = api.post("/orders", json={"amount": 500}).raise_for_status().json()
    api.get(f"/orders/{order['id']}").raise_for_status()
    for answer in (api.get(f"/orders/{order['id']}"), api.post("/orders", json={"amount": 500})):
        assert answer.status_code == 429
        expect_error(answer, "RATE_LIMITED")
        assert int(answer.headers["Retry-After"]) > 0 and left(answer) == 0


def test_the_request_id_and_the_request_log_are_those_of_the_ordinary_way(merchant: Merchant) -> None:
    given = {"X-Request-Id": "shop-1234567890"}
    order = merchant.api.post("/orders", json={"amount": 500}, headers=given)
    seen = merchant.api.get(f"/orders/{order.json()['id']}")
    assert order.headers["X-Request-Id"] == "shop-1234567890"
    assert seen.headers["X-Request-Id"].startswith("req_")

    def logged() -> list[dict[str, Any]] | None:
        found = merchant.api.get("/requests").raise_for_status().json()["data"]
        return found if len(found) >= 2 else None

    newest = eventually(logged, what="two lines of the request log")
    assert [(one["method"], one["status"], one["request_id"]) for one in newest[:2]] == [
        ("GET", 200, seen.headers["X-Request-Id"]),
        ("POST", 201, "shop-1234567890"),
    ]
    assert [one["key_id"] for one in newest[:2]] == [merchant.key] * 2


@pytest.mark.parametrize("parts", [1, 2, 30], ids=["whole", "in two", "in many"])
def test_a_body_may_come_in_parts(merchant: Merchant, parts: int) -> None:
    body = b'{"amount": 500, "receipt": "in parts", "notes": {"a": "b"}}'
    head = (
        f"POST /api/v1/orders HTTP/1.1\r\nHost: shop\r\n"
        f"X-Api-Key: {merchant.key}\r\nX-Api-Secret: {merchant.secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    address = merchant.base_url.removeprefix("http://").split(":")
    size = -(-len(body) // parts)
    with socket.create_connection((address[0], int(address[1])), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(head.encode())
        for start in range(0, len(body), size):
            connection.sendall(body[start : start + size])
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 201 ") and b'"receipt":"in parts"' in answer


def test_reads_of_the_same_moment_get_their_own_answers(merchant: Merchant, stack: Stack) -> None:
    orders = [merchant.order(500 + number) for number in range(20)]
    stranger = stack.merchant()

    def read(number: int) -> tuple[int, Any]:
        reader = stranger if number % 3 == 2 else merchant
        answer = reader.api.get(f"/orders/{orders[number % 20]['id']}")
        return answer.status_code, answer.json().get("amount")

    found = at_once(30, read)
    assert found == [(404, None) if number % 3 == 2 else (200, 500 + number % 20) for number in range(30)]


def test_what_was_said_is_in_the_log_when_the_process_has_ended(new_stack: NewStack) -> None:
    stack, _ = new_stack()
    stack.start("api")
    order = stack.test_merchant().api.post("/orders", json={"amount": 500}).raise_for_status()
    stack.api.stop()
    assert f'"request_id":"{order.headers["X-Request-Id"]}"' in stack.logs()


def test_what_is_nobody_s_fault_and_what_is_ours_are_answered_in_the_envelope(new_stack: NewStack) -> None:
    stack, _ = new_stack()
    stack.start("api")
    api = stack.test_merchant().api
    path = f"/orders/{api.post('/orders', json={'amount': 500}).raise_for_status().json()['id']}"
    stack.sql("REVOKE SELECT, INSERT ON orders FROM gateway_app")
    for answer in (api.get(path), api.post("/orders", json={"amount": 500})):
        expect_error(answer, "SERVICE_UNAVAILABLE")
        assert (answer.headers["Retry-After"], answer.headers["Should-Retry"]) == ("1", "true")
    stack.sql("GRANT SELECT, INSERT ON orders TO gateway_app")
    stack.sql("ALTER TABLE orders RENAME COLUMN currency TO renamed")
    for answer in (api.get(path), api.post("/orders", json={"amount": 500})):
        expect_error(answer, "INTERNAL_SERVER_ERROR")
        assert answer.headers["Cache-Control"] == "no-store"
        assert f'"request_id":"{answer.headers["X-Request-Id"]}"' in stack.logs()  # an error is written at once
    assert "Traceback" in stack.logs()
