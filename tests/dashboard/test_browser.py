"""The dashboard in Chromium against the real processes, as a person uses it."""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.browser import DESKTOP, PHONE, chromium, log_in, serve_dashboard, violations
from tests.dashboard.conftest import PASSWORD, Person, Shop, create_owner
from tests.dashboard.receiver import Receiver
from tests.dashboard.screenshots import PAGES
from tests.support.client import Merchant
from tests.support.stack import Stack, eventually

pytestmark = pytest.mark.browser


@dataclass
class Desk:
    """A page of a browser in which the owner of a fresh merchant is logged in."""

    page: Page
    url: str
    shop: Shop

    @property
    def merchant(self) -> Merchant:
        return self.shop.merchant

    def open(self, path: str) -> Page:
        """Go to a page of the dashboard."""
        self.page.goto(self.url + path)
        self.page.locator("main h1").first.wait_for()
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def url(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_dashboard(stack.base_url, tmp_path_factory.mktemp("dashboard")) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, accept_downloads=True, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if _is_bad(message.text) else None)
    yield page
    context.close()
    assert problems == []


def _is_bad(text: str) -> bool:
    return "Content Security Policy" in text or "Warning:" in text


@pytest.fixture
def desk(stack: Stack, url: str, page: Page) -> Desk:
    merchant = stack.merchant()
    email = f"owner-{time.monotonic_ns()}@example.com"
    create_owner(stack, merchant.id, email)
    shop = Shop(stack, merchant, Person(stack, email).logged_in())
    log_in(page, url, email, PASSWORD)
    return Desk(page, url, shop)


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
    session = next(c for c in desk.page.context.cookies() if c["name"] == "gateway_session")
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
    with Path(download.value.path()).open(newline="") as file:
        exported = list(csv.DictReader(file))
    assert [row["id"] for row in exported] == [failed["id"]]


def test_a_list_follows_changes_by_itself(desk: Desk) -> None:
    page = desk.open("/dashboard/transactions")
    expect(page.get_by_text("No payments yet")).to_be_visible()
    payment = desk.merchant.paid()
    expect(page.locator(f"[data-payment-id={payment['id']}]").get_by_test_id("status")).to_have_text(
        "success", timeout=15_000
    )


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


def test_a_rotated_key_goes_on_until_its_end(desk: Desk) -> None:
    page = desk.open("/dashboard/keys")
    page.get_by_role("button", name=f"Actions for {desk.merchant.key}").click()
    page.get_by_role("menuitem", name="Rotate").click()
    page.get_by_label("In 1 hour").check()
    page.get_by_role("button", name="Rotate key").click()
    pair = page.get_by_test_id("new-key").inner_text()
    key, secret = (line.partition(": ")[2] for line in pair.splitlines()[:2])
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Done").click()
    headers = {"X-Api-Key": key, "X-Api-Secret": secret}
    assert httpx.get(f"{desk.shop.stack.base_url}/api/v1/orders", headers=headers).status_code == 200
    assert desk.merchant.api.get("/orders").status_code == 200
    expect(page.locator(f"[data-key-id={desk.merchant.key}]")).to_contain_text("expiring")
    assert secret not in page.content()
    desk.open("/dashboard/audit")
    expect(page.get_by_test_id("audit-action").first).to_have_text("key.rotated")


def test_webhooks_fail_are_recovered_and_arrive(desk: Desk) -> None:
    with Receiver(status=500) as receiver:
        page = desk.open("/dashboard/webhooks")
        expect(page.get_by_test_id("webhook-config")).to_be_visible()
        form = page.get_by_test_id("webhook-config-form")
        form.get_by_test_id("webhook-url-input").fill(receiver.url)
        form.get_by_test_id("save-webhook-button").click()
        expect(page.get_by_text("Events go there from now on.")).to_be_visible()
        form.get_by_test_id("test-webhook-button").click()
        expect(page.get_by_role("status").get_by_text("500")).to_be_visible(timeout=15_000)
        desk.shop.stack.sql(
            "UPDATE deliveries SET status = 'failed', due_at = NULL, next_attempt_at = NULL, attempts = 5, "
            "lease_token = NULL, response_code = 500 WHERE merchant_id = %s AND status = 'pending'",
            (desk.merchant.id,),
        )
        _fail_all(desk, receiver)
        page.reload()
        item = page.get_by_test_id("webhook-logs-table").get_by_test_id("webhook-log-item").first
        expect(item.get_by_test_id("webhook-event")).not_to_be_empty()
        expect(item.get_by_test_id("webhook-status")).to_have_text("failed")
        expect(item.get_by_test_id("webhook-attempts")).to_have_text("5")
        expect(item.get_by_test_id("webhook-last-attempt")).not_to_be_empty()
        expect(item.get_by_test_id("webhook-response-code")).to_have_text("500")
        expect(item.get_by_test_id("retry-webhook-button")).to_be_visible()
        expect(page.get_by_test_id("webhook-secret")).to_contain_text("whsec_")
        expect(page.get_by_test_id("regenerate-secret-button")).to_be_visible()
        receiver.status = 200
        # Recovery by keyboard alone.
        page.get_by_test_id("recover-button").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("recover-preview")).to_contain_text("would be sent again")
        start = page.get_by_test_id("recover-start")
        expect(start).to_be_enabled()
        start.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("recover-progress")).to_have_attribute(
            "data-status", "completed", timeout=20_000
        )
        page.get_by_role("button", name="Done").click()
        page.get_by_label("Status", exact=True).select_option("failed")
        expect(page.get_by_text("No delivery matches")).to_be_visible(timeout=30_000)


