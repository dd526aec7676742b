"""What staff see of real money in Chromium: late money, disputes, jobs, exchanges; over a fake Stripe."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.browser import DESKTOP, PASSWORD, log_in
from tests.dashboard.conftest import Desk
from tests.dashboard.money import disputed, late, left_to_people, shop_at
from tests.dashboard.test_browser_processors import connected, go_live
from tests.processors.fakes.stripe import StripeFake
from tests.support.processors import Shop
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack(over_stripe: Stack) -> Stack:
    """In place of the shared one."""
    return over_stripe


@pytest.fixture
def shop(desk: Desk, stripe: tuple[StripeFake, str]) -> Shop:
    """The desk's merchant at the fake Stripe, in test mode."""
    made = shop_at(desk.shop.stack, desk.merchant, stripe[1])
    made.merchant.api.patch(f"/processor-accounts/{made.account_id}", json={"label": "Web shop"})
    return made


def _found(page: Page, text: str, payment_id: str) -> None:
    """The palette leads from this id to the payment's page."""
    page.keyboard.press("ControlOrMeta+K")
    page.get_by_role("combobox", name="Find anything").fill(text)
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text(text)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dashboard/transactions/{payment_id}")


def _attention(page: Page, words: str) -> None:
    page.get_by_role("list", name="Needs attention").get_by_role("link").filter(has_text=words).click()


def test_late_money_is_found_refused_and_paid_back_by_a_persons_word(desk: Desk, shop: Shop) -> None:
    payment = late(shop)
    page = desk.open("/dashboard")
    _attention(page, "Money that nobody expected: 1 payment waits for your word")
    expect(page.get_by_label("Any status")).to_have_value("waits")
    row = page.get_by_test_id("unexpected-item")
    expect(row).to_contain_text("₹500.00")
    expect(row).to_contain_text("Web shop (Stripe)")
    expect(row).to_contain_text("came late")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert payment["id"] in download.value.path().read_text("utf-8")
    _found(page, str(row.get_attribute("data-unexpected-id")), payment["id"])
    page.go_back()
    row.get_by_text("kept", exact=True).click()
    panel = page.get_by_test_id("unexpected-panel")
    expect(panel).to_contain_text("It came after its payment was over")
    expect(panel).to_contain_text("This gateway pays nothing back by itself.")
    shop.fake.act("refunds_become", status="failed")
    try:
        panel.get_by_role("button", name="Pay it back").click()
        page.get_by_role("dialog").get_by_role("button", name="Pay back ₹500.00").click()
        expect(panel).to_contain_text("In review: the processor refused to pay it back", timeout=20_000)
    finally:
        shop.fake.act("refunds_become", status="succeeded")
    page = desk.open("/dashboard/review")
    job = page.get_by_test_id("unexpected-job")
    expect(job.get_by_test_id("unexpected-advice")).to_contain_text("Mend that, then try again.")
    job.get_by_role("button", name="Try again").click()
    page.get_by_role("dialog").get_by_role("button", name="Pay back").click()
    expect(job).to_have_count(0, timeout=20_000)
    page = desk.open(f"/dashboard/orders/{payment['order_id']}")
    expect(page.get_by_test_id("unexpected-panel")).to_contain_text("given back", timeout=20_000)
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    expect(panel).to_contain_text("Nothing is to be done: the shopper has it back.")
    expect(panel.get_by_role("button", name=re.compile("Pay|Try"))).to_have_count(0)
    told = page.get_by_test_id("timeline-entry").filter(has_text="What nobody expected was given back")
    expect(told).to_contain_text("₹500.00")
    expect(page.get_by_text("asked to pay back what nobody expected")).to_have_count(2)
    assert len(shop.fake.act("refunds", payment_id=payment["id"])) == 2, "one that failed, one that was paid"


