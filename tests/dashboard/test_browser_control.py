"""Keys, webhooks, roles, docs, palette and team in Chromium against the real processes."""

import re
import time
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.browser import DESKTOP, PHONE, log_in
from tests.dashboard.conftest import PASSWORD, Desk
from tests.dashboard.money import allow_all, make_matters
from tests.dashboard.receiver import Receiver
from tests.processors.fakes.stripe import StripeFake
from tests.support.stack import Stack, eventually

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack(over_stripe: Stack) -> Stack:
    """In place of the shared one: a viewer looks at real money as well."""
    return over_stripe


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
        arrived = page.get_by_test_id("webhook-log-item").filter(has_text="payment.success")
        page.get_by_label("Status", exact=True).select_option("success")
        expect(arrived.get_by_test_id("webhook-response-code")).to_have_text("200", timeout=30_000)
        # The test event is not sent again: it was a question, not a fact.
        page.get_by_label("Status", exact=True).select_option("failed")
        page.get_by_label("Event", exact=True).select_option("payment.success")
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


_CONTROLS = """() => [...document.querySelectorAll(
        'main :is(button, input, select, textarea, [role=button], [role=menuitem])')]
    .filter((one) => one.checkVisibility() && !one.matches(':disabled'))
    .map((one) => one.getAttribute('aria-label') || one.labels?.[0]?.innerText || one.innerText)"""
_LOOKING = re.compile(
    r"Copy (?!.*secret).*|Columns|Views|Export CSV|Date( and amount)?|Any (method|reason|status)|Status|Event|What"
    r"|Payment id|Request id|Payment, order, VPA or last 4 digits|Order or receipt|Refund, payment or reason|Today"
    r"|\d+ days|Try again|curl|Node|PHP|Python|JSON|Raw body|Secret|Signature header"
)
"""What looks, filters, copies, or checks a signature in the browser."""
_OWN = re.compile(r"(Current|New) password|Show the password|Change password|Log out there|Turn on …")
_CLOSED = {f"/dashboard/{page}" for page in ("keys", "requests", "team", "audit", "processors", "routing")}


def _controls(page: Page, url: str) -> set[str]:
    """The names of what can be used on the page at this address, once it is there."""
    page.goto(url)
    page.locator("main h1").first.wait_for()
    expect(page.locator("main").locator(".mantine-Skeleton-root, [aria-busy=true]")).to_have_count(0)
    return set(page.evaluate(_CONTROLS))


def test_a_viewer_finds_nothing_on_any_page_that_changes_something(
    desk: Desk, browser: Browser, stripe: tuple[StripeFake, str]
) -> None:
    allow_all(desk.shop.stack, desk.merchant)
    desk.merchant.api.post("/webhooks/endpoints", json={"url": "http://localhost:59999/"}).raise_for_status()
    payment = desk.merchant.paid()
    matters = make_matters(desk.shop.stack, desk.merchant, desk.shop.owner.client, stripe[1])
    one, late = (f"/dashboard/transactions/{of['id']}" for of in (payment, matters.late))
    links = desk.page.get_by_role("navigation", name="Main").get_by_role("link").all()
    paths = [link.get_attribute("href") or "" for link in links]
    assert len(paths) == 21
    others = [one, late, f"/dashboard/transactions/{matters.disputed['id']}"]
    others += [f"/dashboard/orders/{of['order_id']}" for of in (payment, matters.late)]
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    refused: set[str] = set()
    page.on("response", lambda answer: refused.add(urlsplit(page.url).path) if answer.status == 403 else None)
    log_in(page, desk.url, desk.shop.member("viewer").email, PASSWORD)
    for path in [*paths, *others]:
        controls = _controls(page, desk.url + path)
        allowed = {name for name in controls if _LOOKING.fullmatch(name)}
        if path == "/dashboard/security":
            allowed |= {name for name in controls if _OWN.fullmatch(name)}
        assert controls == allowed, path
        closed = page.locator("main").get_by_text("Your role does not allow this").count()
        assert closed == (path in _CLOSED), path
        assert page.locator(f"nav a[href='{path}']").count() == (path not in _CLOSED and path in paths), path
    assert refused == _CLOSED
    context.close()
    # The owner finds them there, so that the pages above were no empty ones.
    for path, name in (
        (one, "Refund"), ("/dashboard/webhooks", "Add endpoint"), ("/dashboard/settings", "Save"),
        (late, "Pay it back …"), ("/dashboard/unexpected", "Try again …"), ("/dashboard/review", "Pay it back …"),
    ):  # fmt: skip
        assert name in _controls(desk.page, desk.url + path)


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
