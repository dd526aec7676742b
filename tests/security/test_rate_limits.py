"""Rate limits of the running product: headers, 429s, and what still works without Redis."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from dev.redis import RedisServer
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack, eventually

LIMITS = {
    "GATEWAY_RATE_LIMIT_KEY": "40/2000",
    "GATEWAY_RATE_LIMIT_ADDRESS": "20/20",
    "GATEWAY_RATE_LIMIT_ORDER": "3/2000",
    "GATEWAY_RATE_LIMIT_CONTROL": "5/2000",
    "GATEWAY_RATE_LIMIT_SIGN_IN": "4/2000",
}


@pytest.fixture(scope="module")
def limited(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stack, RedisServer]]:
    """The product with small limits and a Redis of its own."""
    from tests.conftest import TEMPLATE
    from tests.support.stack import copy_database, database_of

    folder = tmp_path_factory.mktemp("limited")
    redis = RedisServer(folder / "redis")
    redis.start()
    postgres = request.getfixturevalue("postgres")
    stack = Stack(copy_database(database_of(postgres.url, "postgres"), TEMPLATE), redis.url, folder, LIMITS)
    stack.start()
    yield stack, redis
    stack.stop()
    redis.stop()


@pytest.fixture
def shop(limited: tuple[Stack, RedisServer]) -> Merchant:
    stack, _ = limited
    made = stack.merchant()
    stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (made.key,))
    return made


def until_429(ask: Callable[[], httpx.Response], most: int) -> tuple[list[httpx.Response], httpx.Response]:
    """The answers before the first 429, and that one."""
    before: list[httpx.Response] = []
    while len(before) <= most:
        answer = ask()
        if answer.status_code == 429:
            return before, answer
        before.append(answer)
    raise AssertionError(f"no 429 in {most} answers")


def test_a_key_that_asks_too_often_is_refused_with_the_time_to_wait(shop: Merchant) -> None:
    before, refused = until_429(lambda: shop.api.get("/orders"), 41)
    assert len(before) == 40
    assert before[0].headers["RateLimit-Policy"] == '"key";q=40;w=2000'
    assert before[0].headers["RateLimit"] == '"key";r=39;t=50'
    trio = [before[0].headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
    assert trio == ["40", "39", "50"]
    expect_error(refused, "RATE_LIMITED", "Too many requests: at most 40 in 2000 s (key)")
    assert 1 <= int(refused.headers["Retry-After"]) <= 50
    assert refused.headers["RateLimit-Remaining"] == "0"


def test_limits_are_each_keys_own(shop: Merchant, limited: tuple[Stack, RedisServer]) -> None:
    until_429(lambda: shop.api.get("/orders"), 41)
    assert limited[0].merchant().api.get("/orders").status_code == 200


def test_an_order_takes_a_few_tries_only(shop: Merchant) -> None:
    order = shop.order()
    shop.upi(order)
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
    before, refused = until_429(lambda: shop.api.post("/payments", json=body), 5)
    assert [answer.status_code for answer in before] == [400, 400]
    assert '"order";q=3;w=2000' in refused.headers["RateLimit-Policy"]
    assert shop.upi(shop.order())["status"] == "pending"


def test_changes_of_control_have_a_limit_of_their_own(shop: Merchant) -> None:
    before, refused = until_429(lambda: shop.api.post("/keys", json={"label": "One"}), 6)
    assert [answer.status_code for answer in before] == [201] * 5
    assert '"control";q=5;w=2000' in refused.headers["RateLimit-Policy"]
    assert shop.api.get("/keys").status_code == 200
    key = before[0].json()["key"]["id"]
    assert shop.api.delete(f"/keys/{key}").status_code == 200, "revoking counts as a request only"


def test_an_address_has_its_share_of_the_public_routes(limited: tuple[Stack, RedisServer], shop: Merchant) -> None:
    order = shop.order()
    url = f"{limited[0].base_url}/api/v1/orders/{order['id']}/public"
    headers = {"X-Forwarded-For": "198.51.100.7"}
    _, refused = until_429(lambda: httpx.get(url, headers=headers), 40)
    expect_error(refused, "RATE_LIMITED")
    assert httpx.get(url, headers={"X-Forwarded-For": "198.51.100.8"}).status_code == 200
    assert httpx.get(f"{limited[0].base_url}/health", headers=headers).status_code == 200
    # The neighbours in one /64 share, the next /64 does not.
    v6 = [{"X-Forwarded-For": f"2001:db8:1:{net}::{host}"} for net, host in ((1, 1), (1, 2), (2, 1))]
    until_429(lambda: httpx.get(url, headers=v6[0]), 40)
    assert httpx.get(url, headers=v6[1]).status_code == 429
    assert httpx.get(url, headers=v6[2]).status_code == 200


def test_credentials_that_are_refused_count_for_the_address(limited: tuple[Stack, RedisServer]) -> None:
    url = f"{limited[0].base_url}/api/v1/orders"
    headers = {"X-Forwarded-For": "198.51.100.9", "X-Api-Key": "key_test_nobody", "X-Api-Secret": "guess"}
    before, refused = until_429(lambda: httpx.get(url, headers=headers), 40)
    assert {answer.status_code for answer in before} == {401}
    expect_error(refused, "RATE_LIMITED")


def test_log_ins_are_counted_by_address(limited: tuple[Stack, RedisServer]) -> None:
    def log_in(address: str = "198.51.100.10") -> httpx.Response:
        body = {"email": "nobody@example.com", "password": "wrong password"}
        headers = {"X-Forwarded-For": address}
        return httpx.post(f"{limited[0].base_url}/api/v1/session", json=body, headers=headers)

    before, refused = until_429(log_in, 6)
    assert [answer.status_code for answer in before] == [401] * 4
    expect_error(refused, "RATE_LIMITED")
    assert log_in("198.51.100.11").status_code == 401


def test_without_redis_money_and_reads_go_on_and_control_waits(
    limited: tuple[Stack, RedisServer], shop: Merchant
) -> None:
    stack, redis = limited
    spare = shop.api.post("/keys", json={"label": "Spare"}).json()["key"]["id"]
    redis.stop()
    try:
        payment = shop.upi(shop.order())
        assert shop.api.get(f"/payments/{payment['id']}").status_code == 200
        refused = shop.api.post("/keys", json={"label": "Two"})
        expect_error(refused, "SERVICE_UNAVAILABLE", "Rate limits cannot be checked at the moment")
        assert refused.headers["Retry-After"] == "1"
        body = {"email": "nobody@example.com", "password": "wrong password"}
        assert httpx.post(f"{stack.base_url}/api/v1/session", json=body).status_code == 503
        assert shop.api.delete(f"/keys/{spare}").status_code == 200, "a leaked key can always be revoked"
    finally:
        redis.start()
    # Each key has few control actions; others of this merchant are not used up.
    eventually(lambda: shop.api.post("/keys", json={"label": "Three"}).status_code in (201, 429), what="control")
