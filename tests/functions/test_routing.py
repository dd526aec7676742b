"""Routes and methods, there and not there: 404 and 405."""

import base64
from collections.abc import Callable

import httpx
import pytest

from dev.redis import RedisServer
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/orders/order_8sHk2LmNq0PzRtVw",
        "/api/v1/orders/1",
        "/api/v1/orders/%00",
        "/api/v1/orders/%ff",
        "/api/v1/orders/order_8sHk2LmNq0PzRtV%0a",
        "/api/v1/orders/" + "x" * 5000,
        "/api/v1/orders/pay_8sHk2LmNq0PzRtVw",
        "/api/v1/orders/order_8sHk2LmNq0PzRtVw/public",
        "/api/v1/payments/pay_8sHk2LmNq0PzRtVw",
        "/api/v1/payments/pay_8sHk2LmNq0PzRtVw/public",
        "/api/v1/payments/nothing/refunds",
        "/api/v1/refunds/rfnd_8sHk2LmNq0PzRtVw",
        "/api",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v2/orders",
        "/api/v1/orders/",
        "//api/v1/orders",
        "/api/v1/orders/order_8sHk2LmNq0PzRtVw/",
        "/health/",
        "/wp-login.php",
        "/.env",
    ],
    ids=lambda path: path[:50],
)
def test_what_is_not_there_is_a_404(merchant: Merchant, path: str) -> None:
    answer = httpx.get(merchant.base_url + path, headers=merchant.api.headers)
    expect_error(answer, "NOT_FOUND_ERROR")


def test_an_unknown_route_needs_no_credentials_to_be_unknown(stack: Stack) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND"):
        answer = httpx.request(method, f"{stack.base_url}/api/v1/nothing")
        assert answer.status_code == 404
        if method != "HEAD":
            expect_error(answer, "NOT_FOUND_ERROR", "No such route")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/api/v1/orders", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/api/v1/payments/public", "OPTIONS, POST"),
        ("GET", "/api/v1/payments/public", "OPTIONS, POST"),
        ("PATCH", "/api/v1/refunds/x", "GET, HEAD, OPTIONS"),
        ("POST", "/api/v1/orders/x", "GET, HEAD, OPTIONS"),
        ("GET", "/api/v1/payments/x/capture", "OPTIONS, POST"),
        ("PROPFIND", "/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_a_405_that_lists_the_right_ones(
    stack: Stack, method: str, path: str, allow: str
) -> None:
    answer = httpx.request(method, stack.base_url + path)
    expect_error(answer, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == allow


def test_options_lists_the_methods_of_a_route(stack: Stack) -> None:
    answer = httpx.options(f"{stack.base_url}/api/v1/orders")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/payments", "/health", "/api/v1/nothing"])
def test_head_is_get_without_the_body(merchant: Merchant, path: str) -> None:
    url, headers = merchant.base_url + path, merchant.api.headers
    get, head = httpx.get(url, headers=headers), httpx.head(url, headers=headers)
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "cache-control"):
        assert head.headers[name] == get.headers[name]


def test_test_routes_are_absent_in_live_mode(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> None:
    stack, _ = new_stack(TEST_MODE="false", GATEWAY_MASTER_KEY=base64.b64encode(bytes(32)).decode())
    stack.start("api")
    for path in ("/merchant", "/jobs/status", "/processor/pay_8sHk2LmNq0PzRtVw"):
        answer = httpx.get(f"{stack.base_url}/api/v1/test{path}")
        expect_error(answer, "NOT_FOUND_ERROR", "No such route")


def test_head_of_a_stream_makes_no_stream(merchant: Merchant) -> None:
    """On one connection: what is still being answered would keep the next answer waiting."""
    payment = merchant.settled(merchant.upi(merchant.order(), "pending@bank"), "requires_action")
    limits = httpx.Limits(max_connections=1)
    with httpx.Client(
        base_url=merchant.base_url, headers=merchant.api.headers, timeout=5, limits=limits
    ) as client:
        stream = client.head(f"/api/v1/checkout/payments/{payment['id']}/events/public")
        assert stream.headers["content-type"].startswith("text/event-stream")
        file = client.head("/api/v1/orders", headers={"Accept": "text/csv"})
        assert file.headers["content-disposition"] == 'attachment; filename="orders.csv"'
        for head in (stream, file):
            assert (head.status_code, head.content) == (200, b"")
        assert client.get("/health").status_code == 200