def _fail_all(desk: Desk, receiver: Receiver) -> None:
    """A paid order whose webhooks all fail for good, without waiting for fifty seconds of retries."""
    desk.merchant.paid()
    eventually(lambda: len(receiver.bodies) >= 4, 20, "the first attempts")

    def given_up() -> bool:
        desk.shop.stack.sql(
            "UPDATE deliveries SET status = 'failed', due_at = NULL, next_attempt_at = NULL, attempts = 5, "
            "lease_token = NULL WHERE merchant_id = %s AND status = 'pending' AND last_attempt_at IS NOT NULL",
            (desk.merchant.id,),
        )
        rows = desk.shop.stack.sql(
            "SELECT count(*) FROM deliveries WHERE merchant_id = %s AND status = 'pending'", (desk.merchant.id,)
        )
        return rows[0][0] == 0

    eventually(given_up, 20, "given-up deliveries")


def test_a_viewer_sees_no_buttons_and_the_api_agrees(desk: Desk, browser: Browser) -> None:
    payment = desk.merchant.paid()
    viewer = desk.shop.member("viewer")
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    log_in(page, desk.url, viewer.email, PASSWORD)
    page.goto(f"{desk.url}/dashboard/transactions/{payment['id']}")
    page.get_by_test_id("timeline").wait_for()
    assert page.get_by_role("button", name="Refund").count() == 0
    assert page.get_by_role("link", name="API keys").count() == 0
    page.goto(f"{desk.url}/dashboard/audit")
    expect(page.get_by_role("alert")).to_contain_text("Your role does not allow this")
    context.close()


def test_a_snippet_of_the_docs_runs(desk: Desk) -> None:
    page = desk.open("/dashboard/docs")
    docs = page.get_by_test_id("api-docs")
    for section, snippet, text in (
        ("section-create-order", "code-snippet-create-order", desk.merchant.key),
        ("section-sdk-integration", "code-snippet-sdk", "new PaymentGateway"),
        ("section-webhook-verification", "code-snippet-webhook", "sha256"),
    ):
        expect(docs.get_by_test_id(section).get_by_test_id(snippet)).to_contain_text(text)
    page.get_by_test_id("run-create-order").click()
    expect(page.get_by_test_id("run-answer")).to_contain_text('"status": "created"')


def test_the_palette_jumps_to_a_payment(desk: Desk) -> None:
    payment = desk.merchant.paid()
    page = desk.open("/dashboard")
    page.keyboard.press("ControlOrMeta+K")
    page.get_by_role("combobox", name="Find anything").fill(payment["id"])
    expect(page.get_by_role("option").first).to_contain_text(payment["id"])
    page.keyboard.press("Enter")
    page.get_by_test_id("timeline").wait_for()
    assert page.url.endswith(payment["id"])


def test_live_mode_is_another_world(desk: Desk) -> None:
    desk.merchant.paid()
    page = desk.open("/dashboard/transactions")
    expect(page.get_by_text("Test mode", exact=True)).to_be_visible()
    expect(page.get_by_test_id("transaction-row")).to_have_count(1)
    page.get_by_text("Live", exact=True).click()
    expect(page.get_by_text("No payments yet")).to_be_visible()
    expect(page.get_by_text("Test mode", exact=True)).to_have_count(0)


def test_an_invited_member_joins_by_link(desk: Desk, browser: Browser) -> None:
    page = desk.open("/dashboard/team")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("E-mail").fill(f"new-{time.monotonic_ns()}@example.com")
    page.get_by_role("button", name="Make the link").click()
    token = page.get_by_test_id("invite-link").inner_text().partition("#")[2].strip()
    context = browser.new_context(viewport=PHONE)
    other = context.new_page()
    other.goto(f"{desk.url}/invite#{token}")
    other.get_by_label("Your name").fill("Asha Rao")
    other.get_by_label("Choose a password").fill("a sentence of my own")
    other.get_by_role("button", name="Join").click()
    other.get_by_test_id("dashboard").wait_for()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_has_an_accessibility_violation(
    desk: Desk, browser: Browser, scheme: str, size: dict[str, int]
) -> None:
    payment = desk.merchant.paid()
    desk.merchant.settled(desk.merchant.card(desk.merchant.order(), "4000000000009995"), "failed")
    desk.merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100})
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{desk.url}/login")
    page.get_by_test_id("login-form").wait_for()
    found = {"login": violations(page)}
    log_in(page, desk.url, desk.shop.owner.email, PASSWORD)
    paths = PAGES | {
        "payment": f"/dashboard/transactions/{payment['id']}",
        "order": f"/dashboard/orders/{payment['order_id']}",
    }
    for name, path in paths.items():
        page.goto(desk.url + path)
        page.locator("main h1").first.wait_for()
        expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=15_000)
        found[name] = violations(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} px too wide"
    page.goto(f"{desk.url}/dashboard/transactions/{payment['id']}")
    page.get_by_role("button", name="Refund").click()
    page.get_by_label("Amount in INR").wait_for()
    found["refund dialog"] = violations(page)
    context.close()
    problems = [f"{name}: {line}" for name, lines in found.items() for line in lines]
    assert not problems, "\n".join(problems)
