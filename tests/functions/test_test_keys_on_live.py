"""A deployment without `TEST_MODE`: test keys play as everywhere, live keys and strangers find no toys."""

import base64
from collections.abc import Iterator

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE, TEST_MODE_KEY
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack, copy_database, database_of, eventually, temporary_folder


@pytest.fixture(scope="module")
def live_stack(postgres: PostgresServer, redis_server: RedisServer) -> Iterator[Stack]:
    """Without `TEST_MODE`; the simulated bank approves nothing that it was not told to."""
    env = {
        "TEST_MODE": "false",
        "GATEWAY_MASTER_KEY": base64.b64encode(bytes(32)).decode(),
        "GATEWAY_MASTER_KEY_PREVIOUS": TEST_MODE_KEY,
        "UPI_SUCCESS_RATE": "0",
        "CARD_SUCCESS_RATE": "1",
        "PROCESSING_DELAY_MIN": "0",
        "PROCESSING_DELAY_MAX": "0",
        "TEST_PAYMENT_SUCCESS": "true",
    }
    with temporary_folder() as folder:
        one = Stack(copy_database(database_of(postgres.url, "postgres"), TEMPLATE), redis_server.url, folder, env)
        one.start()
        yield one
        one.stop()


@pytest.fixture
def shop(live_stack: Stack) -> Merchant:
    """A merchant with a test key."""
    return live_stack.merchant()


def test_magic_numbers_decide_and_the_rest_goes_by_the_success_rates(shop: Merchant) -> None:
    assert shop.settled(shop.upi(shop.order(), "success@bank"))["captured"] is True
    no_funds = shop.settled(shop.card(shop.order(), "4000000000009995"), "failed")
    assert no_funds["error_code"] == "INSUFFICIENT_FUNDS"
    assert shop.settled(shop.upi(shop.order(), "anybody@bank"), "failed")["error_code"] == "PAYMENT_DECLINED"
    assert shop.settled(shop.card(shop.order(), "4012888888881881"))["captured"] is True


def test_a_test_key_decides_its_own_payments_and_reads_their_books(live_stack: Stack, shop: Merchant) -> None:
    payment = shop.settled(shop.card(shop.order(), "4000002500003155"), "requires_action")
    decide, books = f"/test/payments/{payment['id']}/authenticate", f"/test/processor/{payment['id']}"
    body = {"result": "success"}
    nobody = Merchant(shop.base_url, "", "", "")
    nobody.api.headers.clear()
    wrong = Merchant(shop.base_url, shop.id, shop.key, "secret_wrong")
    for stranger in (nobody, wrong, live_stack.merchant("live"), live_stack.merchant()):
        expect_error(stranger.api.post(decide, json=body), "NOT_FOUND_ERROR")
        expect_error(stranger.api.get(books), "NOT_FOUND_ERROR")
        expect_error(stranger.api.get("/test/processor/pay_0000000000000000"), "NOT_FOUND_ERROR")
    reader = live_stack.merchant()
    live_stack.sql("UPDATE api_keys SET scopes = '{read}', merchant_id = %s WHERE id = %s", (shop.id, reader.key))
    expect_error(reader.api.post(decide, json=body), "PERMISSION_ERROR")
    assert shop.api.post(decide, json=body).json() == {"status": "accepted"}
    shop.settled(payment)
    assert shop.api.get(books).json()["operations"]["authorize"]["operations"] == 1


def test_a_live_key_without_a_scope_is_not_told_that_the_route_is_there(live_stack: Stack) -> None:
    live = live_stack.merchant("live")
    live_stack.sql("UPDATE api_keys SET scopes = '{read}' WHERE id = %s", (live.key,))
    answer = live.api.post("/test/payments/pay_0000000000000000/authenticate", json={"result": "success"})
    expect_error(answer, "NOT_FOUND_ERROR", "No such route")


def test_the_shoppers_page_plays_the_bank_of_a_test_payment(shop: Merchant) -> None:
    payment = shop.settled(shop.upi(shop.order(), "pending@bank"), "requires_action")
    path = f"/checkout/payments/{payment['id']}/authenticate/public"
    nobody = Merchant(shop.base_url, "", "", "")
    nobody.api.headers.clear()
    expect_error(nobody.api.post(path, json={"result": "perhaps"}), "BAD_REQUEST_ERROR", field="result")
    nobody.api.post(path, json={"result": "failure"}).raise_for_status()
    assert shop.settled(payment, "failed")["error_code"] == "AUTHENTICATION_FAILED"
    expect_error(nobody.api.post(path, json={"result": "success"}), "BAD_REQUEST_ERROR")
    unknown = "/checkout/payments/pay_0000000000000000/authenticate/public"
    expect_error(nobody.api.post(unknown, json={"result": "success"}), "NOT_FOUND_ERROR")


@pytest.mark.parametrize("path", ["/test/merchant", "/test/jobs/status"])
def test_what_is_of_the_deployment_is_nobodys(live_stack: Stack, shop: Merchant, path: str) -> None:
    for one in (shop, live_stack.merchant("live")):
        expect_error(one.api.get(path), "NOT_FOUND_ERROR", "No such route")


def test_the_inbox_receives_and_verifies_for_a_test_key(live_stack: Stack, shop: Merchant) -> None:
    shop.api.post("/inbox").raise_for_status()
    shop.paid()

    def received() -> list[dict[str, object]] | None:
        found: list[dict[str, object]] = shop.api.get("/inbox").json()["data"]
        return found if len(found) >= 4 else None

    assert all(one["verified"] for one in eventually(received, what="four webhooks"))
    expect_error(live_stack.merchant("live").api.post("/inbox"), "BAD_REQUEST_ERROR")


def test_no_other_webhook_leads_to_the_senders_own_machine(live_stack: Stack, shop: Merchant) -> None:
    inbox = shop.api.post("/inbox").json()["url"]
    base = inbox.rpartition("/")[0]
    for url in (
        "http://127.0.0.1:4242/hook",
        "http://localhost:4242/hook",
        f"{live_stack.base_url}/api/v1/orders",
        f"{base}/../orders",
        f"{base}/token/../../orders",
        f"{base}/token?answer=503&more=1",
        inbox.replace("http://127.0.0.1", "http://localhost"),
    ):
        expect_error(shop.api.post("/webhooks/endpoints", json={"url": url}), "BAD_REQUEST_ERROR")


def test_health_says_who_decides(live_stack: Stack, shop: Merchant) -> None:
    health = shop.api.get(f"{live_stack.base_url}/health").json()
    assert health["processors"] == {"test": "simulator", "live": "accounts"}
