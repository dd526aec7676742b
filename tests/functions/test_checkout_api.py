"""The routes of the hosted page, over the real API, worker and database."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest
import razorpay  # type: ignore[import-untyped]  # the package has no types

from gateway.idempotency.model import shoppers_key
from tests.support.client import CARD, Merchant
from tests.support.envelope import expect_error
from tests.support.live import declined_live, live_order
from tests.support.stack import Stack, eventually


def session_of(stack: Stack, order_id: str, **query: str) -> httpx.Response:
    return httpx.get(f"{stack.base_url}/api/v1/checkout/sessions/{order_id}/public", params=query)


def pay(stack: Stack, order_id: str, number: str = CARD["number"], **headers: str) -> httpx.Response:
    body = {"order_id": order_id, "method": "card", "card": CARD | {"number": number}}
    return httpx.post(f"{stack.base_url}/api/v1/payments/public", json=body, headers=headers)


def follow(stack: Stack, payment_id: str, known: str = "pending") -> dict[str, Any]:
    url = f"{stack.base_url}/api/v1/checkout/payments/{payment_id}/public"
    answer: dict[str, Any] = httpx.get(url, params={"wait": "20", "status": known}, timeout=30).json()
    return answer


def settings(merchant: Merchant, **change: Any) -> dict[str, Any]:
    answer: dict[str, Any] = merchant.api.put("/checkout/settings", json=change).raise_for_status().json()
    return answer


def test_origins_are_kept_as_browsers_send_them_and_refused_with_the_reason(stack: Stack) -> None:
    live = stack.merchant("live")
    kept = settings(live, allowed_origins=["HTTPS://Shop.Example:443/", "http://shop.example:8080"])
    assert kept["allowed_origins"] == ["https://shop.example", "http://shop.example:8080"]
    for wrong, reason in (
        ("https://shop.example/pay", "has a path"),
        ("https://*.shop.example", "scheme, host and port"),
        ("*", "list those that may"),
        ("shop.example", "must begin with https://"),
    ):
        answer = live.api.put("/checkout/settings", json={"allowed_origins": [wrong]})
        error = expect_error(answer, "BAD_REQUEST_ERROR", field="allowed_origins")
        assert reason in error["description"]


def test_a_session_shows_the_public_part_and_nothing_of_the_merchants_own(
    stack: Stack, merchant: Merchant
) -> None:
    order = merchant.order(50_000, receipt="internal-7", notes={"secret": "note"})
    answer = session_of(stack, order["id"], key=merchant.key)
    assert answer.json()["order"] == {
        "id": order["id"], "amount": 50_000, "currency": "INR", "status": "created",
        "expires_at": None, "extensions_left": 10,
    }  # fmt: skip
    for private in ("internal-7", "note", merchant.id, merchant.secret, "whsec_", "example.com"):
        assert private not in answer.text


@pytest.mark.parametrize("key", ["key_test_unknown", "secret_test_xyz789", "", " key_test_abc123", "key_test_é"])
def test_a_session_with_a_key_that_is_none_names_the_key(stack: Stack, merchant: Merchant, key: str) -> None:
    for order_id in (merchant.order()["id"], "order_0000000000000000"):
        answer = session_of(stack, order_id, key=key)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND_ERROR")
        assert answer.json()["error"]["field"] == "key"


def test_a_session_with_the_key_of_another_merchant_or_mode_is_not_found(stack: Stack, merchant: Merchant) -> None:
    order_id = merchant.order()["id"]
    for key in (stack.merchant().key, stack.merchant("live").key):
        answer = session_of(stack, order_id, key=key)
        assert answer.status_code == 404
        assert "field" not in answer.json()["error"]


def test_a_session_with_a_key_that_was_revoked_names_the_key(stack: Stack) -> None:
    merchant = stack.merchant()
    order_id = merchant.order()["id"]
    stack.sql("UPDATE api_keys SET revoked_at = now() WHERE id = %s", (merchant.key,))
    assert session_of(stack, order_id, key=merchant.key).status_code == 404
    # A key is believed for some seconds.
    eventually(lambda: session_of(stack, order_id, key=merchant.key).json()["error"].get("field") == "key")


def test_origins_are_loopback_in_test_mode_and_the_list_in_live_mode(stack: Stack) -> None:
    test, live = stack.merchant("test"), stack.merchant("live")
    settings(live, allowed_origins=["https://shop.example"])

    def allowed(merchant: Merchant, origin: str) -> bool:
        order = merchant.order() if merchant is test else live_order(stack, merchant)
        answer: bool = session_of(stack, order["id"], origin=origin).json()["origin_allowed"]
        return answer

    assert allowed(test, "http://localhost:8080") and allowed(test, "http://[::1]:9")
    assert not allowed(test, "https://shop.example") and not allowed(test, "http://localhost.evil.example")
    assert allowed(live, "https://shop.example") and not allowed(live, "http://localhost:8080")
    assert not allowed(live, "https://shop.example.evil.example") and not allowed(live, "null")


def test_the_result_verifies_with_razorpay_and_a_forged_one_does_not(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    payment = pay(stack, order["id"]).json()
    ended = follow(stack, payment["id"])
    assert ended["status"] == "success"
    secret = merchant.api.get("/checkout/settings").json()["signing_secret"]
    verify = razorpay.Client(auth=(merchant.key, secret)).utility.verify_payment_signature
    result = {"razorpay_order_id": order["id"], "razorpay_payment_id": payment["id"]}
    assert verify(result | {"razorpay_signature": ended["signature"]})
    with pytest.raises(razorpay.errors.SignatureVerificationError):
        verify(result | {"razorpay_payment_id": "pay_0000000000000000", "razorpay_signature": ended["signature"]})


def test_only_a_success_is_signed(stack: Stack, merchant: Merchant) -> None:
    declined = follow(stack, pay(stack, merchant.order()["id"], "4000000000000002").json()["id"])
    assert declined["status"] == "failed" and "signature" not in declined
    challenged = follow(stack, pay(stack, merchant.order()["id"], "4000002500003155").json()["id"])
    assert challenged["status"] == "requires_action" and "signature" not in challenged


def test_the_stream_tells_each_state_until_the_end(stack: Stack, merchant: Merchant) -> None:
    payment = pay(stack, merchant.order()["id"], "4000002500003155").json()
    url = f"{stack.base_url}/api/v1/checkout/payments/{payment['id']}/events/public"
    states = []
    with httpx.stream("GET", url, timeout=30, headers={"Origin": "http://localhost:3001"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["access-control-allow-origin"] == "*"
        for line in stream.iter_lines():
            if not line.startswith("data: "):
                continue
            states.append(json.loads(line[6:])["status"])
            if states[-1] == "requires_action":
                test = f"{stack.base_url}/api/v1/test/payments/{payment['id']}/authenticate"
                assert httpx.post(test, json={"result": "success"}).status_code == 200
    assert states[-2:] == ["requires_action", "success"]


def test_a_challenge_can_be_given_up_and_the_order_paid_in_another_way(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    payment = pay(stack, order["id"], "4000002500003155").json()
    assert follow(stack, payment["id"])["status"] == "requires_action"
    cancel = f"{stack.base_url}/api/v1/checkout/payments/{payment['id']}/cancel/public"
    assert httpx.post(cancel).json()["status"] == "cancelled"
    again = pay(stack, order["id"])
    assert again.status_code == 201
    assert follow(stack, again.json()["id"])["status"] == "success"
    assert httpx.post(cancel.replace(payment["id"], again.json()["id"])).status_code == 400


def test_ten_declines_close_an_order_and_a_replay_does_not_count(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    for attempt in range(10):
        answer = pay(stack, order["id"], "4000000000000002", **{"Idempotency-Key": f"{order['id']}-{attempt}"})
        assert answer.status_code == 201
        follow(stack, answer.json()["id"])
        assert session_of(stack, order["id"]).json()["attempts_left"] == 9 - attempt
    refused = pay(stack, order["id"])
    assert refused.status_code == 429 and refused.json()["error"]["code"] == "RATE_LIMITED"
    replay = pay(stack, order["id"], "4000000000000002", **{"Idempotency-Key": f"{order['id']}-0"})
    assert replay.status_code == 201 and replay.headers["Idempotent-Replayed"] == "true"


async def test_live_cards_are_limited_per_card(stack: Stack, merchant: Merchant) -> None:
    """Before anybody asks whether there is a processor."""
    for number in range(5):
        await declined_live(stack, merchant, "4000000000000002", f"203.0.113.{number}")
    limited = pay(stack, live_order(stack, merchant)["id"], "4000 0000 0000 0002")
    assert limited.status_code == 429
    expect_error(pay(stack, live_order(stack, merchant)["id"], "4000000000009995"), "PROCESSOR_REQUIRED")


async def test_live_cards_are_limited_per_address_over_all_merchants(stack: Stack) -> None:
    tester = {"X-Forwarded-For": "203.0.113.9"}
    cards = ["4000000000009995", "4000000000000069", "4000000000000127", "4000000000000119", "4000000000000002"]
    for merchant in (stack.merchant(), stack.merchant()):
        for number in range(10):
            await declined_live(stack, merchant, cards[number % 5], "203.0.113.9")
    third = stack.merchant("live")
    refused = pay(stack, live_order(stack, third)["id"], **tester)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    elsewhere = pay(stack, live_order(stack, third)["id"], **{"X-Forwarded-For": "203.0.113.10"})
    expect_error(elsewhere, "PROCESSOR_REQUIRED")
    hashes = stack.sql("SELECT address_hash FROM checkout_attempts")
    assert hashes and all(b"203.0.113" not in bytes(row[0]) for row in hashes)


def test_an_expired_order_takes_no_payment_and_can_be_extended_before(stack: Stack, merchant: Merchant) -> None:
    settings(merchant, order_seconds=60)
    order = merchant.order()
    extend = f"{stack.base_url}/api/v1/checkout/sessions/{order['id']}/extend/public"
    before = session_of(stack, order["id"]).json()["order"]["expires_at"]
    assert httpx.post(extend).json()["order"]["expires_at"] > before
    stack.sql("UPDATE orders SET created_at = now() - interval '3 minutes' WHERE id = %s", (order["id"],))
    refused = pay(stack, order["id"])
    assert refused.status_code == 400 and refused.json()["error"]["description"] == "Order has expired"
    assert httpx.post(extend).status_code == 400


def test_ten_extensions_are_the_most_also_at_once(stack: Stack, merchant: Merchant) -> None:
    settings(merchant, order_seconds=3600)
    extend = f"{stack.base_url}/api/v1/checkout/sessions/{merchant.order()['id']}/extend/public"
    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(lambda _: httpx.post(extend, timeout=30).status_code, range(15)))
    assert sorted(answers) == [200] * 10 + [400] * 5


@pytest.mark.parametrize(
    "change",
    [
        {"allowed_origins": ["https://shop.example/pay"]},
        {"allowed_origins": ["*"]},
        {"allowed_origins": ["https://*.example"]},
        {"primary_color": "red"},
        {"methods": []},
        {"methods": ["cash"]},
        {"upi_vpa": "not a vpa"},
        {"order_seconds": 59},
    ],
)
def test_wrong_settings_are_refused_with_the_field(merchant: Merchant, change: dict[str, Any]) -> None:
    answer = merchant.api.put("/checkout/settings", json=change)
    assert answer.status_code == 400 and answer.json()["error"]["field"] == next(iter(change))


def test_settings_need_the_secret_and_leave_an_audit_row(stack: Stack, merchant: Merchant) -> None:
    assert httpx.get(f"{stack.base_url}/api/v1/checkout/settings").status_code == 401
    settings(merchant, allowed_origins=["https://shop.example"], display_name="Corner Shop")
    session = session_of(stack, merchant.order()["id"]).json()
    assert session["merchant"]["name"] == "Corner Shop"
    rows = stack.sql(
        "SELECT action, details FROM audit_log WHERE merchant_id = %s AND action = 'checkout.updated'",
        (merchant.id,),
    )
    assert rows and "signing_secret" not in rows[0][1]


def test_waiting_pages_share_their_look_ups(stack: Stack, merchant: Merchant) -> None:
    payment = pay(stack, merchant.order()["id"], "4000002500003155").json()
    assert follow(stack, payment["id"])["status"] == "requires_action"
    with ThreadPoolExecutor(40) as pool:
        waits = [pool.submit(follow, stack, payment["id"], "requires_action") for _ in range(40)]
        url = f"{stack.base_url}/api/v1/test/payments/{payment['id']}/authenticate"
        eventually(lambda: httpx.post(url, json={"result": "failure"}).status_code == 200)
        assert {wait.result()["status"] for wait in waits} == {"failed"}


def test_a_shopper_cannot_cancel_what_the_bank_approves_in_the_same_moment(
    stack: Stack, merchant: Merchant
) -> None:
    """An authorised payment is the merchant's to capture or to cancel."""
    order = merchant.order(capture="manual")
    payment = pay(stack, order["id"], "4000002500003155").json()
    assert follow(stack, payment["id"])["status"] == "requires_action"
    base = f"{stack.base_url}/api/v1"
    cancel = f"{base}/checkout/payments/{payment['id']}/cancel/public"
    with psycopg.connect(stack.database_url) as rival, ThreadPoolExecutor(1) as pool:
        # The request has seen the payment wait, and now waits itself: for its idempotency key.
        rival.execute(
            """
            INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash)
            VALUES (%s, 'test', %s, decode(repeat('00', 32), 'hex'))
            """,
            (merchant.id, shoppers_key(f"{order['id']}\0race")),
        )
        request = pool.submit(httpx.post, cancel, headers={"Idempotency-Key": "race"}, timeout=30)
        blocked = f"SELECT 1 FROM pg_stat_activity WHERE {rival.info.backend_pid} = ANY (pg_blocking_pids(pid))"
        eventually(lambda: stack.sql(blocked), what="the request that waits")
        httpx.post(f"{base}/test/payments/{payment['id']}/authenticate", json={"result": "success"})
        merchant.settled(payment)
        rival.rollback()
        answer = request.result()
    assert answer.status_code == 400, answer.text
    assert merchant.payment(payment["id"])["status"] == "success"
    assert merchant.api.post(f"/payments/{payment['id']}/capture").status_code == 200
