"""Paying in the modal of a shop on another site, against the real API, worker, Postgres and Redis."""

import re
from typing import Any

import httpx
import pytest
import razorpay  # type: ignore[import-untyped]  # the package has no types
from playwright.sync_api import Browser, Page, expect

from tests.support.client import Merchant
from tests.support.stack import Stack, eventually
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    checkout_frame,
    configure,
    fill_card,
    outcome,
    pay_by_card,
)


def test_the_contracts_page_pays_by_card_under_its_test_ids(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    order = merchant.order(50_000)
    page.goto(checkout.page_url(order["id"]))
    for name in ("checkout-container", "order-summary", "payment-methods", "method-upi", "method-card"):
        expect(page.get_by_test_id(name).or_(page.locator(f"[data-test-id={name}]"))).to_be_visible()
    expect(page.locator("[data-test-id=order-amount]")).to_have_text("₹500.00")
    expect(page.locator("[data-test-id=order-id]")).to_have_text(order["id"])
    page.click("[data-test-id=method-card]")
    pay_by_card(page)
    expect(page.locator("[data-test-id=processing-state]")).to_be_visible()
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
    paid = merchant.payment(page.inner_text("[data-test-id=payment-id]"))
    assert (paid["status"], paid["order_id"], paid["amount"]) == ("success", order["id"], 50_000)


def test_the_contracts_page_pays_by_vpa(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    order = merchant.order()
    page.goto(checkout.page_url(order["id"]))
    page.click("[data-test-id=method-upi]")
    page.fill("[data-test-id=vpa-input]", "not a vpa")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("#vpa-error")).to_be_visible()
    page.fill("[data-test-id=vpa-input]", "success@bank")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)


def test_success_reaches_the_shop_with_a_valid_signature(shop: Shop, merchant: Merchant, page: Page) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    pay_by_card(frame)
    result = outcome(page)
    assert result["status"] == "success"
    payment = result["payment"]
    secret = merchant.api.get("/checkout/settings").json()["signing_secret"]
    assert razorpay.Client(auth=(merchant.key, secret)).utility.verify_payment_signature(
        {
            "razorpay_order_id": order["id"],
            "razorpay_payment_id": payment["paymentId"],
            "razorpay_signature": payment["signature"],
        }
    )
    page.wait_for_function("gateway.state === 'closed'", timeout=15_000)
    assert [entry[0] for entry in page.evaluate("log")] == ["success", "close"]
    assert page.locator("dialog").count() == 0


def test_a_decline_keeps_the_form_and_a_retry_pays(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order())
    pay_by_card(frame, "4000000000009995")
    alert = frame.locator("[data-test-id=error-state]")
    expect(alert).to_be_visible(timeout=20_000)
    expect(alert).to_be_focused()
    expect(frame.locator("[data-test-id=error-message]")).to_contain_text("not enough money")
    expect(frame.locator("[data-test-id=card-number-input]")).to_have_value("4000 0000 0000 9995")
    expect(frame.locator("[data-test-id=cvv-input]")).to_have_value("")
    frame.click("[data-test-id=retry-button]")
    expect(frame.locator("[data-test-id=card-number-input]")).to_be_focused()
    pay_by_card(frame)
    assert outcome(page)["status"] == "success"
    failures = [entry[1] for entry in page.evaluate("log") if entry[0] == "failure"]
    assert [(one["code"], one["final"], one["declineCode"]) for one in failures] == [
        ("payment_declined", False, "insufficient_funds")
    ]


@pytest.mark.parametrize("approve", [True, False])
def test_a_challenge_ends_as_the_bank_says(shop: Shop, merchant: Merchant, page: Page, approve: bool) -> None:
    frame = shop.open(page, merchant.order())
    pay_by_card(frame, "4000002500003155")
    expect(frame.locator("[data-test-id=challenge-state]")).to_be_visible(timeout=20_000)
    assert page.evaluate("gateway.close()") is False
    frame.click(f"[data-test-id=challenge-{'approve' if approve else 'decline'}]")
    if approve:
        assert outcome(page)["status"] == "success"
    else:
        expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)


def test_a_challenge_can_be_left_for_another_method(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order())
    pay_by_card(frame, "4000002500003155")
    frame.click("[data-test-id=challenge-cancel]", timeout=20_000)
    frame.click("[data-test-id=method-upi]", timeout=20_000)
    frame.fill("[data-test-id=vpa-input]", "success@bank")
    frame.click("[data-test-id=pay-button]")
    assert outcome(page)["payment"]["method"] == "upi"


