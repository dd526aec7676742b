"""From "Live is off" to a trial that is proven, and what waits for a person; in Chromium over a fake Stripe."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.dashboard.browser import DESKTOP, PASSWORD, log_in
from tests.dashboard.conftest import Desk
from tests.dashboard.money import disputed, late, left_to_people, shop_at
from tests.dashboard.test_browser_processors import connect, connected, go_live
from tests.processors.conformance.telling import tell_all
from tests.processors.fakes.stripe import StripeFake
from tests.support.processors import Shop
from tests.support.stack import Stack

pytestmark = pytest.mark.browser
SLOW = 20_000
"""Milliseconds for what a worker does: claims, looks, tells."""


@pytest.fixture(scope="module")
def stack(over_stripe: Stack) -> Stack:
    """In place of the shared one."""
    return over_stripe


@pytest.fixture(autouse=True)
def well(stripe: tuple[StripeFake, str]) -> None:
    stripe[0].faults.clear()


@pytest.fixture
def shop(desk: Desk, stripe: tuple[StripeFake, str]) -> Shop:
    """The desk's merchant at the fake Stripe, in test mode."""
    made = shop_at(desk.shop.stack, desk.merchant, stripe[1])
    made.merchant.api.patch(f"/processor-accounts/{made.account_id}", json={"label": "Web shop"})
    return made


def done(page: Page) -> list[str | None]:
    """The items of the checklist that are there."""
    page.get_by_test_id("checklist").wait_for()
    found = page.locator("[data-test-id=checklist-item][data-done=true]")
    return [one.get_attribute("data-item") for one in found.all()]


def expect_step(page: Page, step: str, wanted: str) -> None:
    found = page.locator(f"[data-test-id=trial-step][data-step={step}]")
    expect(found).to_have_attribute("data-state", wanted, timeout=SLOW)


def test_live_is_off_leads_to_what_is_missing_and_each_item_to_where_it_is_done(desk: Desk) -> None:
    page = desk.open("/dashboard")
    go_live(page)
    banner = page.get_by_role("note").filter(has_text="Live is off")
    expect(page.get_by_test_id("live-panel")).to_contain_text("Live is off until an account at a processor")
    banner.get_by_role("link", name="What is missing").click()
    page.wait_for_url("**/dashboard/live")
    assert done(page) == []
    trial = page.locator("[data-item=trial]")
    expect(trial).to_contain_text("connect an account first")
    page.get_by_test_id("checklist").get_by_role("link", name="Processors").click()
    connect(page, mode="live", number=7, name="Real")
    expect(page.get_by_test_id("account-status")).to_have_text("enabled")
    page.goto(f"{desk.url}/dashboard/live")
    expect(page.locator("[data-item=processor]")).to_have_attribute("data-done", "true")
    assert done(page) == ["processor"]
    expect(page.get_by_test_id("live-panel")).to_contain_text("Live is on")
    trial.get_by_role("link", name="Try it live").click()
    expect(page.get_by_role("heading", name="Try it live")).to_be_visible()
    expect(page.get_by_role("button", name="Make an order of ₹1.00 in real money")).to_be_visible()


def test_from_test_mode_an_item_leads_into_live_mode(desk: Desk) -> None:
    page = desk.open("/dashboard/live")
    expect(page.get_by_text("Test mode", exact=True)).to_be_visible()
    page.get_by_test_id("checklist").get_by_role("link", name="API keys").click()
    page.wait_for_url("**/dashboard/keys")
    expect(page.get_by_text("Test mode", exact=True)).to_have_count(0)
    expect(page.get_by_test_id("dashboard")).to_have_attribute("data-mode", "live")


def test_a_trial_is_ticked_step_by_step_and_survives_a_reload(desk: Desk, shop: Shop) -> None:
    page = desk.open("/dashboard/processors")
    expect(page.get_by_test_id("proven-credentials")).to_have_attribute("data-seen", "true")
    expect(page.get_by_test_id("proven-payment")).to_contain_text("none seen")
    page.get_by_role("link", name="Try it: Web shop").click()
    page.get_by_role("button", name="Make an order of ₹1.00").click()
    checkout = page.get_by_role("link", name="Open the checkout")
    expect(checkout).to_have_attribute("target", "_blank")
    order_id = str(checkout.get_attribute("href")).partition("order_id=")[2]
    payment = shop.pay_order({"id": order_id})  # as the page behind that link does
    expect_step(page, "prepared", "done")
    expect_step(page, "paid", "waiting")
    page.reload()
    expect_step(page, "prepared", "done")
    shop.fake.pay(payment["id"])
    tell_all(shop, payment["id"])
    for step in ("paid", "captured", "notice"):
        expect_step(page, step, "done")
    expect(checkout).to_have_count(0)
    page.get_by_role("button", name="Pay back ₹1.00").click()
    for step in ("refund_asked", "refunded"):
        shop.look_refunds(payment["id"])
        expect_step(page, step, "done")
    expect(page.get_by_test_id("tried")).to_contain_text("All of it is proven")
    assert (shop.fake.book(payment["id"])["captured"], shop.fake.book(payment["id"])["refunded"]) == (100, 100)
    page = desk.open("/dashboard/processors")
    for what in ("payment", "capture", "refund", "notice"):
        expect(page.get_by_test_id(f"proven-{what}")).to_have_attribute("data-seen", "true")
    expect(page.get_by_test_id("webhook-secret")).to_contain_text("set ")
    page.get_by_text("Last check: GET /v1/account").click()
    expect(page.get_by_label("what the check was answered", exact=True)).to_contain_text("acct_")
    desk.open("/dashboard/audit?action=processor_account")
    expect(page.get_by_test_id("audit-action").first).to_have_text("processor_account.tried")