def test_a_dispute_is_shown_with_what_to_do_and_by_when(desk: Desk, shop: Shop) -> None:
    payment = disputed(shop)
    page = desk.open("/dashboard")
    _attention(page, "1 dispute needs your answer")
    expect(page.get_by_label("Any status")).to_have_value("needs_response")
    row = page.get_by_test_id("dispute-item")
    expect(row).to_contain_text("₹500.00")
    [dispute] = desk.merchant.api.get("/disputes").json()["data"]
    _found(page, dispute["id"], payment["id"])
    panel = page.get_by_test_id("disputes-panel")
    expect(panel).to_contain_text("Answer it in the Stripe dashboard, under Disputes.")
    expect(panel.get_by_test_id("respond-by")).to_contain_text("Evidence is due by")
    expect(page.get_by_text("The shopper’s bank disputes the payment")).to_be_visible()
    page = desk.open(f"/dashboard/orders/{payment['order_id']}")
    expect(page.get_by_test_id("dispute-row")).to_contain_text("needs your answer")
    desk.shop.stack.sql("UPDATE disputes SET status = 'won' WHERE payment_id = %s", (payment["id"],))
    page = desk.open("/dashboard/disputes?status=won")
    expect(page.get_by_test_id("dispute-item")).to_have_count(1)
    page = desk.open("/dashboard")
    expect(page.get_by_test_id("stats-container")).to_be_visible()
    expect(page.get_by_text("needs your answer")).to_have_count(0)


def test_an_exchange_is_unfolded_and_what_is_left_to_people_is_tried_again(desk: Desk, shop: Shop) -> None:
    payment = shop.paid()
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    entries = page.locator("[data-test-id=timeline-entry][data-kind=processor]")
    entry = entries.filter(has_text="Asked Stripe to prepare the payment")
    expect(entries.filter(has_text="Asked Stripe how the payment stands").first).to_be_visible()
    expect(entry).to_contain_text(
        re.compile(r"Asked Stripe to prepare.*POST /v1/payment_intents: answered 200 in \d")
    )
    exchange = entry.get_by_test_id("exchange")
    expect(exchange.get_by_label("what was asked", exact=True)).to_be_hidden()
    exchange.get_by_text("What was asked and answered").click()
    expect(exchange.get_by_label("what was asked", exact=True)).to_contain_text("50000")
    expect(exchange.get_by_label("what was answered", exact=True)).to_contain_text("requires_payment_method")
    assert "_secret_" not in exchange.inner_text(), "what opens the form is kept from people"
    left_to_people(shop, payment["id"])
    page = desk.open("/dashboard/jobs")
    job = page.get_by_test_id("job-row")
    expect(job.get_by_test_id("job-advice")).to_contain_text("Look at its status page, then try again")
    job.get_by_role("button", name="Try again").click()
    expect(job.get_by_test_id("job-advice")).to_have_count(0, timeout=20_000)
    shop.becomes(payment["id"], lambda now: now["review_reason"] is None, "looked at")


def test_a_stop_is_told_everywhere_and_ended_by_those_who_may(desk: Desk, browser: Browser) -> None:
    [account] = connected(desk, mode="live")
    path, live = f"/processor-accounts/{account['id']}", {"X-Gateway-Mode": "live"}
    stop = {"covers": "payments", "reason": "Double charges"}
    desk.shop.owner.client.post(f"{path}/pause", json=stop, headers=live).raise_for_status()
    words = re.compile(
        rf"New live payments at Shop 1 \(Stripe\) are stopped since .* by {re.escape(desk.shop.owner.email)}"
        ": Double charges"
    )
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    log_in(page, desk.url, desk.shop.member("viewer").email, PASSWORD)
    banner = page.get_by_test_id("stop-banner")
    expect(banner).to_have_count(0)
    go_live(page)
    expect(banner).to_have_text(words)
    expect(banner.get_by_role("button")).to_have_count(0)
    context.close()
    page = desk.open("/dashboard/orders")
    go_live(page)
    banner = page.get_by_test_id("stop-banner")
    expect(banner).to_contain_text("Double charges")
    banner.get_by_role("button", name="End the stop").click()
    page.get_by_role("dialog").get_by_role("button", name="End the stop").click()
    expect(banner).to_have_count(0)
    assert desk.shop.owner.client.get(path, headers=live).json()["stops"] == []
    desk.shop.stack.sql(
        "INSERT INTO processor_stops (merchant_id, account_id, covers, reason, by_whom, created_at) "
        "VALUES (%s, NULL, 'refunds', NULL, 'cli (ops)', now())",
        (desk.merchant.id,),
    )
    page.reload()
    expect(banner).to_have_text(re.compile("Live refunds are stopped since .* by the operator of this gateway$"))
    expect(banner.get_by_role("button")).to_have_count(0)
