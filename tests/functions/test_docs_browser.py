"""The reference in a real browser: it runs requests, and speaks to nobody else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.client import Merchant
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The reference; fails the test if it logs an error or asks another host for anything."""
    opened = browser.new_page()
    troubles: list[str] = []
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on(
        "request", lambda asked: None if asked.url.startswith(stack.base_url) else troubles.append(asked.url)
    )
    opened.goto(f"{stack.base_url}/docs")
    yield opened
    opened.close()
    assert troubles == []


def test_a_request_runs_from_the_page(page: Page, merchant: Merchant) -> None:
    page.get_by_label("Key", exact=True).fill(merchant.key)
    page.get_by_label("Secret").fill(merchant.secret)
    create = page.locator("#post_order")
    create.get_by_role("button", name="Run").click()
    expect(create.locator(".run pre")).to_contain_text('"status": "created"')
    made = merchant.api.get("/orders").json()["data"][0]
    read = page.locator("#get_order")
    read.get_by_label("order_id").fill(made["id"])
    read.get_by_role("button", name="Run").click()
    expect(read.locator(".run pre")).to_contain_text(f'"id": "{made["id"]}"')


def test_a_list_is_filtered_from_the_page(page: Page, merchant: Merchant) -> None:
    merchant.order(4321)
    merchant.order(1234)
    page.get_by_label("Key", exact=True).fill(merchant.key)
    page.get_by_label("Secret").fill(merchant.secret)
    orders = page.locator("#get_orders")
    orders.get_by_label("amount_min").fill("2000")
    orders.get_by_role("button", name="Run").click()
    expect(orders.locator(".run pre")).to_contain_text("4321")
    expect(orders.locator(".run pre")).not_to_contain_text("1234")


def test_the_page_fits_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
