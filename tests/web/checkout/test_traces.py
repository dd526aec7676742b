"""What paying leaves in the shopper's browser: its storage and its files are searched for the marked cards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.security.canaries import CVV, HOLDER, NUMBERS, marked, search
from tests.support.client import Merchant
from tests.web.checkout.site import CheckoutSite, Shop

KEPT = """async () => {
  const DENIED = ['SecurityError', 'UnknownError'];
  const of = async (read) => {
    try { return await read(); } catch (error) { if (DENIED.includes(error.name)) return []; throw error; }
  };
  return {
    local: await of(() => ({...localStorage})), session: await of(() => ({...sessionStorage})),
    cookies: await of(() => document.cookie), caches: await of(() => caches.keys()),
    databases: await of(async () => (await indexedDB.databases()).map((one) => one.name)),
    history: history.state, address: location.href, name: window.name,
  };
}"""
"""A sandboxed frame may keep nothing at all."""
DISK = {"Local Storage", "Session Storage", "Sessions", "IndexedDB", "Service Worker", "Cache", "Code Cache"}
"""Where a short number is no chance hit: preferences and histograms are full of them."""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """The folder of a browser that keeps what it is told to keep."""
    return tmp_path / "profile"


@pytest.fixture
def lasting(browser: Browser, profile: Path) -> Iterator[BrowserContext]:
    """A browser with this profile."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
    )
    yield context
    context.close()


def type_marked(target: Page | Frame, name: str) -> None:
    """The form filled with a marked card. Only a CVV of four digits is no chance hit: Amex's."""
    target.fill("[data-test-id=card-number-input]", NUMBERS[name])
    target.fill("[data-test-id=expiry-input]", "12/30")
    target.fill("[data-test-id=cvv-input]", CVV if name.startswith("amex") else CVV[:3])
    target.fill("[data-test-id=cardholder-name-input]", HOLDER)


def kept(target: Page | Frame) -> bytes:
    """All that scripts of this origin could find again."""
    found: dict[str, Any] = target.evaluate(KEPT)
    assert found.pop("caches") == found.pop("databases") == [], "the page uses a new storage: search it too"
    return repr(found).encode()


def test_no_card_stays_in_the_shoppers_browser(
    checkout: CheckoutSite, shop: Shop, merchant: Merchant, lasting: BrowserContext, profile: Path
) -> None:
    """Declined, then paid in the modal; typed and reloaded in the page; then the browser ends."""
    page = lasting.new_page()
    frame = shop.open(page, merchant.order())
    type_marked(frame, "failed")
    frame.click("[data-test-id=pay-button]")
    expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)
    written = {"the frame after a decline": kept(frame)}
    type_marked(frame, "amex")
    frame.click("[data-test-id=pay-button]")
    page.wait_for_function("window.settled === 1", timeout=30_000)
    written["the shop's page"] = kept(page)

    page.goto(checkout.page_url(merchant.order()["id"]))
    page.click("[data-test-id=method-card]")
    type_marked(page, "amex")
    written["the page with a filled form"] = kept(page)
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    written["the page after a reload"] = kept(page)
    written["what the page shows after a reload"] = page.content().encode()
    type_marked(page, "amex again")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
    written["the page after a success"] = kept(page)
    written["the state of the whole browser"] = repr(lasting.storage_state(indexed_db=True)).encode()

    lasting.close()
    files = {str(file.relative_to(profile)): file.read_bytes() for file in profile.rglob("*") if file.is_file()}
    assert any("Session Storage" in name for name in files), "no storage on disk: the test shows less than it says"
    cards = marked("amex", "amex again")
    found = search(written, cards) + search(
        {name: content for name, content in files.items() if _holds(name)}, cards
    )
    found += [one for one in search(files, cards) if not one.startswith("the CVV")]
    # The browser's own autofill remembers the name, as of any form.
    found = [one for one in found if not (HOLDER in one and one.endswith("Web Data"))]
    assert not found, "\n".join(found)


def _holds(name: str) -> bool:
    return not DISK.isdisjoint(Path(name).parts)
