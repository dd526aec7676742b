"""Orders that cannot be paid, and the time to pay them."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.client import Merchant
from tests.support.live import live_order
from tests.support.stack import Stack
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    checkout_frame,
    click_away,
    configure,
    outcome,
)


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
    click_away(frame.get_by_role("button").first)
    page.wait_for_function("gateway.state === 'closed'")


def test_a_live_order_without_a_processor_is_a_named_error_and_offers_no_way_to_pay(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    live = web_stack.merchant("live")
    allowed = {"allowed_origins": [checkout.url], "upi_vpa": "asha.tea@okbank"}
    live.api.put("/checkout/settings", json=allowed).raise_for_status()
    page.goto(checkout.page_url(live_order(web_stack, live)["id"], key=live.key))
    expect(page.locator("[data-problem=processor_required]")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(
        "This shop cannot take payments here yet. You were not charged."
    )
    for name in ("pay-button", "card-form", "upi-form", "upi-state"):
        expect(page.locator(f"[data-test-id={name}]")).to_have_count(0)
    assert "asha.tea" not in page.content()


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


def test_a_tab_that_slept_shows_the_servers_time_when_it_wakes(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    """The clock jumps without a single timer between, as in a tab in the background."""
    merchant = web_stack.merchant()
    configure(merchant, order_seconds=3600)
    page.clock.install()
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("[data-test-id=expiring]").count() == 0
    page.clock.fast_forward("59:20")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-test-id=expiring]")).to_contain_text(re.compile(r"\b[1-4]?\d sec"))
    page.clock.fast_forward("01:00")
    expect(page.locator("[data-problem=order_expired]")).to_be_visible()
