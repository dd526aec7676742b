"""The request log, the webhook inbox, the checkout preview, saved views and columns in Chromium."""

import json
import re
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, expect

from dev import test_data
from dev.install import ROOT
from tests.dashboard.browser import DESKTOP, PASSWORD, log_in
from tests.dashboard.conftest import Desk
from tests.support.stack import eventually
from tests.web.checkout.site import CheckoutSite

PUBLISHED: Final[dict[str, Any]] = json.loads((ROOT / test_data.LISTS[0]).read_text("utf-8"))

pytestmark = pytest.mark.browser


def test_a_failed_request_is_found_by_its_id(desk: Desk) -> None:
    request_id = desk.merchant.api.post("/orders", json={"amount": 1}).json()["error"]["request_id"]
    desk.merchant.api.post("/orders", json={"amount": 50_000})
    page = desk.open("/dashboard")
    page.keyboard.press("ControlOrMeta+K")
    page.get_by_role("combobox", name="Find anything").fill(request_id)
    expect(page.get_by_role("option").first).to_contain_text(request_id)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("request-id")).to_have_text(request_id)
    expect(page.get_by_test_id("request-status")).to_have_text("400")
    expect(page.get_by_test_id("request-path")).to_have_text("POST /orders")


def test_the_inbox_shows_what_verifies(desk: Desk) -> None:
    page = desk.open("/dashboard/test-tools")
    page.get_by_test_id("inbox-open").click()
    page.get_by_test_id("inbox-send").click()
    item = page.get_by_test_id("inbox-item").filter(has_text="webhook.test")
    expect(item.get_by_test_id("inbox-verified")).to_have_text("verified", timeout=15_000)
    url = desk.merchant.api.get("/inbox").json()["url"]
    desk.merchant.api.post(url, content=b'{"event":"payment.success"}')
    forged = page.get_by_test_id("inbox-item").filter(has_text="payment.success")
    expect(forged.get_by_test_id("inbox-verified")).to_have_text("not verified", timeout=15_000)


