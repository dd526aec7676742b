"""What a merchant's integration relies on, asked over HTTP, the same in every host."""

import hashlib
import hmac
import json
from collections import Counter
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.blackbox.hosts import Host, received
from tests.support.client import CARD, Merchant, at_once
from tests.support.stack import eventually


def test_health_tells_the_state_of_every_part(host: Host) -> None:
    def well() -> dict[str, Any] | None:
        answer = httpx.get(f"{host.base_url}/health", timeout=30)
        body: dict[str, Any] = answer.json()
        return body if answer.status_code == 200 and body["worker"] == "running" else None

    body = eventually(well, 60, "a running worker")
    assert (body["status"], body["database"], body["redis"]) == ("healthy", "connected", "connected")
    assert body["timestamp"].endswith("Z")


def test_the_seeded_merchant_is_there_without_its_secret(host: Host) -> None:
    answer = httpx.get(f"{host.base_url}/api/v1/test/merchant", timeout=30)
    assert answer.json() == {
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "email": "test@example.com",
        "api_key": "key_test_abc123",
        "seeded": True,
    }


def test_the_seeded_keys_open_the_api(host: Host) -> None:
    seeded = Merchant(host.base_url, "", "key_test_abc123", "secret_test_xyz789")
    assert seeded.order()["merchant_id"] == "550e8400-e29b-41d4-a716-446655440000"


def test_a_upi_payment_is_taken_told_and_refunded(host: Host, shopkeeper: Merchant) -> None:
    with host.shop() as shop:
        config = shopkeeper.api.put("/webhooks/config", json={"webhook_url": shop.url})
        assert config.status_code == 200, config.text
        secret = config.json()["webhook_secret"]
        order = shopkeeper.order(50_000, notes={"customer": "Aşa 🙂"})
        payment = shopkeeper.upi(order)
        assert (payment["status"], payment["amount"]) == ("pending", 50_000)
        shopkeeper.settled(payment, seconds=40)
        assert shopkeeper.api.get(f"/orders/{order['id']}").json()["status"] == "paid"
        refund = shopkeeper.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 20_000})
        assert (refund.status_code, refund.json()["status"]) == (201, "pending")

        told = [received(shop, event, payment["id"]) for event in ("payment.created", "payment.success")]
        told.append(received(shop, "refund.processed", refund.json()["id"]))
        for one in told:
            _assert_signed(one, secret)
        assert json.loads(told[1]["body"])["data"]["payment"]["status"] == "success"
    assert shopkeeper.payment(payment["id"])["amount_refunded"] == 20_000


def _assert_signed(delivery: dict[str, Any], secret: str) -> None:
    body, headers = delivery["body"].encode(), delivery["headers"]
    legacy = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == legacy
    assert Webhook(secret).verify(body, headers)


def test_a_card_payment_keeps_no_card(shopkeeper: Merchant) -> None:
    payment = shopkeeper.card(shopkeeper.order())
    assert (payment["card_network"], payment["card_last4"]) == ("visa", "4242")
    assert "4242424242424242" not in json.dumps(shopkeeper.settled(payment, seconds=40))


@pytest.mark.parametrize(("vpa", "status"), [("failure@bank", "failed"), ("success@bank", "success")])
def test_the_test_bank_decides_by_the_vpa(shopkeeper: Merchant, vpa: str, status: str) -> None:
    shopkeeper.settled(shopkeeper.upi(shopkeeper.order(), vpa), status, seconds=40)


def test_a_declined_card_says_why(shopkeeper: Merchant) -> None:
    payment = shopkeeper.card(shopkeeper.order(), "4000 0000 0000 0002")
    failed = shopkeeper.settled(payment, "failed", seconds=40)
    assert failed["error_code"] and failed["error_description"]


