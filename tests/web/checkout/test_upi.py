"""UPI: a code on a desktop, the apps on a phone."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.client import Merchant
from tests.support.stack import Stack
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    outcome,
)


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


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_who_types_a_upi_id_is_asked_there_and_shown_no_code(
    shop: Shop, merchant: Merchant, browser: Browser, phone: bool
) -> None:
    agent = "Mozilla/5.0 (Linux; Android 15) Chrome/150 Mobile" if phone else None
    context = browser.new_context(user_agent=agent)
    page = context.new_page()
    order = merchant.order(49_900)
    frame = shop.open(page, order)
    frame.click("[data-test-id=method-upi]")
    frame.fill("[data-test-id=vpa-input]", "pending@bank")
    frame.click("[data-test-id=pay-button]")
    expect(frame.locator("[data-test-id=upi-state] h2")).to_have_text("Approve in your UPI app", timeout=20_000)
    for absent in ("upi-qr", "upi-apps", "upi-refresh"):
        expect(frame.locator(f"[data-test-id={absent}]")).to_have_count(0)
    assert "payment.action_required" in page.evaluate("events")
    page.reload()
    frame = shop.open_here(page, order)
    expect(frame.locator("[data-test-id=upi-state] h2")).to_have_text("Approve in your UPI app")
    frame.click("[data-test-id=simulate-approve]")
    assert outcome(page)["status"] == "success"
    context.close()


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


def test_an_app_opens_from_a_shop_whose_policy_names_nobody_but_the_checkout(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser
) -> None:
    """The browser takes the link for a navigation of our frame; refused, it would take our page away."""
    policy = f"default-src 'none'; script-src 'nonce-c2hvcA' {checkout.url}; frame-src {checkout.url}"
    shop = Shop(checkout.url, merchant.key, Content_Security_Policy=policy)
    context = browser.new_context(
        user_agent="Mozilla/5.0 (Linux; Android 15) Chrome/150 Mobile", viewport={"width": 390, "height": 664}
    )
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda one: refused.append(one.text) if "Content Security Policy" in one.text else None)
    frame = shop.open(page, merchant.order(49_900))
    frame.click("[data-test-id=method-upi]")
    frame.click("[data-test-id=upi-start]")
    links = frame.locator("[data-test-id=upi-apps] a")
    expect(links).to_have_count(5, timeout=20_000)
    for link in links.all():
        link.click()
    expect(links).to_have_count(5)
    assert refused == []
    shop.close()
    context.close()


def test_a_new_code_is_for_the_same_payment_and_starts_its_time_anew(
    shop: Shop, merchant: Merchant, page: Page, web_stack: Stack
) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    frame.click("[data-test-id=method-upi]")
    frame.click("[data-test-id=upi-start]")
    drawn = frame.locator("[data-test-id=upi-qr] path")
    expect(drawn).to_be_visible(timeout=20_000)
    first = drawn.get_attribute("d") or ""
    left = frame.locator("[data-test-id=time-left] progress")
    # Not a fresh one any more, so that the new code shows in the time as well.
    expect(frame.locator('progress[value="17"]')).to_be_visible(timeout=15_000)
    frame.click("[data-test-id=upi-refresh]")
    expect(drawn).not_to_have_attribute("d", first)
    expect(left).to_have_attribute("value", re.compile("18|19|20"))
    expect(frame.locator("[data-test-id=upi-refresh]")).to_be_focused()
    frame.click("[data-test-id=simulate-approve]")
    assert outcome(page)["status"] == "success"
    assert web_stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(1,)]


def test_back_from_the_app_the_phone_knows_at_once(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser, web_stack: Stack
) -> None:
    """No stream and no poll answers here: only the question asked on return can tell."""
    context = browser.new_context(user_agent="Mozilla/5.0 (Linux; Android 15) Chrome/150 Mobile")
    page = context.new_page()
    order = merchant.order()
    page.goto(checkout.page_url(order["id"]))
    page.click("[data-test-id=method-upi]")
    page.click("[data-test-id=upi-start]")
    expect(page.locator("[data-test-id=upi-apps] a").first).to_be_visible(timeout=20_000)
    page.route("**/events/public", lambda route: route.abort())
    page.route("**/payments/*/public?wait=*", lambda route: None)
    page.reload()
    expect(page.locator("[data-test-id=upi-apps] a").first).to_be_visible()
    page.evaluate(
        """state => { Object.defineProperty(document, "visibilityState", { get: () => window.seen });
        window.seen = state; document.dispatchEvent(new Event("visibilitychange")); }""",
        "hidden",
    )
    ((payment_id,),) = web_stack.sql("SELECT id FROM payments WHERE order_id = %s", (order["id"],))
    url = f"{merchant.base_url}/api/v1/test/payments/{payment_id}/authenticate"
    assert httpx.post(url, json={"result": "success"}).status_code == 200
    merchant.settled({"id": payment_id})
    assert page.locator("[data-test-id=success-state]").count() == 0
    page.evaluate("window.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible()
    context.close()