def test_each_published_number_and_upi_id_is_offered_and_the_challenge_asks(desk: Desk) -> None:
    page = desk.open("/dashboard/test-tools")
    for value in [row["value"] for rows in PUBLISHED.values() for row in rows]:
        expect(page.get_by_role("button", name=f"Make a payment with {value}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Make a payment with 4000 0025 0000 3155").click()
    expect(page.get_by_test_id("payment-id")).to_be_visible()
    expect(page.locator("[data-status=requires_action]").first).to_be_visible(timeout=15_000)


def test_live_mode_says_that_it_is_off(desk: Desk) -> None:
    page = desk.open("/dashboard/test-tools")
    expect(
        page.get_by_text("No money moves. Payments are decided by the simulated bank", exact=False)
    ).to_be_visible()
    off = page.get_by_role("note").filter(has_text="Live is off: connect a processor")
    expect(off).to_have_count(0)
    page.get_by_text("Live", exact=True).click()
    expect(off).to_be_visible()
    expect(page.get_by_text("Not in live mode")).to_be_visible()


def test_the_signing_secret_is_of_a_mode_and_rotated_with_notice_or_at_once(desk: Desk) -> None:
    page = desk.open("/dashboard/settings")
    kept = desk.merchant.api.get("/checkout/signing-secret").json()
    panel = page.get_by_test_id("signing-secret-panel")
    shown, upcoming = page.get_by_test_id("signing-secret"), page.get_by_test_id("next-signing-secret")
    panel.get_by_role("button", name="Reveal").click()
    expect(shown).to_have_text(kept["signing_secret"])
    panel.get_by_role("button", name="Rotate").click()
    panel.get_by_role("button", name="Rotate in 24 hours").click()
    expect(panel.get_by_text("Have your server accept both until then")).to_be_visible()
    rotated = desk.merchant.api.get("/checkout/signing-secret").json()
    panel.get_by_role("button", name="Reveal").click()
    expect(upcoming).to_have_text(rotated["next_signing_secret"])
    expect(shown).to_have_text(kept["signing_secret"])
    panel.get_by_role("button", name="Rotate").click()
    panel.get_by_role("button", name="Rotate at once").click()
    expect(upcoming).to_have_count(0)
    now = desk.merchant.api.get("/checkout/signing-secret").json()["signing_secret"]
    assert now not in (kept["signing_secret"], rotated["next_signing_secret"])
    expect(shown).to_have_text(now)
    page.get_by_text("Live", exact=True).click()
    expect(panel.get_by_text("(live mode)")).to_be_visible()
    panel.get_by_role("button", name="Reveal").click()
    expect(shown).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(shown).not_to_have_text(now)


def test_the_preview_is_the_checkout_and_follows_what_is_typed(desk: Desk, tmp_path: Path) -> None:
    site = CheckoutSite(desk.shop.stack, tmp_path, GATEWAY_DASHBOARD_URL=desk.url)
    site.start()
    try:
        # The API says where the checkout is, before any test knows its port: what goes there is passed on.
        context = desk.page.context
        context.route(
            "http://localhost:3001/**",
            lambda route: route.fulfill(
                response=route.fetch(url=route.request.url.replace("http://localhost:3001", site.url))
            ),
        )
        page = desk.open("/dashboard/settings")
        preview = page.frame_locator("[data-test-id=checkout-preview]")
        expect(preview.get_by_test_id("order-amount")).to_have_text("₹500.00")
        page.get_by_label("Name that shoppers see").fill("Chai & Co")
        expect(preview.get_by_text("Chai & Co")).to_be_visible()
        page.get_by_label("Brand colour", exact=True).fill("#7a1fa2")
        button = preview.get_by_test_id("pay-button")
        expect(button).to_have_css("background-color", "rgb(122, 31, 162)")
        page.get_by_label("UPI", exact=True).uncheck()
        expect(preview.get_by_test_id("card-form")).to_be_visible()
        expect(preview.get_by_test_id("method-upi")).to_have_count(0)
        page.get_by_label("Wallets", exact=True).check()
        preview.get_by_test_id("method-wallet").click()
        expect(preview.get_by_test_id("wallet-tiles")).to_be_visible()
        headers = httpx.get(f"{site.url}/preview").headers
        assert f"frame-ancestors {desk.url};" in headers["content-security-policy"]
        ordinary = httpx.get(site.page_url(desk.merchant.order()["id"])).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in ordinary
    finally:
        site.stop()


def test_deliveries_have_views_too(desk: Desk) -> None:
    page = desk.open("/dashboard/webhooks?status=failed&event=payment.failed&offset=20")
    page.get_by_role("button", name="Views").click()
    views = page.get_by_role("dialog", name="Views")
    views.get_by_label("Name of the view").fill("Lost declines")
    views.get_by_role("button", name="Save", exact=True).click()
    page = desk.open("/dashboard/webhooks?status=pending")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Lost declines", exact=True).click()
    # Filters only: which page of the list was open is no part of a view.
    page.wait_for_url("**/dashboard/webhooks?status=failed&event=payment.failed")


def test_views_and_columns_are_kept_by_the_browser(desk: Desk) -> None:
    desk.merchant.settled(desk.merchant.upi(desk.merchant.order(), "failure@bank"), "failed")
    desk.merchant.paid()
    page = desk.open("/dashboard/transactions?status=failed")
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Name of the view").fill("Declined")
    page.get_by_role("button", name="Save", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Method").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("method")).to_have_count(0)
    page = desk.open("/dashboard/transactions")
    expect(page.get_by_test_id("transaction-row")).to_have_count(2)
    expect(page.get_by_test_id("method")).to_have_count(0)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Declined", exact=True).click()
    page.wait_for_url("**status=failed")
    expect(page.get_by_test_id("transaction-row")).to_have_count(1)
    kept = page.evaluate("JSON.stringify(Object.entries(localStorage))")
    assert desk.merchant.secret not in kept
    assert "whsec_" not in kept


def test_a_full_last_page_of_the_webhook_log_is_the_last(desk: Desk) -> None:
    endpoint = {"url": "http://localhost:59999/hook", "events": ["payment.created"]}
    desk.merchant.api.post("/webhooks/endpoints", json=endpoint).raise_for_status()
    for _ in range(20):
        desk.merchant.upi(desk.merchant.order())
    page = desk.open("/dashboard/webhooks")
    expect(page.get_by_text("1–20 of 20")).to_be_visible()
    older = page.get_by_role("button", name="Older")
    expect(older).to_be_disabled()
    desk.merchant.upi(desk.merchant.order())
    desk.open("/dashboard/webhooks")
    older.click()
    expect(page.get_by_text("21–21 of 21")).to_be_visible()
    expect(older).to_be_disabled()


def test_a_space_between_two_words_of_a_search_stays(desk: Desk) -> None:
    page = desk.open("/dashboard/orders")
    search = page.get_by_role("search").get_by_role("textbox").first
    search.press_sequentially("blue ")
    page.wait_for_url("**/dashboard/orders?q=blue")
    search.press_sequentially("shoes")
    page.wait_for_url("**/dashboard/orders?q=blue+shoes")
    expect(search).to_have_value("blue shoes")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(search).to_have_value("")


def test_the_business_page_keeps_time_and_category_and_refuses_what_is_neither(desk: Desk) -> None:
    settings = {"order_seconds": 90, "merchant_category": "5814", "allowed_origins": ["https://shop.example"]}
    desk.merchant.api.put("/checkout/settings", json=settings).raise_for_status()
    page = desk.open("/dashboard/settings")
    minutes = page.get_by_label("Minutes to pay an order")
    expect(minutes).to_have_value("1.5")
    minutes.fill("1,5")
    page.get_by_label("Merchant category").fill("food")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("A number of minutes from 1")).to_be_visible()
    expect(page.get_by_text("Four digits, such as 5999")).to_be_visible()
    assert desk.merchant.api.get("/checkout/settings").json()["order_seconds"] == 90
    minutes.fill("30")
    page.get_by_label("Merchant category").fill("5812")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The checkout shows it from now on")).to_be_visible()
    saved = desk.merchant.api.get("/checkout/settings").json()
    assert (saved["order_seconds"], saved["merchant_category"]) == (1800, "5812")
    assert saved["allowed_origins"] == ["https://shop.example"]
    minutes.fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: desk.merchant.api.get("/checkout/settings").json()["order_seconds"] is None, 10, "no limit")


def test_the_business_page_shows_the_signing_secret_to_who_may_see_it(desk: Desk, browser: Browser) -> None:
    secret = desk.merchant.api.get("/checkout/settings").json()["signing_secret"]
    page = desk.open("/dashboard/settings")
    shown = page.get_by_test_id("signing-secret")
    expect(shown).not_to_contain_text(secret)
    panel = page.get_by_test_id("signing-secret-panel")
    panel.get_by_role("button", name="Reveal").click()
    expect(shown).to_have_text(secret)
    panel.get_by_role("button", name="Hide").click()
    expect(shown).not_to_contain_text(secret)
    support = desk.shop.member("support")
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    other = context.new_page()
    log_in(other, desk.url, support.email, PASSWORD)
    other.goto(f"{desk.url}/dashboard/settings")
    expect(other.get_by_label("Merchant category")).to_be_disabled()
    expect(other.get_by_test_id("signing-secret-panel")).to_have_count(0)
    context.close()