def test_an_authorisation_is_captured_by_hand(shopkeeper: Merchant) -> None:
    payment = shopkeeper.settled(shopkeeper.upi(shopkeeper.order(30_000, capture="manual")), seconds=40)
    assert payment["captured"] is False
    first = shopkeeper.api.post(f"/payments/{payment['id']}/capture", json={"amount": 30_000})
    again = shopkeeper.api.post(f"/payments/{payment['id']}/capture", json={"amount": 30_000})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["captured"] is True
    other = shopkeeper.api.post(f"/payments/{payment['id']}/capture", json={"amount": 20_000})
    assert (other.status_code, other.json()["error"]["code"]) == (400, "BAD_REQUEST_ERROR")


def test_a_repeated_key_gives_the_same_bytes(shopkeeper: Merchant) -> None:
    key = {"Idempotency-Key": "order-4711"}
    first = shopkeeper.api.post("/orders", json={"amount": 1000}, headers=key)
    again = shopkeeper.api.post("/orders", json={"amount": 1000}, headers=key)
    other = shopkeeper.api.post("/orders", json={"amount": 2000}, headers=key)
    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert other.status_code == 422


def test_parallel_requests_with_one_key_make_one_order(shopkeeper: Merchant) -> None:
    key = {"Idempotency-Key": "race"}
    answers = at_once(20, lambda _: shopkeeper.api.post("/orders", json={"amount": 1000}, headers=key))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1


def test_parallel_payments_of_one_order_make_one_payment(shopkeeper: Merchant) -> None:
    order = shopkeeper.order()
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
    answers = at_once(20, lambda _: shopkeeper.api.post("/payments", json=body))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 19}