@pytest.mark.parametrize("approve", [True, False])
def test_a_upi_code_ends_as_the_shopper_does(shop: Shop, merchant: Merchant, page: Page, approve: bool) -> None:
    frame = shop.open(page, merchant.order(49_900))
    frame.click("[data-test-id=method-upi]")
    frame.click("[data-test-id=upi-start]")
    expect(frame.locator("[data-test-id=upi-qr]")).to_be_visible(timeout=20_000)
    frame.click(f"[data-test-id=simulate-{'approve' if approve else 'decline'}]")
    if approve:
        assert outcome(page)["status"] == "success"
    else:
        expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)


def test_a_upi_code_that_nobody_scans_expires_and_the_shopper_may_retry(
    shop: Shop, merchant: Merchant, page: Page
) -> None:
    frame = shop.open(page, merchant.order())
    frame.click("[data-test-id=method-upi]")
    frame.click("[data-test-id=upi-start]")
    expect(frame.locator("[data-test-id=time-left]")).to_be_visible(timeout=20_000)
    expect(frame.locator("[data-test-id=error-message]")).to_contain_text("in time", timeout=45_000)
    frame.fill("[data-test-id=vpa-input]", "success@bank")
    frame.click("[data-test-id=pay-button]")
    assert outcome(page)["status"] == "success"


def test_a_phone_gets_links_to_apps_that_carry_the_payment(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser
) -> None:
    context = browser.new_context(
        user_agent="Mozilla/5.0 (Linux; Android 15) Chrome/150 Mobile", viewport={"width": 390, "height": 664}
    )
    page = context.new_page()
    page.goto(checkout.page_url(merchant.order(49_900)["id"]))
    page.click("[data-test-id=method-upi]")
    page.click("[data-test-id=upi-start]")
    links = page.locator("[data-test-id=upi-apps] a")
    expect(links.first).to_be_visible(timeout=20_000)
    hrefs = [link.get_attribute("href") or "" for link in links.all()]
    assert {href.split("?")[0] for href in hrefs} >= {
        "gpay://upi/pay",
        "phonepe://pay",
        "paytmmp://pay",
        "upi://pay",
    }
    assert all("am=499.00" in href and "cu=INR" in href and "+" not in href for href in hrefs)
    context.close()


def test_ten_submits_at_once_make_one_payment(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser, web_stack: Stack
) -> None:
    order = merchant.order()
    context = browser.new_context()
    pages = [context.new_page() for _ in range(5)]
    for one in pages:
        one.goto(checkout.page_url(order["id"]))
        fill_card(one)
    for one in pages:
        one.evaluate(
            "() => { const b = document.querySelector('[data-test-id=pay-button]'); b.click(); b.click(); }"
        )
    for one in pages:
        expect(one.locator("[data-test-id=success-state]")).to_be_visible(timeout=30_000)
    context.close()
    assert web_stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(1,)]


def test_reload_while_processing_lands_there_again(shop: Shop, merchant: Merchant, page: Page) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    pay_by_card(frame, "4000002500003155")
    expect(frame.locator("[data-test-id=challenge-state]")).to_be_visible(timeout=20_000)
    page.reload()
    frame = shop.open_here(page, order)
    expect(frame.locator("[data-test-id=challenge-state]")).to_be_visible(timeout=20_000)
    assert page.evaluate("gateway.close()") is False
    frame.click("[data-test-id=challenge-approve]")
    assert outcome(page)["status"] == "success"


