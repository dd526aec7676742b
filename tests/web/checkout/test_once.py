"""What happens on the way costs nobody money twice: many tabs, reloads, closing, dying, offline, lost answers."""

from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.support.client import Merchant
from tests.support.stack import Stack, eventually
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    click_away,
    fill_card,
    outcome,
    pay_by_card,
)


def test_ten_tabs_that_submit_at_once_make_one_payment(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser, web_stack: Stack
) -> None:
    order = merchant.order()
    context = browser.new_context()
    posts: list[str] = []
    context.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    pages = [context.new_page() for _ in range(10)]
    for one in pages:
        one.goto(checkout.page_url(order["id"]))
        one.wait_for_selector("html[data-ready]", state="attached")
        fill_card(one)
        one.evaluate(
            """() => { new BroadcastChannel("now").onmessage = () =>
            document.querySelector("[data-test-id=pay-button]").click(); }"""
        )
    pages[0].evaluate(
        """() => { new BroadcastChannel("now").postMessage("pay");
        document.querySelector("[data-test-id=pay-button]").click(); }"""
    )
    for one in pages:
        expect(one.locator("[data-test-id=success-state]")).to_be_visible(timeout=60_000)
    context.close()
    assert len([url for url in posts if url.endswith("/payments/public")]) >= 10
    assert web_stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(1,)]


def test_ten_submits_of_one_form_are_one_request(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    fill_card(page)
    page.evaluate(
        """() => { for (let i = 0; i < 10; i++) {
        document.querySelector("[data-test-id=pay-button]").click();
        document.querySelector("form").requestSubmit(); } }"""
    )
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=30_000)
    assert len(posts) == 1


def test_a_bank_that_takes_its_time_is_found_again_after_a_reload_and_a_close(
    shop: Shop, merchant: Merchant, page: Page, web_stack: Stack
) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    frame.click("[data-test-id=method-upi]")
    frame.fill("[data-test-id=vpa-input]", "late@bank")
    frame.click("[data-test-id=pay-button]")
    frame.wait_for_selector("[data-test-id=processing-state]", timeout=20_000)
    answer = """UPDATE simulator.operations SET answer_at = clock_timestamp() + %s::interval
        WHERE outcome = 'pending' AND payment_id IN (SELECT id FROM payments WHERE order_id = %s) RETURNING 1"""
    eventually(lambda: web_stack.sql(answer, ("1 hour", order["id"])))
    page.reload()
    frame = shop.open_here(page, order)
    frame.wait_for_selector("[data-test-id=processing-state]")
    assert page.evaluate("gateway.close()") is False
    page.click("[data-test-id=close-modal-button]")
    click_away(frame.locator("[data-test-id=closing-leave]"))
    assert outcome(page)["status"] == "processing"
    frame = shop.open_here(page, order)
    frame.wait_for_selector("[data-test-id=processing-state]")
    web_stack.sql(answer, ("0", order["id"]))
    page.wait_for_function("window.settled === 2", timeout=30_000)
    assert page.evaluate("window.result.status") == "success"


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
    click_away(frame.locator("[data-test-id=closing-leave]"))
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


_FILL_STORAGE = """() => { let size = 2 ** 22;
    for (let i = 0; size >= 1;)
        try { sessionStorage.setItem(`full${i++}`, "x".repeat(size)); } catch { size /= 2; } }"""


def test_a_declined_card_is_tried_once_where_the_storage_is_full(
    checkout: CheckoutSite, merchant: Merchant, page: Page, web_stack: Stack
) -> None:
    """The answer to the submit is lost and the bank has declined before the submit is repeated."""
    order = merchant.order()
    keys: list[str] = []

    def lose_the_first(route: Any) -> Any:
        if route.request.method != "POST":
            return route.continue_()
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.continue_()
        merchant.settled(route.fetch().json(), "failed")
        return route.abort("connectionreset")

    page.route("**/payments/public", lose_the_first)
    page.goto(checkout.page_url(order["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate(_FILL_STORAGE)
    assert page.evaluate("() => { try { sessionStorage.more = 'x'; } catch { return 'full'; } }") == "full"
    pay_by_card(page, "4000000000000002")
    expect(page.locator("[data-test-id=error-state]")).to_be_visible(timeout=30_000)
    assert len(keys) == 2 and len(set(keys)) == 1
    assert web_stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(1,)]
