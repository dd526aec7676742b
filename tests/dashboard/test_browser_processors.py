"""The page of processors in Chromium, over the real processes and a fake Stripe."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.browser import DESKTOP, log_in
from tests.dashboard.conftest import PASSWORD, Desk
from tests.processors.fakes.stripe import StripeFake
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack(over_stripe: Stack) -> Stack:
    """In place of the shared one."""
    return over_stripe


@pytest.fixture(autouse=True)
def well(stripe: tuple[StripeFake, str]) -> None:
    stripe[0].faults.clear()


def connect(page: Page, mode: str = "test", number: int = 1, name: str = "", button: bool = True) -> None:
    """Fill in and send the form."""
    if button:
        page.get_by_role("button", name="Connect an account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Processor").select_option("stripe")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Publishable key").fill(f"pk_{mode}_number{number}")
    dialog.get_by_label(re.compile("^Secret key")).fill(f"sk_{mode}_number{number}")
    dialog.get_by_label(re.compile("^Your password")).fill(PASSWORD)
    dialog.get_by_role("button", name="Connect and check").click()


def connected(desk: Desk, count: int = 1, mode: str = "test") -> list[dict[str, Any]]:
    """Accounts made without the browser."""
    headers = {"X-Gateway-Mode": mode}
    made = []
    for number in range(count):
        body = {
            "processor": "stripe", "label": f"Shop {number + 1}", "current_password": PASSWORD,
            "credentials": {"publishable_key": f"pk_{mode}_{number}", "secret_key": f"sk_{mode}_{number}"},
        }  # fmt: skip
        account = desk.shop.owner.client.post("/processor-accounts", json=body, headers=headers).json()
        path = f"/processor-accounts/{account['id']}/check"
        made.append(desk.shop.owner.client.post(path, headers=headers).raise_for_status().json())
    return made


def go_live(page: Page) -> None:
    page.get_by_role("radiogroup").get_by_text("Live", exact=True).click()


def test_to_connect_an_account_is_enough(desk: Desk) -> None:
    page = desk.open("/dashboard/processors")
    expect(page.get_by_text("No account yet")).to_be_visible()
    connect(page, name="Web shop")
    account = page.get_by_test_id("processor-account")
    expect(account.get_by_test_id("account-status")).to_have_text("enabled")
    expect(account.get_by_test_id("check-result")).to_have_attribute("data-good", "true")
    expect(account.get_by_test_id("webhook-url")).to_have_text(
        re.compile(r"/api/v1/processors/acct_\w{16}/notices$")
    )
    assert "sk_test_number1" not in page.content()
    desk.open("/dashboard/routing")
    expect(page.get_by_test_id("route")).to_have_text(re.compile("Everything → Web shop"))
    desk.open("/dashboard/audit?action=processor_account")
    expect(page.get_by_test_id("audit-action").first).to_have_text("processor_account.checked")


def test_a_wrong_key_is_red_and_says_why(desk: Desk, stripe: tuple[StripeFake, str]) -> None:
    page = desk.open("/dashboard/processors")
    stripe[0].fail("refused_key", "check", times=2)
    connect(page, number=2)
    account = page.get_by_test_id("processor-account")
    expect(account.get_by_test_id("check-result")).to_have_attribute("data-good", "false")
    expect(account.get_by_test_id("check-result")).to_contain_text("the processor refuses these credentials")
    expect(account.get_by_test_id("account-status")).to_have_text("unchecked")
    account.get_by_test_id("check-result").get_by_role("button", name="New credentials").click()
    page.get_by_role("dialog").get_by_role("button", name="Back").click()
    account.get_by_role("button", name="Check").click()
    expect(account.get_by_test_id("check-result")).to_have_attribute("data-good", "false")
    stripe[0].faults.clear()
    account.get_by_role("button", name="Check").click()
    expect(account.get_by_test_id("check-result")).to_have_attribute("data-good", "true")
    expect(account.get_by_test_id("account-status")).to_have_text("enabled")


def test_what_is_missing_is_asked_for_at_its_field(desk: Desk) -> None:
    page = desk.open("/dashboard/processors")
    page.get_by_role("button", name="Connect an account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Processor").select_option("stripe")
    dialog.get_by_role("button", name="Connect and check").click()
    expect(dialog.get_by_label("Publishable key")).to_be_focused()
    expect(dialog.get_by_role("alert")).to_have_count(0)


def test_what_cannot_be_taken_stays_in_the_form(desk: Desk) -> None:
    page = desk.open("/dashboard/processors")
    connect(page, mode="live", number=3)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_have_text(
        "Publishable key is of live mode, and this account is for test mode"
    )
    connect(page, number=3, button=False)
    expect(dialog).to_have_count(0)
    expect(page.get_by_test_id("processor-account")).to_have_count(1)


def test_credentials_are_replaced_and_the_account_is_disabled_and_removed(
    desk: Desk, stripe: tuple[StripeFake, str]
) -> None:
    [account] = connected(desk)
    page = desk.open("/dashboard/processors")
    panel = page.get_by_test_id("processor-account")

    def choose(item: str) -> None:
        panel.get_by_role("button", name="Actions for").click()
        page.get_by_role("menuitem", name=item).click()

    choose("New credentials")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Publishable key").fill("pk_test_next")
    dialog.get_by_label(re.compile("^Secret key")).fill("sk_test_next")
    dialog.get_by_label(re.compile("^Your password")).fill(PASSWORD)
    stripe[0].fail("refused_key", "check")
    dialog.get_by_role("button", name="Check and replace").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The credentials were not taken")
    dialog.get_by_role("button", name="Check and replace").click()
    expect(panel).to_contain_text("pk_test_next")
    choose("Edit")
    dialog.get_by_label("Name").fill("Renamed")
    dialog.get_by_label("New webhook secret", exact=True).fill("whsec_1")
    dialog.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("Renamed")
    choose("Disable")
    expect(panel.get_by_test_id("account-status")).to_have_text("disabled")
    choose("Enable")
    expect(panel.get_by_test_id("account-status")).to_have_text("enabled")
    choose("Remove")
    dialog.get_by_role("button", name="Remove").click()
    expect(panel).to_have_count(0)
    assert desk.shop.owner.client.get(f"/processor-accounts/{account['id']}").json()["status"] == "removed"


def test_live_is_on_once_an_account_works_and_is_stopped_in_an_emergency(desk: Desk) -> None:
    page = desk.open("/dashboard/processors")
    go_live(page)
    off = page.get_by_role("note").filter(has_text="Live is off")
    expect(off).to_be_visible()
    connect(page, mode="live", number=4, name="Real")
    panel = page.get_by_test_id("processor-account")
    expect(panel.get_by_test_id("account-status")).to_have_text("enabled")
    expect(off).to_have_count(0)
    panel.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Emergency stop").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Double charges")
    dialog.get_by_role("button", name="Stop now").click()
    expect(panel.get_by_role("alert").filter(has_text="New payments are stopped")).to_contain_text(
        "Double charges"
    )
    expect(panel.get_by_test_id("account-status")).to_have_text("paused")
    panel.get_by_role("button", name="End the stop").click()
    dialog.get_by_role("button", name="End the stop").click()
    expect(panel.get_by_test_id("account-status")).to_have_text("enabled")


def test_an_owner_sets_a_daily_refund_cap(desk: Desk) -> None:
    page = desk.open("/dashboard/processors")
    panel = page.get_by_test_id("refund-caps")
    expect(panel).to_contain_text("No cap")
    panel.get_by_role("button", name="Set a cap").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("In all").fill("1000")
    dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Save").click()
    expect(panel).to_contain_text("₹1,000.00")
    assert desk.shop.owner.client.get("/refund-caps").json()["caps"][0]["per_merchant"] == 100_000


def test_others_do_not_see_the_page(desk: Desk, browser: Browser) -> None:
    developer = desk.shop.member("developer")
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    log_in(page, desk.url, developer.email, PASSWORD)
    expect(page.get_by_role("link", name="Team")).to_be_visible()
    expect(page.get_by_role("link", name="Processors")).to_have_count(0)
    page.goto(f"{desk.url}/dashboard/processors")
    expect(page.get_by_text("Your role does not allow this").first).to_be_visible()
    context.close()
