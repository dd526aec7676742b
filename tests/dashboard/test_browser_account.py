"""One's own account in Chromium: two-factor log-in, and a session that ends."""

import time
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.browser import DESKTOP, PASSWORD, log_in, serve_dashboard, violations
from tests.dashboard.conftest import Desk, create_owner
from tests.support.stack import eventually

pytestmark = pytest.mark.browser


def test_two_factor_log_in_is_turned_on_used_and_turned_off(desk: Desk, browser: Browser) -> None:
    page = desk.open("/dashboard/security")
    page.get_by_test_id("two-factor-enrol").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(PASSWORD)
    page.keyboard.press("Enter")
    secret = page.get_by_test_id("two-factor-secret").inner_text()
    picture = dialog.get_by_role("img", name="QR code")
    eventually(lambda: picture.evaluate("image => image.naturalWidth > 100"), 10, "the QR code")
    page.get_by_test_id("two-factor-code").fill("000000")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_test_id("two-factor-code").fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    codes = page.get_by_test_id("recovery-codes").inner_text().split()
    assert len(codes) == 10
    assert violations(page) == []
    page.get_by_label("I have saved them").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_test_id("two-factor")).to_contain_text("10 of 10 recovery codes left")
    _log_in_with_a_code(desk, browser, codes[0])
    page.reload()
    expect(page.get_by_test_id("two-factor")).to_contain_text("9 of 10 recovery codes left")
    page.get_by_test_id("two-factor-disable").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_label("Code").fill(codes[1])
    dialog.get_by_role("button", name="Turn off").click()
    expect(page.get_by_test_id("two-factor-enrol")).to_be_visible()
    page = desk.open("/dashboard/audit?action=two_factor")
    expect(page.get_by_test_id("audit-action").first).to_have_text("two_factor.disabled")


def _log_in_with_a_code(desk: Desk, browser: Browser, code: str) -> None:
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{desk.url}/login?next=/dashboard/orders")
    page.get_by_test_id("email-input").fill(desk.shop.owner.email)
    page.get_by_test_id("password-input").fill(PASSWORD)
    page.keyboard.press("Enter")
    field = page.get_by_test_id("code-input")
    expect(field).to_be_focused()
    assert violations(page) == []
    field.fill("123456")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    field.fill(code)
    page.keyboard.press("Enter")
    page.get_by_test_id("dashboard").wait_for()
    assert page.url.endswith("/dashboard/orders")
    context.close()


def test_who_is_logged_out_elsewhere_logs_in_and_is_back(desk: Desk) -> None:
    page = desk.open("/dashboard/transactions?status=failed")
    desk.shop.stack.sql(
        "UPDATE user_sessions SET revoked_at = now() FROM users u WHERE u.id = user_id AND u.email = %s",
        (desk.shop.owner.email,),
    )
    page.get_by_label("Any method").select_option("card")
    expect(page.get_by_text("Your session has ended")).to_be_visible(timeout=15_000)
    assert violations(page) == []
    page.get_by_test_id("email-input").fill(desk.shop.owner.email)
    page.get_by_test_id("password-input").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_test_id("transactions-table").wait_for()
    assert page.url.endswith("/dashboard/transactions?status=failed&method=card")


def test_who_is_logged_out_elsewhere_hears_of_it_on_a_page_that_only_listens(desk: Desk) -> None:
    page = desk.open("/dashboard/docs")
    expect(page.locator("output[data-state=live]")).to_be_visible()
    desk.shop.stack.sql(
        "UPDATE user_sessions SET revoked_at = now() FROM users u WHERE u.id = user_id AND u.email = %s",
        (desk.shop.owner.email,),
    )
    expect(page.get_by_text("Your session has ended")).to_be_visible(timeout=15_000)
    assert page.url.endswith("next=%2Fdashboard%2Fdocs&ended=true")


def test_an_api_that_is_away_is_said_and_found_again(desk: Desk) -> None:
    page = desk.open("/dashboard/orders")
    expect(page.get_by_text("No orders", exact=True)).to_be_visible()
    page.route("**/api/v1/refunds**", lambda route: route.abort())
    page.get_by_role("link", name="Refunds").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("cannot be reached", timeout=20_000)
    page.unroute("**/api/v1/refunds**")
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No refunds", exact=True)).to_be_visible()


def test_two_dashboards_on_one_host_keep_their_sessions_apart(desk: Desk, tmp_path: Path) -> None:
    stack = desk.shop.stack
    email = f"neighbour-{time.monotonic_ns()}@example.com"
    create_owner(stack, stack.merchant().id, email)
    with serve_dashboard(stack.base_url, tmp_path) as other:
        page = desk.page.context.new_page()
        log_in(page, other, email, PASSWORD)
        page.close()
        desk.open("/dashboard/security")
        expect(desk.page.get_by_text(desk.shop.owner.email).first).to_be_visible()
        for url, owner in ((desk.url, desk.shop.owner.email), (other, email)):
            asked = desk.page.context.request.get(f"{url}/api/v1/session")
            assert asked.json()["user"]["email"] == owner
