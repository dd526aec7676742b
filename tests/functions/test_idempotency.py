"""What is kept under an idempotency key, and what leaves it free."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from dev.redis import RedisServer
from gateway.encryption import Keyring
from gateway.idempotency.model import shoppers_key
from gateway.settings import Settings
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack

KEY = {"Idempotency-Key": "the one"}
JSON = {"Content-Type": "application/json"}


def is_replayed(answer: httpx.Response) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"


def test_a_refused_input_is_kept_and_given_again_byte_for_byte(merchant: Merchant) -> None:
    first, second = (merchant.api.post("/orders", json={"amount": 99}, headers=KEY) for _ in range(2))
    expect_error(first, "BAD_REQUEST_ERROR", "amount must be at least 100")
    assert second.content == first.content  # the first one's request id included
    assert is_replayed(second)
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


def test_a_refused_change_leaves_nothing_but_its_answer(stack: Stack, merchant: Merchant) -> None:
    paid = merchant.paid(1000)
    path = f"/payments/{paid['id']}/refunds"
    first = merchant.api.post(path, json={"amount": 1001}, headers=KEY)
    expect_error(first, "BAD_REQUEST_ERROR", "Refund amount exceeds available amount")
    assert merchant.api.post(path, json={"amount": 1000}).status_code == 201
    assert merchant.api.post(path, json={"amount": 1001}, headers=KEY).content == first.content
    assert len(stack.sql("SELECT 1 FROM refunds WHERE merchant_id = %s", (merchant.id,))) == 1


def test_what_cannot_even_be_read_leaves_the_key_free(merchant: Merchant) -> None:
    for content, media_type in (
        (b"{", "application/json"),
        (b"{}", "text/plain"),
        (b"x" * 300_000, "application/json"),
    ):
        answer = merchant.api.post("/orders", content=content, headers=KEY | {"Content-Type": media_type})
        assert answer.status_code in (400, 413, 415)
    answer = merchant.api.post("/orders", json={"amount": 500}, headers=KEY)
    assert answer.status_code == 201
    assert not is_replayed(answer)


def test_wrong_credentials_leave_the_key_free(stack: Stack, merchant: Merchant) -> None:
    wrong = {"X-Api-Secret": "wrong"}
    expect_error(merchant.api.post("/orders", json={"amount": 500}, headers=KEY | wrong), "AUTHENTICATION_ERROR")
    reader = stack.merchant()
    moved = "UPDATE api_keys SET merchant_id = %s, scopes = '{read}' WHERE id = %s"
    stack.sql(moved, (merchant.id, reader.key))
    expect_error(reader.api.post("/orders", json={"amount": 500}, headers=KEY), "PERMISSION_ERROR")
    answer = merchant.api.post("/orders", json={"amount": 500}, headers=KEY)
    assert answer.status_code == 201
    assert not is_replayed(answer)


def test_a_limit_leaves_the_key_free(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    stack.sql(
        """
        INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, status,
                              error_code, created_at, updated_at)
        SELECT 'pay_' || substr(md5(n::text || %(order)s), 1, 16), %(merchant)s, 'test', %(order)s, 50000, 'INR',
               'automatic', 'upi', 'a@b', 'failed', 'PAYMENT_DECLINED', now(), now()
        FROM generate_series(1, 50) n
        """,
        {"order": order["id"], "merchant": merchant.id},
    )
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
    url = f"{stack.base_url}/api/v1/payments/public"
    expect_error(httpx.post(url, json=body, headers=KEY), "RATE_LIMITED")
    stack.sql("DELETE FROM payments WHERE order_id = %s", (order["id"],))
    answer = httpx.post(url, json=body, headers=KEY)
    assert answer.status_code == 201, answer.text
    assert not is_replayed(answer)


def test_our_own_fault_leaves_the_key_free(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> None:
    stack, _ = new_stack()
    stack.start("api")
    shop = stack.merchant()
    stack.sql("ALTER TABLE orders RENAME TO misplaced")
    expect_error(shop.api.post("/orders", json={"amount": 500}, headers=KEY), "INTERNAL_SERVER_ERROR")
    stack.sql("ALTER TABLE misplaced RENAME TO orders")
    answer = shop.api.post("/orders", json={"amount": 500}, headers=KEY)
    assert answer.status_code == 201
    assert not is_replayed(answer)
    assert len(stack.sql("SELECT 1 FROM orders WHERE merchant_id = %s", (shop.id,))) == 1


def test_without_a_key_every_request_is_its_own(merchant: Merchant) -> None:
    made = {merchant.api.post("/orders", json={"amount": 500}).json()["id"] for _ in range(3)}
    assert len(made) == 3


def test_the_query_is_part_of_the_request(merchant: Merchant) -> None:
    first = merchant.api.post("/orders?source=a", json={"amount": 500}, headers=KEY)
    assert first.status_code == 201
    assert merchant.api.post("/orders?source=a", json={"amount": 500}, headers=KEY).content == first.content
    for other in ("/orders?source=b", "/orders", "/orders?source=a&x=", "/orders?source=A"):
        expect_error(merchant.api.post(other, json={"amount": 500}, headers=KEY), "IDEMPOTENCY_KEY_REUSED")


def public_payment(stack: Stack, order: dict[str, Any], vpa: str = "success@bank") -> httpx.Response:
    body = {"order_id": order["id"], "method": "upi", "vpa": vpa}
    return httpx.post(f"{stack.base_url}/api/v1/payments/public", json=body, headers=KEY, timeout=30)


def test_the_same_key_of_two_orders_shoppers_is_two_keys(stack: Stack, merchant: Merchant) -> None:
    """Also where the pages number their requests: the merchant has many shoppers, and one order has one."""
    orders = [merchant.order() for _ in range(3)]
    answers = [public_payment(stack, order) for order in orders]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert {answer.json()["order_id"] for answer in answers} == {order["id"] for order in orders}
    again = public_payment(stack, orders[0])
    assert (again.content, is_replayed(again)) == (answers[0].content, True)
    expect_error(public_payment(stack, orders[0], "late@bank"), "IDEMPOTENCY_KEY_REUSED")
    cancelled = {
        merchant.api.post(f"/payments/{answer.json()['id']}/cancel", headers=KEY).status_code for answer in answers
    }
    assert 422 in cancelled, "the merchant's own key is of the merchant, as it was"


def test_answers_that_the_version_before_has_kept_are_replayed(stack: Stack, merchant: Merchant) -> None:
    keyring = Keyring(*Settings(TEST_MODE=True).master_keys())
    keep = """
        INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash, status_code, response)
        VALUES (%s, 'test', %s, %s, 201, '{"kept":true}')
    """

    def old_hash(path: str, content: bytes) -> bytes:
        return keyring.hash_request(b"\0".join((b"POST", path.encode(), content)))

    content = b'{"amount":500}'
    stack.sql(keep, (merchant.id, KEY["Idempotency-Key"], old_hash("/api/v1/orders", content)))
    # It did not look at the query.
    for query in ("", "?source=a"):
        answer = merchant.api.post(f"/orders{query}", content=content, headers=KEY | JSON)
        assert (answer.status_code, answer.content, is_replayed(answer)) == (201, b'{"kept":true}', True)

    mine, other = merchant.order(), merchant.order()
    content = json.dumps({"order_id": mine["id"], "method": "upi", "vpa": "success@bank"}).encode()
    kept = (merchant.id, shoppers_key("the one"), old_hash("/api/v1/payments/public", content))
    stack.sql(keep, kept)
    url = f"{stack.base_url}/api/v1/payments/public"
    answer = httpx.post(url, content=content, headers=KEY | JSON)
    assert (answer.status_code, answer.content, is_replayed(answer)) == (201, b'{"kept":true}', True)
    assert public_payment(stack, other).status_code == 201, "another shopper's row is nothing to this one"