def test_a_reload_after_success_shows_it_again(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    page.goto(checkout.page_url(merchant.order()["id"]))
    pay_by_card(page)
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
    payment_id = page.inner_text("[data-test-id=payment-id]")
    page.reload()
    expect(page.locator("[data-test-id=payment-id]")).to_have_text(payment_id)


def test_closing_while_processing_asks_and_the_order_is_paid_anyway(
    shop: Shop, merchant: Merchant, page: Page
) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    pay_by_card(frame, "4000002500003155")
    expect(frame.locator("[data-test-id=challenge-state]")).to_be_visible(timeout=20_000)
    page.click("[data-test-id=close-modal-button]")
    expect(frame.locator("[data-test-id=closing]")).to_be_visible()
    frame.click("[data-test-id=closing-leave]")
    result = outcome(page)
    assert result["status"] == "processing"
    url = f"{merchant.base_url}/api/v1/test/payments/{result['paymentId']}/authenticate"
    assert httpx.post(url, json={"result": "success"}).status_code == 200
    eventually(lambda: merchant.api.get(f"/orders/{order['id']}").json()["status"] == "paid")


def test_a_tab_that_dies_after_paying_leaves_a_paid_order(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    order = merchant.order()
    page.goto(checkout.page_url(order["id"]))
    pay_by_card(page)
    page.wait_for_selector("[data-test-id=processing-state]")
    context.close()
    eventually(lambda: merchant.api.get(f"/orders/{order['id']}").json()["status"] == "paid")


def test_offline_waits_and_goes_on(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    fill_card(page)
    page.context.set_offline(True)
    expect(page.locator("[data-test-id=notice]")).to_contain_text("offline")
    expect(page.locator("[data-test-id=pay-button]")).to_be_disabled()
    page.context.set_offline(False)
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=30_000)


def test_a_submit_whose_answer_is_lost_pays_once(
    checkout: CheckoutSite, merchant: Merchant, page: Page, web_stack: Stack
) -> None:
    order = merchant.order()
    keys: list[str] = []

    def lose_the_first(route: Any) -> Any:
        if route.request.method != "POST":
            return route.continue_()
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            return route.abort("connectionreset")
        return route.continue_()

    page.route("**/payments/public", lose_the_first)
    page.goto(checkout.page_url(order["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    pay_by_card(page)
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=30_000)
    assert len(keys) >= 2 and len(set(keys)) == 1
    assert web_stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(1,)]


def test_an_order_that_expires_warns_gives_more_time_and_then_ends(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    merchant = web_stack.merchant()
    configure(merchant, order_seconds=60)
    shop = Shop(checkout.url, merchant.key)
    order = merchant.order()
    frame = shop.open(page, order)
    expect(frame.locator("[data-test-id=expiring]")).to_be_visible()
    frame.click("[data-test-id=more-time]")
    expect(frame.locator("[data-test-id=expiring]")).to_be_hidden()
    web_stack.sql("UPDATE orders SET created_at = now() - interval '117 seconds' WHERE id = %s", (order["id"],))
    page.reload()
    frame = shop.open_here(page, order)
    expect(frame.locator("[data-problem=order_expired]")).to_be_visible(timeout=15_000)
    assert outcome(page)["error"]["code"] == "order_expired"
    assert "expired" in page.evaluate("events")
    shop.close()


def test_status_by_long_poll_works_where_streams_are_broken(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    page.route("**/events/public", lambda route: route.abort())
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    pay_by_card(page, "4000002500003155")
    page.click("[data-test-id=challenge-approve]", timeout=25_000)
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=30_000)


def test_redirect_mode_returns_with_the_signed_result(
    shop: Shop, merchant: Merchant, page: Page, checkout: CheckoutSite
) -> None:
    order = merchant.order()
    page.goto(shop.url)
    page.evaluate(
        "([id, back]) => openCheckout(id, { mode: 'redirect', callbackUrl: back })",
        [order["id"], f"{shop.url}/thanks"],
    )
    page.wait_for_url(f"{checkout.url}/checkout**")
    page.wait_for_selector("html[data-ready]", state="attached")
    pay_by_card(page)
    page.wait_for_url(f"{shop.url}/thanks**", timeout=30_000)
    assert re.search(r"payment_id=pay_\w{16}&order_id=\w+&status=success&signature=[0-9a-f]{64}$", page.url)


@pytest.mark.parametrize("case", ["paid", "other-key"])
def test_an_order_that_cannot_be_paid_is_a_named_error(
    shop: Shop, merchant: Merchant, page: Page, browser: Browser, web_stack: Stack, case: str
) -> None:
    order = (merchant if case == "paid" else web_stack.merchant()).order()
    if case == "paid":
        merchant.settled(merchant.card(order))
    page.goto(shop.url)
    page.evaluate("([id]) => openCheckout(id)", [order["id"]])
    expected = "order_paid" if case == "paid" else "order_not_found"
    assert outcome(page)["error"]["code"] == expected
    frame = checkout_frame(page)
    expect(frame.locator(f"[data-problem={expected}]")).to_be_visible()
    frame.get_by_role("button").first.click()
    page.wait_for_function("gateway.state === 'closed'")