def test_a_trial_that_fails_says_why_and_what_to_do(desk: Desk, shop: Shop) -> None:
    begun = shop.merchant.api.post(f"/processor-accounts/{shop.account_id}/trial").raise_for_status().json()
    payment = shop.merchant.settled(shop.pay_order(begun["order"]), "requires_action")
    shop.grow_old(payment["id"], 24 * 3600)
    shop.ends(payment, "failed")
    page = desk.open(f"/dashboard/processors/{shop.account_id}/try")
    expect_step(page, "paid", "failed")
    step = page.locator("[data-step=paid]")
    expect(step).to_contain_text(shop.merchant.payment(payment["id"])["error_code"])
    expect(step).to_contain_text("start anew")
    page.get_by_role("button", name="Start anew").click()
    expect_step(page, "paid", "waiting")


def test_a_trial_that_would_prove_nothing_is_not_begun(desk: Desk, shop: Shop) -> None:
    shop.merchant.api.put("/processor-routes", json={"rules": []}).raise_for_status()
    page = desk.open(f"/dashboard/processors/{shop.account_id}/try")
    expect(page.get_by_test_id("why-not")).to_contain_text("No route leads to this account")
    expect(page.get_by_role("button", name="Make an order")).to_have_count(0)


def tab_to(page: Page, wanted: Locator) -> None:
    """Tab until this has the focus, as somebody without a mouse does."""
    expect(wanted).to_be_visible()
    for _ in range(120):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("it is not reached by Tab")


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    """Tab to a control, and press it."""
    tab_to(page, page.get_by_role(role, name=name).first)
    page.keyboard.press("Enter")


def test_the_keyboard_alone_goes_from_connecting_to_a_route_to_a_trial(desk: Desk) -> None:
    connected(desk, 2)
    page = desk.open("/dashboard/processors")

    press(page, "button", "Connect an account")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Processor")).to_be_focused()
    page.keyboard.type("Stripe")
    page.keyboard.press("Tab")
    page.keyboard.type("Third")
    page.keyboard.press("Tab")
    page.keyboard.type("pk_test_third")
    page.keyboard.press("Tab")
    page.keyboard.type("sk_test_third")
    tab_to(page, dialog.get_by_label(re.compile("^Your password")))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("processor-account")).to_have_count(3)
    expect(dialog).to_have_count(0)
    press(page, "link", "Routing")
    expect(page.get_by_test_id("route")).to_have_count(1)
    press(page, "button", "Add rule")
    expect(dialog.get_by_label("Account")).to_be_focused()
    page.keyboard.type("Third")
    tab_to(page, dialog.get_by_role("button", name="Add rule"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("route")).to_have_count(2)
    tab_to(page, page.get_by_role("button", name=re.compile("^Rule 2 of 2")))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_test_id("route").first).to_contain_text("Third")
    press(page, "button", "Save routes")
    expect(page.get_by_text("Not saved yet", exact=True)).to_have_count(0)
    page.goto(f"{desk.url}/dashboard/processors")
    press(page, "link", "Try it: Third (Stripe)")
    press(page, "button", "Make an order of ₹1.00")
    expect(page.get_by_role("link", name="Open the checkout")).to_be_visible()


def test_everything_that_waits_for_a_person_is_in_one_place(desk: Desk, shop: Shop, browser: Browser) -> None:
    paid = disputed(shop)
    money = late(shop)
    left_to_people(shop, money["id"])
    desk.shop.stack.sql(
        "INSERT INTO processor_notices (account_id, event_id, merchant_id, mode, type, topic, objects, "
        "review_reason, tries) VALUES (%s, 'evt_lost', %s, 'test', 'payment_intent.succeeded', 'payment', "
        "'{pi_lost}', 'no payment of ours was found in three days', 14)",
        (shop.account_id, desk.merchant.id),
    )
    page = desk.open("/dashboard")
    attention = page.get_by_role("list", name="Needs attention")
    attention.get_by_role("link").filter(has_text="1 notice of a processor is about something").click()
    page.wait_for_url("**/dashboard/review")
    expect(page.get_by_test_id("job-row")).to_contain_text("Look at its status page, then try again")
    expect(page.get_by_test_id("unexpected-job")).to_contain_text(money["id"])
    expect(page.get_by_test_id("dispute-job")).to_contain_text(paid["id"])
    notice = page.get_by_test_id("notice-row")
    expect(notice).to_contain_text("pi_lost")
    expect(page.get_by_text("mark it as done")).to_be_visible()
    context = browser.new_context(viewport=DESKTOP)
    other = context.new_page()
    log_in(other, desk.url, desk.shop.member("support").email, PASSWORD)
    other.goto(f"{desk.url}/dashboard/review")
    expect(other.get_by_test_id("notice-row")).to_be_visible()
    expect(other.get_by_role("button", name="Done")).to_have_count(0)
    context.close()
    notice.get_by_role("button", name="Done").click()
    expect(notice).to_have_count(0)
    assert desk.shop.owner.client.get("/processor-notices").json()["data"] == []
    desk.open("/dashboard/jobs")
    expect(page.get_by_test_id("waits-for-you")).to_contain_text("1 of these waits for you")
