"""Net banking and wallets on the page."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.client import Merchant
from tests.support.stack import Stack
from tests.web.checkout.screenshots import ALL
from tests.web.checkout.site import CheckoutSite, Shop, outcome
from tests.web.checkout.test_everyone import violations


@pytest.fixture
def merchant(web_stack: Stack) -> Merchant:
    """A merchant who offers everything."""
    one = web_stack.merchant()
    one.offer(*ALL)
    return one


@pytest.fixture
def shop(checkout: CheckoutSite, merchant: Merchant) -> Iterator[Shop]:
    one = Shop(checkout.url, merchant.key)
    yield one
    one.close()


def open_page(checkout: CheckoutSite, merchant: Merchant, page: Page, **query: str) -> dict[str, str]:
    order = merchant.order(49_900)
    page.goto(checkout.page_url(order["id"], **query))
    page.wait_for_selector("html[data-ready]", state="attached")
    return order


def active(page: Page) -> str | None:
    """The option that the search is on, by what a screen reader is told."""
    found = page.locator("[data-test-id=bank-search]").get_attribute("aria-activedescendant")
    return page.locator(f"#{found}").text_content() if found else None


@pytest.mark.parametrize("approve", [True, False], ids=["approved", "refused"])
@pytest.mark.parametrize(
    ("method", "tile", "name"),
    [("netbanking", "bank-HDFC", "HDFC Bank"), ("wallet", "wallet-paytm", "Paytm")],
    ids=["net banking", "wallet"],
)
def test_a_tile_leads_to_the_page_of_the_bank_or_wallet(
    shop: Shop, merchant: Merchant, page: Page, method: str, tile: str, name: str, approve: bool
) -> None:
    order = merchant.order(49_900)
    frame = shop.open(page, order)
    frame.click(f"[data-test-id=method-{method}]")
    frame.click(f"[data-test-id={tile}]")
    frame.click("[data-test-id=pay-button]")
    expect(frame.locator("[data-test-id=bank-state] h2")).to_have_text(f"Approve at {name}", timeout=20_000)
    assert violations(frame) == []
    page.reload()
    frame = shop.open_here(page, order)
    expect(frame.locator("[data-test-id=bank-state] h2")).to_have_text(f"Approve at {name}")
    frame.click(f"[data-test-id=challenge-{'approve' if approve else 'decline'}]")
    if approve:
        result = outcome(page)
        assert (result["status"], result["payment"]["method"]) == ("success", method)
        return
    expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)
    frame.click("[data-test-id=retry-button]")
    expect(frame.locator(f"[data-test-id={tile}] input")).to_be_checked()
    frame.click("[data-test-id=pay-button]")
    frame.click("[data-test-id=challenge-approve]")
    assert outcome(page)["status"] == "success"


def test_a_bank_is_found_by_typing_and_by_the_keyboard_alone(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    order = open_page(checkout, merchant, page, method="netbanking")
    page.wait_for_selector("[data-test-id=bank-search]")
    page.keyboard.press("Tab")
    expect(page.locator("[data-test-id=method-netbanking] input")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    box = page.locator("[data-test-id=bank-search]")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("bank of")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert active(page) is None, "nothing is taken before somebody points at it"
    first, second = page.locator("#bank-list [role=option]").all_text_contents()[:2]
    page.keyboard.press("ArrowDown")
    assert active(page) == first
    page.keyboard.press("ArrowDown")
    assert active(page) == second
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert active(page) == page.locator("#bank-list [role=option]").last.text_content()
    assert page.locator("#bank-list [aria-selected=true]").count() == 1
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill("")
    page.keyboard.type("pnb")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Punjab National Bank")
    expect(page.locator("[data-test-id=bank-PUNB_R] input")).to_be_checked()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page.locator("[data-test-id=bank-state]")).to_be_visible(timeout=20_000)
    page.locator("[data-test-id=challenge-approve]").press("Enter")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
    (paid,) = merchant.api.get("/payments", params={"order_id": order["id"]}).json()["data"]
    assert (paid["method"], paid["bank"], paid["status"]) == ("netbanking", "PUNB_R", "success")


def test_a_bank_that_is_no_tile_is_chosen_with_the_pointer(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    order = open_page(checkout, merchant, page, method="netbanking")
    page.click("[data-test-id=bank-HDFC]")
    page.click("[data-test-id=bank-search]")
    expect(page.locator("#bank-list [role=option]")).to_have_count(48)
    page.fill("[data-test-id=bank-search]", "baroda")
    page.click("#bank-list [role=option]")
    expect(page.locator("[data-test-id=bank-search]")).to_have_value("Bank of Baroda")
    expect(page.locator("[data-test-id=bank-HDFC] input")).not_to_be_checked()
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=bank-state] h2")).to_have_text("Approve at Bank of Baroda", timeout=20_000)
    (paid,) = merchant.api.get("/payments", params={"order_id": order["id"]}).json()["data"]
    assert paid["bank"] == "BARB_R"


def test_a_name_that_no_bank_has_and_no_choice_at_all_are_said(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    order = open_page(checkout, merchant, page, method="netbanking")
    page.wait_for_selector("[data-test-id=bank-search]")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=instrument-error]")).to_have_text("Choose your bank.")
    assert violations(page) == []
    page.fill("[data-test-id=bank-search]", "bank of mars")
    expect(page.locator("[data-test-id=bank-none]")).to_be_visible()
    expect(page.locator("[data-test-id=netbanking-form] [role=status]")).to_have_text("No bank has this name.")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=instrument-error]")).to_be_visible()
    page.click("[data-test-id=method-wallet]")
    page.wait_for_selector("[data-test-id=wallet-tiles]")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=instrument-error]")).to_have_text("Choose your wallet.")
    assert merchant.api.get(f"/orders/{order['id']}").json()["status"] == "created"


@pytest.mark.parametrize(
    ("method", "code", "ends"),
    [
        ("netbanking", "TEST_SUCCESS", "success-state"),
        ("netbanking", "TEST_FAILURE", "error-state"),
        ("wallet", "test_late", "success-state"),
    ],
)
def test_a_test_bank_or_wallet_is_one_click(
    checkout: CheckoutSite, merchant: Merchant, page: Page, method: str, code: str, ends: str
) -> None:
    open_page(checkout, merchant, page, method=method)
    page.click("details.test-panel summary")
    page.click(f"[data-test-id=test-{code}]")
    expect(page.locator(f"[data-test-id=test-{code}]")).to_have_attribute("aria-pressed", "true")
    assert violations(page) == []
    page.click("[data-test-id=pay-button]")
    expect(page.locator(f"[data-test-id={ends}]")).to_be_visible(timeout=20_000)


def test_the_shop_narrows_the_methods_and_wishes_for_one(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order(), methods=["wallet", "netbanking"], prefill={"method": "wallet"})
    values = [one.get_attribute("value") for one in frame.locator("[data-test-id=payment-methods] input").all()]
    assert values == ["netbanking", "wallet"]
    expect(frame.locator("[data-test-id=wallet-form]")).to_be_visible()


def test_without_its_part_the_page_says_so_and_pays_in_another_way(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    page.route("**/assets/instruments-*", lambda route: route.abort())
    open_page(checkout, merchant, page, method="netbanking")
    expect(page.locator("[data-test-id=netbanking-form] .notice")).to_be_visible()
    page.unroute("**/assets/instruments-*")
    page.click("[data-test-id=method-card]")
    page.click("[data-test-id=method-netbanking]")
    expect(page.locator("[data-test-id=bank-search]")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("method", ["netbanking", "wallet"])
@pytest.mark.parametrize("locale", ["en", "hi"])
def test_the_new_screens_are_for_everyone(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser, method: str, scheme: str, locale: str
) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    open_page(checkout, merchant, page, method=method, locale=locale)
    page.wait_for_selector(f"[data-test-id={'bank' if method == 'netbanking' else 'wallet'}-tiles]")
    if method == "netbanking":
        page.click("[data-test-id=bank-search]")
        page.keyboard.press("ArrowDown")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_the_part_of_banks_is_loaded_by_whoever_looks_at_them(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    loaded: list[str] = []
    page.on(
        "request", lambda request: loaded.append(request.url) if "/assets/instruments" in request.url else None
    )
    order = open_page(checkout, merchant, page)
    assert loaded == []
    page.click("[data-test-id=method-wallet]")
    page.wait_for_selector("[data-test-id=wallet-tiles]")
    page.click("[data-test-id=method-netbanking]")
    page.wait_for_selector("[data-test-id=bank-tiles]")
    assert len([one for one in loaded if "/assets/instruments" in one]) == 1
    session = f"{merchant.base_url}/api/v1/checkout/sessions/{order['id']}/public"
    assert len(httpx.get(session, timeout=30).json()["instruments"]["netbanking"]) > 48
