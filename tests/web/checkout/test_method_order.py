"""Which method comes first on the page, and what this browser remembers of it."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.client import Merchant
from tests.support.stack import Stack
from tests.web.checkout.screenshots import ALL
from tests.web.checkout.site import CheckoutSite
from tests.web.checkout.test_methods import open_page

PHONE = "Mozilla/5.0 (Linux; Android 15) Chrome/150 Mobile"


@pytest.fixture
def merchant(web_stack: Stack) -> Merchant:
    """A merchant who offers everything."""
    one = web_stack.merchant()
    one.offer(*ALL)
    return one


def methods_of(page: Page) -> list[str]:
    return [one.get_attribute("value") or "" for one in page.locator("[data-test-id=payment-methods] input").all()]


@pytest.mark.parametrize(
    ("agent", "order"),
    [(None, ALL), (PHONE, ["upi", "card", "netbanking", "wallet"])],
    ids=["desktop", "phone"],
)
def test_methods_are_ordered_by_device_and_by_what_was_used_last(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser, agent: str | None, order: list[str]
) -> None:
    context = browser.new_context(user_agent=agent)
    page = context.new_page()
    open_page(checkout, merchant, page)
    assert methods_of(page) == order
    expect(page.locator(f"[data-test-id=method-{order[0]}] input")).to_be_checked()
    page.click("[data-test-id=method-wallet]")
    page.click("[data-test-id=wallet-mobikwik]")
    page.click("[data-test-id=pay-button]")
    page.click("[data-test-id=challenge-approve]")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
    open_page(checkout, merchant, page)
    assert methods_of(page) == ["wallet", *(one for one in order if one != "wallet")]
    expect(page.locator("[data-test-id=method-wallet] input")).to_be_checked()
    assert page.evaluate("Object.entries(localStorage)") == [["pgw:method", "wallet"]]
    open_page(checkout, merchant, page, method="card")
    expect(page.locator("[data-test-id=method-card] input")).to_be_checked(), "the shop's wish comes first"
    merchant.offer("card", "upi")
    open_page(checkout, merchant, page)
    assert methods_of(page) == [one for one in order if one in ("card", "upi")]
    context.close()


def _without_storage(browser: Browser) -> BrowserContext:
    context = browser.new_context()
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, "
        "{ get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    return context


def test_a_browser_that_keeps_nothing_pays_all_the_same(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser
) -> None:
    context = _without_storage(browser)
    page = context.new_page()
    for _ in range(2):
        open_page(checkout, merchant, page)
        assert methods_of(page) == ALL
        page.click("[data-test-id=method-wallet]")
        page.click("[data-test-id=wallet-paytm]")
        page.click("[data-test-id=pay-button]")
        page.click("[data-test-id=challenge-approve]")
        expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
    context.close()


def test_the_arrow_keys_go_through_the_methods(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    open_page(checkout, merchant, page)
    page.keyboard.press("Tab")
    for method in (*ALL[1:], ALL[0]):
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"[data-test-id=method-{method}] input")).to_be_focused()
        expect(page.locator(f"[data-test-id={method}-form]")).to_be_visible()


def test_what_the_merchant_switches_off_meanwhile_is_taken_away(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    """The page is open: the API refuses, and another method is offered."""
    open_page(checkout, merchant, page)
    page.click("[data-test-id=method-wallet]")
    page.click("[data-test-id=wallet-paytm]")
    merchant.offer("card", "upi", "netbanking")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=method-wallet]")).to_have_count(0)
    expect(page.locator(".notice")).to_contain_text("can no longer be paid in that way")
