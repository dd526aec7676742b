"""Which pages in a browser may call the API."""

from collections.abc import Callable

import httpx
import pytest

from dev.redis import RedisServer
from tests.support.client import Merchant
from tests.support.stack import Stack

DASHBOARD = "http://localhost:3000"
CHECKOUT = "http://localhost:3001"
STRANGER = "https://shop.example"


def preflight(stack: Stack, path: str, origin: str, method: str = "POST", headers: str = "") -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    if headers:
        asked["Access-Control-Request-Headers"] = headers
    return httpx.options(stack.base_url + path, headers=asked)


def allowed(answer: httpx.Response) -> str | None:
    return answer.headers.get("access-control-allow-origin")


def test_the_dashboards_pages_may_call_everything(stack: Stack) -> None:
    headers = "x-api-key, x-api-secret, content-type, idempotency-key, x-csrf-token, x-gateway-mode"
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        answer = preflight(stack, "/api/v1/orders", DASHBOARD, method, headers)
        assert answer.status_code == 200
        assert allowed(answer) == DASHBOARD
        assert answer.headers["access-control-allow-credentials"] == "true"


def test_the_checkouts_pages_may_call_what_any_page_may_and_nothing_with_a_log_in(stack: Stack) -> None:
    """Merchants' names are shown there: were one to get a script in, no session would be in its reach."""
    for path in ("/session", "/payments", "/keys", "/webhooks/endpoints", "/checkout/settings"):
        answer = httpx.get(f"{stack.base_url}/api/v1{path}", headers={"Origin": CHECKOUT, "Cookie": "a=b"})
        assert allowed(answer) is None
        assert allowed(preflight(stack, f"/api/v1{path}", CHECKOUT, "GET", "x-csrf-token")) is None


@pytest.mark.parametrize(
    "origin",
    [
        STRANGER,
        CHECKOUT,
        "null",
        "http://localhost:3000.evil.example",
        "https://localhost:3000",
        "http://LOCALHOST:3000",
    ],
)
def test_other_pages_may_not_call_the_merchants_routes(stack: Stack, merchant: Merchant, origin: str) -> None:
    answer = preflight(stack, "/api/v1/orders", origin, "POST", "x-api-key")
    assert answer.status_code == 204
    assert allowed(answer) is None
    assert "access-control-allow-credentials" not in answer.headers
    read = merchant.api.get("/orders", headers={"Origin": origin})
    assert read.status_code == 200  # servers send no origin; whether a page may read it, the browser decides
    assert allowed(read) is None


@pytest.mark.parametrize("origin", [STRANGER, DASHBOARD, CHECKOUT, "null"])
def test_any_page_may_call_the_shoppers_routes_without_credentials(
    stack: Stack, merchant: Merchant, origin: str
) -> None:
    order = merchant.order()
    for path, method in (("/payments/public", "POST"), (f"/orders/{order['id']}/public", "GET")):
        answer = preflight(stack, f"/api/v1{path}", origin, method, "content-type, idempotency-key")
        assert answer.status_code == 200
        assert allowed(answer) == "*"
        assert "access-control-allow-credentials" not in answer.headers
    read = httpx.get(f"{stack.base_url}/api/v1/orders/{order['id']}/public", headers={"Origin": origin})
    assert allowed(read) == "*"


def test_a_page_may_not_send_keys_to_the_shoppers_routes(stack: Stack) -> None:
    answer = preflight(stack, "/api/v1/payments/public", STRANGER, "POST", "x-api-secret")
    assert allowed(answer) is None


def test_no_rule_is_a_star_with_credentials(stack: Stack) -> None:
    for path in ("/api/v1/orders", "/api/v1/payments/public", "/health", "/docs", "/nothing"):
        for origin in (STRANGER, DASHBOARD, CHECKOUT):
            answer = httpx.get(stack.base_url + path, headers={"Origin": origin, "Cookie": "a=b"})
            assert not (allowed(answer) == "*" and "access-control-allow-credentials" in answer.headers)


def test_a_page_can_read_errors_and_the_headers_it_needs(stack: Stack) -> None:
    for path, method, status in (
        ("/api/v1/orders", "GET", 401),
        ("/api/v1/nothing", "GET", 404),
        ("/api/v1/orders", "DELETE", 405),
    ):
        answer = httpx.request(method, stack.base_url + path, headers={"Origin": DASHBOARD})
        assert answer.status_code == status
        assert allowed(answer) == DASHBOARD
        exposed = answer.headers["access-control-expose-headers"].lower()
        assert {"x-request-id", "idempotent-replayed", "retry-after"} <= set(exposed.replace(" ", "").split(","))
        assert "origin" in answer.headers["vary"].lower()


def test_origins_are_added_by_a_setting(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> None:
    stack, _ = new_stack(
        GATEWAY_CORS_ORIGINS=f" {STRANGER.upper()}:443/ ,https://other.example",
        GATEWAY_DASHBOARD_URL="https://Dashboard.example:443/",
        GATEWAY_TEST_MODE_PUBLIC="true",
    )
    stack.start("api")
    for origin in (STRANGER, "https://other.example", "https://dashboard.example"):
        assert allowed(preflight(stack, "/api/v1/orders", origin)) == origin
    assert allowed(preflight(stack, "/api/v1/orders", DASHBOARD)) is None
