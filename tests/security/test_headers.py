"""Every answer of the API tells browsers how little they may do with it."""

from collections.abc import Callable

import httpx
import pytest

from dev.redis import RedisServer
from tests.support.client import Merchant
from tests.support.stack import Stack

USUAL = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/api/v1/orders", 401),
        ("GET", "/api/v1/nothing", 404),
        ("PATCH", "/api/v1/orders", 405),
        ("OPTIONS", "/api/v1/orders", 204),
        ("POST", "/api/v1/session", 400),
        ("HEAD", "/api/v1/orders/order_0000000000000000/public", 404),
    ],
)
def test_answers_of_the_api(stack: Stack, method: str, path: str, status: int) -> None:
    answer = httpx.request(method, f"{stack.base_url}{path}")
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in USUAL} == USUAL
    assert "server" not in answer.headers and "strict-transport-security" not in answer.headers


def test_an_answer_with_money_in_it(merchant: Merchant) -> None:
    answer = merchant.api.get(f"/orders/{merchant.order()['id']}")
    assert {name: answer.headers.get(name) for name in USUAL} == USUAL


def test_a_page_has_its_own_policy(stack: Stack) -> None:
    answer = httpx.get(f"{stack.base_url}/docs/errors")
    assert answer.headers.get_list("content-security-policy")[0].startswith("default-src 'none'; style-src 'self'")
    assert len(answer.headers.get_list("content-security-policy")) == 1
    assert answer.headers["cache-control"] == "public, max-age=300"


def test_on_https_browsers_never_come_back_without_it(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    stack, _ = new_stack(GATEWAY_API_URL="https://api.example.com", GATEWAY_TEST_MODE_PUBLIC="true")
    stack.start("api")
    answer = httpx.get(f"{stack.base_url}/health")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