def test_parallel_refunds_never_exceed_the_payment(shopkeeper: Merchant) -> None:
    payment = shopkeeper.settled(shopkeeper.upi(shopkeeper.order(10_000)), seconds=40)
    answers = at_once(
        20, lambda _: shopkeeper.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 3000})
    )
    assert Counter(answer.status_code for answer in answers) == {201: 3, 400: 17}
    refused = next(answer for answer in answers if answer.status_code == 400)
    assert refused.json()["error"]["description"] == "Refund amount exceeds available amount"


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("POST", "/api/v1/orders", b'{"amount": 99}', 400, "BAD_REQUEST_ERROR"),
        ("POST", "/api/v1/orders", b'{"amount": "100"}', 400, "BAD_REQUEST_ERROR"),
        ("POST", "/api/v1/orders", b"{not json", 400, "BAD_REQUEST_ERROR"),
        ("GET", "/api/v1/payments/pay_AAAAAAAAAAAAAAAA", b"", 404, "NOT_FOUND_ERROR"),
        ("GET", "/api/v1/orders/%2e%2e", b"", 404, "NOT_FOUND_ERROR"),
        ("GET", "/api/v1/nothing", b"", 404, "NOT_FOUND_ERROR"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_envelope(
    host: Host, shopkeeper: Merchant, method: str, path: str, content: bytes, status: int, code: str
) -> None:
    headers = {"X-Api-Key": shopkeeper.key, "X-Api-Secret": shopkeeper.secret, "Content-Type": "application/json"}
    answer = httpx.request(method, host.base_url + path, content=content, headers=headers, timeout=30)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["request_id"] == answer.headers["x-request-id"]


def test_another_merchants_payment_does_not_exist(host: Host, shopkeeper: Merchant) -> None:
    payment = shopkeeper.upi(shopkeeper.order())
    assert host.merchant().api.get(f"/payments/{payment['id']}").status_code == 404


def test_wrong_credentials_are_refused_with_one_text(host: Host, shopkeeper: Merchant) -> None:
    for key, secret in ((shopkeeper.key, "wrong"), ("key_test_unknown", shopkeeper.secret)):
        answer = httpx.get(
            f"{host.base_url}/api/v1/payments", headers={"X-Api-Key": key, "X-Api-Secret": secret}, timeout=30
        )
        assert (answer.status_code, answer.json()["error"]["description"]) == (401, "Invalid API credentials")


def test_basic_authentication_is_accepted(host: Host, shopkeeper: Merchant) -> None:
    answer = httpx.get(
        f"{host.base_url}/api/v1/orders?limit=1", auth=(shopkeeper.key, shopkeeper.secret), timeout=30
    )
    assert answer.status_code == 200, answer.text


def test_the_public_order_shows_four_fields(host: Host, shopkeeper: Merchant) -> None:
    order = shopkeeper.order(12_300, receipt="secret-receipt")
    shown = httpx.get(f"{host.base_url}/api/v1/orders/{order['id']}/public", timeout=30).json()
    assert shown == {"id": order["id"], "amount": 12_300, "currency": "INR", "status": "created"}


def test_lists_page_without_gaps(shopkeeper: Merchant) -> None:
    made = [shopkeeper.order(1000 + number)["id"] for number in range(5)]
    first = shopkeeper.api.get("/orders", params={"limit": 3}).json()
    rest = shopkeeper.api.get("/orders", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [order["id"] for order in first["data"] + rest["data"]] == made[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)


def test_a_list_is_given_as_csv(shopkeeper: Merchant) -> None:
    order = shopkeeper.order()
    answer = shopkeeper.api.get("/orders", params={"limit": 10}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert order["id"] in answer.text


def test_the_body_limit_holds(shopkeeper: Merchant) -> None:
    answer = shopkeeper.api.post("/orders", json={"amount": 1000, "receipt": "x" * 300_000})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_jobs_status_shows_real_work(host: Host, shopkeeper: Merchant) -> None:
    shopkeeper.settled(shopkeeper.upi(shopkeeper.order()), seconds=40)
    status = httpx.get(f"{host.base_url}/api/v1/test/jobs/status", timeout=30).json()
    assert status["completed"] >= 1
    assert set(status["queues"]) == {"payments", "refunds", "webhooks"}
    assert status["worker_status"] == "running"


def test_pages_of_other_origins_may_ask_the_public_routes(host: Host, shopkeeper: Merchant) -> None:
    order = shopkeeper.order()
    answer = httpx.options(
        f"{host.base_url}/api/v1/orders/{order['id']}/public",
        headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}, timeout=30,
    )  # fmt: skip
    assert answer.headers["access-control-allow-origin"] in ("*", "https://shop.example")


def test_a_webhook_that_is_refused_comes_again(host: Host, shopkeeper: Merchant) -> None:
    """The address answers nothing at first: nobody listens there in any host; then it is corrected."""
    shopkeeper.api.put("/webhooks/config", json={"webhook_url": "http://localhost:47811/hook"}).raise_for_status()
    payment = shopkeeper.upi(shopkeeper.order())

    def failed_once() -> dict[str, Any] | None:
        logs = shopkeeper.api.get("/webhooks", params={"limit": 100}).json()["data"]
        tried = [log for log in logs if log["attempts"] >= 1 and log["status"] == "pending"]
        return tried[0] if tried else None

    log = eventually(failed_once, 40, "a first attempt")
    assert log["next_retry_at"] is not None
    with host.shop() as shop:
        shopkeeper.api.put("/webhooks/config", json={"webhook_url": shop.url}).raise_for_status()
        again = shopkeeper.api.post(f"/webhooks/{log['id']}/retry")
        assert again.json() | {"id": ""} == {"id": "", "status": "pending", "message": "Webhook retry scheduled"}
        eventually(lambda: shop.bodies() or None, 40, "the delivery")
        received(shop, "payment.success", payment["id"], 60)


def test_the_same_card_numbers_are_refused_everywhere(shopkeeper: Merchant) -> None:
    order = shopkeeper.order()
    for change, code in (
        ({"number": "4242 4242 4242 4241"}, "INVALID_CARD"),
        ({"expiry_year": 2020}, "EXPIRED_CARD"),
    ):
        body = {"order_id": order["id"], "method": "card", "card": CARD | change}
        answer = shopkeeper.api.post("/payments", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
