"""Log-in, payments, lists and money in Chromium against the real processes, as a person uses them."""

import codecs
import csv
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.browser import DESKTOP, log_in
from tests.dashboard.conftest import PASSWORD, Desk, create_owner
from tests.support.stack import Stack, eventually

pytestmark = pytest.mark.browser


def test_log_in_refuses_then_leads_to_where_one_wanted_to_go(desk: Desk, browser: Browser) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{desk.url}/dashboard/webhooks?status=failed")
    page.get_by_test_id("login-form").wait_for()
    page.get_by_test_id("email-input").fill(desk.shop.owner.email)
    page.get_by_test_id("password-input").fill("wrong")
    page.get_by_test_id("login-button").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_test_id("password-input").fill(PASSWORD)
    page.get_by_test_id("login-button").click()
    page.get_by_test_id("webhook-logs-table").wait_for()
    assert page.url.endswith("/dashboard/webhooks?status=failed")
    context.close()


def test_ten_wrong_passwords_shut_the_door(desk: Desk, browser: Browser) -> None:
    context = browser.new_context(viewport=DESKTOP, extra_http_headers={"X-Forwarded-For": "203.0.113.77"})
    page = context.new_page()
    page.goto(f"{desk.url}/login")
    page.get_by_test_id("email-input").fill(desk.shop.owner.email)
    for number in range(11):
        page.get_by_test_id("password-input").fill(f"wrong {number}")
        with page.expect_response("**/api/v1/session"):
            page.get_by_test_id("login-button").click()
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong passwords")
    context.close()
    desk.open("/dashboard")


def test_no_secret_is_in_the_bundle_or_in_storage(desk: Desk) -> None:
    scripts = Path("web/dashboard/dist/public/assets").glob("*.js")
    assert not [file for file in scripts if "secret_test_xyz789" in file.read_text()]
    desk.open("/dashboard/keys")
    stored = desk.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie")
    session = next(c for c in desk.page.context.cookies() if c["name"].startswith("gateway_session_"))
    assert session["httpOnly"]
    assert session["value"] not in stored
    assert "secret" not in stored


def test_the_overview_has_every_hook_filled(desk: Desk) -> None:
    desk.merchant.paid(50_000)
    desk.merchant.settled(desk.merchant.upi(desk.merchant.order(), "failure@bank"), "failed")
    page = desk.open("/dashboard")
    expect(page.get_by_test_id("dashboard")).to_be_visible()
    expect(page.get_by_test_id("api-credentials")).to_be_visible()
    expect(page.get_by_test_id("api-key")).to_have_text(desk.merchant.key)
    expect(page.get_by_test_id("api-secret")).to_contain_text("••••")
    expect(page.get_by_test_id("stats-container")).to_be_visible()
    expect(page.get_by_test_id("total-transactions")).to_have_text("2")
    expect(page.get_by_test_id("total-amount")).to_have_text("₹500.00")
    expect(page.get_by_test_id("success-rate")).to_have_text("50%")


def test_the_published_test_pair_is_shown_to_the_test_merchant(stack: Stack, url: str, browser: Browser) -> None:
    email = f"seeded-{time.monotonic_ns()}@example.com"
    create_owner(stack, "550e8400-e29b-41d4-a716-446655440000", email)
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    log_in(page, url, email, PASSWORD)
    expect(page.get_by_test_id("api-key")).to_have_text("key_test_abc123")
    expect(page.get_by_test_id("api-secret")).to_have_text("secret_test_xyz789")
    context.close()


def test_the_list_has_every_hook_filled(desk: Desk) -> None:
    payment = desk.merchant.paid(50_000)
    page = desk.open("/dashboard/transactions")
    row = page.get_by_test_id("transactions-table").get_by_test_id("transaction-row")
    expect(row).to_have_attribute("data-payment-id", payment["id"])
    expect(row.get_by_test_id("payment-id")).to_have_text(payment["id"])
    expect(row.get_by_test_id("order-id")).to_have_text(payment["order_id"])
    expect(row.get_by_test_id("amount")).to_have_text("₹500.00")
    expect(row.get_by_test_id("method")).to_contain_text("UPI")
    expect(row.get_by_test_id("status")).to_have_text("success")
    expect(row.get_by_test_id("created-at")).not_to_be_empty()


