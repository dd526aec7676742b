"""Orders that cannot be paid, and the time to pay them."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.client import Merchant
from tests.support.live import live_order
from tests.support.stack import Stack, eventually
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    checkout_frame,
    click_away,
    configure,
    outcome,
)


@pytest.mark.parametrize(
    ("key", "order_is_there", "expected", "said"),
    [
        ("key_test_unknown00000001", True, "key_invalid", "Pass the public key id"),
        ("key_test_unknown00000001", False, "key_invalid", "Pass the public key id"),
        ("trailing blank", True, "key_invalid", "Pass the public key id"),
        ("revoked", True, "key_invalid", "revoked"),
        ("another merchant's", True, "order_not_found", "with the same key pair and mode"),
        ("its own", False, "order_not_found", "with the same key pair and mode"),
    ],
)
def test_a_mistake_of_the_shop_is_named_to_its_maker_and_not_to_the_shopper(
    checkout: CheckoutSite, page: Page, web_stack: Stack, key: str, order_is_there: bool, expected: str, said: str
) -> None:
    merchant = web_stack.merchant()
    order_id = merchant.order()["id"] if order_is_there else "order_0000000000000000"
    if key == "revoked":
        web_stack.sql("UPDATE api_keys SET revoked_at = now() WHERE id = %s", (merchant.key,))
        # It is believed for some seconds.
        eventually(lambda: merchant.api.get("/orders").status_code == 401)
    others = {"another merchant's": web_stack.merchant().key, "trailing blank": f"{merchant.key} "}
    key = others.get(key, key if key.startswith("key_") else merchant.key)
    shop = Shop(checkout.url, key)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(shop.url)
    page.evaluate("id => openCheckout(id)", order_id)
    error = outcome(page)["error"]
    assert (error["code"], error["type"], error["error"]) == (expected, "integration", error["message"])
    assert said in error["message"] and "shopper" not in error["message"]
    ours = [text for text in complaints if "PaymentGateway" in text]
    assert len(ours) == 1
    for part in (expected, error["message"], error["docsUrl"]):
        assert part in ours[0]
    shown = checkout_frame(page).inner_text("[data-test-id=error-message]")
    assert error["message"] not in shown
    for word in ("key", "allowed", "Pass", "server"):
        assert word not in shown.split()
    shop.close()


def test_a_full_page_says_it_in_its_own_console(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(checkout.page_url(merchant.order()["id"], key="key_test_unknown00000001"))
    page.wait_for_selector("html[data-ready]", state="attached")
    assert len([text for text in complaints if "key_invalid" in text]) == 1
    expect(page.locator("[data-test-id=error-message]")).to_contain_text("Please tell the shop")


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


def test_an_order_that_no_offered_method_can_pay_is_a_named_error(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    """UPI pays rupees only, and this shop takes no cards."""
    merchant = web_stack.merchant()
    configure(merchant, methods=["upi"])
    page.goto(checkout.page_url(merchant.order(currency="JPY")["id"], key=merchant.key))
    expect(page.locator("[data-problem=no_method]")).to_be_visible()
    for name in ("pay-button", "card-form", "upi-form"):
        expect(page.locator(f"[data-test-id={name}]")).to_have_count(0)
    page.goto(checkout.page_url(merchant.order()["id"], key=merchant.key))
    expect(page.locator("[data-test-id=upi-form]")).to_be_visible()


def test_a_method_that_is_taken_away_meanwhile_leaves_the_other_one(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    merchant = web_stack.merchant()
    page.goto(checkout.page_url(merchant.order()["id"], key=merchant.key))
    page.click("[data-test-id=method-upi]")
    page.fill("[data-test-id=vpa-input]", "success@bank")
    configure(merchant, methods=["card"])
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=notice]")).to_contain_text("Please use another method")
    expect(page.locator("[data-test-id=card-form]")).to_be_visible()


def test_a_shop_hears_what_its_live_key_lacks_and_its_shopper_does_not(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    live = web_stack.merchant("live")
    shop = Shop(checkout.url, live.key)
    configure(live, allowed_origins=[shop.url])
    frame = shop.open(page, live_order(web_stack, live))
    error = outcome(page)["error"]
    assert error["code"] == "processor_required" and "connect a processor" in error["message"]
    expect(frame.locator("[data-problem=processor_required]")).not_to_contain_text("processor")
    shop.close()


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