def test_filters_live_in_the_url_and_the_export_is_the_list(desk: Desk) -> None:
    failed = desk.merchant.settled(desk.merchant.upi(desk.merchant.order(), "failure@bank"), "failed")
    desk.merchant.paid()
    page = desk.open("/dashboard/transactions")
    rows = page.get_by_test_id("transaction-row")
    expect(rows).to_have_count(2)
    page.get_by_label("Any status").select_option("failed")
    expect(rows).to_have_count(1)
    assert "status=failed" in page.url
    page.reload()
    expect(rows).to_have_count(1)
    expect(rows.get_by_test_id("payment-id")).to_have_text(failed["id"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    saved = Path(download.value.path())
    # Excel takes UTF-8 for it only behind a mark.
    assert saved.read_bytes().startswith(codecs.BOM_UTF8)
    with saved.open(newline="", encoding="utf-8-sig") as file:
        exported = list(csv.DictReader(file))
    assert [row["id"] for row in exported] == [failed["id"]]
    assert [row["amount_major"] for row in exported] == ["500.00"]
    zone = ZoneInfo(page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone"))
    made = datetime.fromisoformat(failed["created_at"]).astimezone(zone)
    assert [row["created_at_local"] for row in exported] == [f"{made:%Y-%m-%d %H:%M:%S}"]


def test_a_list_follows_changes_by_itself(desk: Desk) -> None:
    page = desk.open("/dashboard/transactions")
    expect(page.get_by_text("No payments yet")).to_be_visible()
    payment = desk.merchant.paid()
    expect(page.locator(f"[data-payment-id={payment['id']}]").get_by_test_id("status")).to_have_text(
        "success", timeout=15_000
    )


def test_a_refund_that_was_refused_is_corrected_in_the_same_dialog(desk: Desk) -> None:
    """Somebody else refunds a part while the dialog stands open."""
    payment = desk.merchant.paid(50_000)
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    page.get_by_role("button", name="Refund").click()
    amount = page.get_by_label("Amount in INR")
    expect(amount).to_have_value("500.00")
    # The page hears of it only by the refusal.
    page.route("**/api/v1/changes**", lambda route: route.abort())
    page.route(f"**/api/v1/payments/{payment['id']}", lambda route: None)
    desk.merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 20_000}).raise_for_status()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Refund").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Refund amount exceeds available amount")
    amount.fill("300")
    dialog.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("The refund is on its way")).to_be_visible()
    refunds = desk.merchant.api.get(f"/payments/{payment['id']}/refunds").json()
    assert sorted(one["amount"] for one in refunds) == [20_000, 30_000]


def test_a_refund_by_keyboard_alone(desk: Desk) -> None:
    payment = desk.merchant.paid(50_000)
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    page.get_by_role("button", name="Refund").focus()
    page.keyboard.press("Enter")
    amount = page.get_by_label("Amount in INR")
    expect(amount).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("200")
    expect(page.get_by_text("₹300.00 can still be refunded later.")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("one item returned")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("refund-row")).to_contain_text("₹200.00", timeout=15_000)
    eventually(lambda: desk.merchant.payment(payment["id"])["amount_refunded"] == 20_000, 20, "the refund")
    expect(page.locator("[data-kind=action]")).to_contain_text(desk.shop.owner.email)
    expect(page.locator("[data-title='refund.processed']").first).to_be_visible(timeout=20_000)
    desk.open("/dashboard/audit?action=payment")
    expect(page.locator("tbody tr").first).to_contain_text("₹200.00 · reason: one item returned")


def test_a_double_click_refunds_once(desk: Desk) -> None:
    payment = desk.merchant.paid(50_000)
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    page.get_by_role("button", name="Refund").click()
    page.get_by_label("Amount in INR").fill("100")
    page.get_by_role("button", name="Refund ₹100.00").dblclick(no_wait_after=True)
    expect(page.get_by_test_id("refund-row")).to_have_count(1)
    refunds = desk.merchant.api.get(f"/payments/{payment['id']}/refunds").json()
    assert [refund["amount"] for refund in refunds] == [10_000]


def test_an_authorisation_is_captured_in_part(desk: Desk) -> None:
    payment = desk.merchant.settled(desk.merchant.upi(desk.merchant.order(50_000, capture="manual")))
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    page.get_by_role("button", name="Capture").click()
    page.get_by_label("Amount in INR").fill("300")
    expect(page.get_by_text("₹200.00 is released to the shopper.")).to_be_visible()
    page.get_by_role("button", name="Capture ₹300.00").click()
    eventually(lambda: desk.merchant.payment(payment["id"])["amount_captured"] == 30_000, 20, "the capture")
    expect(page.get_by_role("button", name="Refund")).to_be_visible()
