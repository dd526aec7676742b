"""Amounts that people type, in Chromium: what is sent is what the button said, or nothing is."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.conftest import Desk
from tests.support.stack import eventually

pytestmark = pytest.mark.browser


def _dialog(page: Page, verb: str) -> Locator:
    page.get_by_role("button", name=verb, exact=True).click()
    return page.get_by_role("dialog")


def _authorised(desk: Desk, amount: int, currency: str) -> dict[str, Any]:
    order = desk.merchant.order(amount, currency=currency, capture="manual")
    return desk.merchant.settled(desk.merchant.card(order))


def _paid(desk: Desk, amount: int, currency: str) -> dict[str, Any]:
    return desk.merchant.settled(desk.merchant.card(desk.merchant.order(amount, currency=currency)))


def test_a_refund_with_a_decimal_comma_is_what_was_meant(desk: Desk) -> None:
    payment = _paid(desk, 100_000, "EUR")
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    dialog = _dialog(page, "Refund")
    amount = dialog.get_by_label("Amount in EUR")
    amount.fill("6,95")
    expect(dialog).to_contain_text("€6.95 goes back to the shopper. €993.05 can still be refunded later.")
    dialog.get_by_role("button", name="Refund €6.95", exact=True).click()
    expect(page.get_by_test_id("refund-row")).to_contain_text("€6.95")
    refunds = desk.merchant.api.get(f"/payments/{payment['id']}/refunds").json()
    assert [one["amount"] for one in refunds] == [695]


@pytest.mark.parametrize(
    ("currency", "typed", "said"),
    [
        ("EUR", "6,950.999", "EUR has 2 decimals, not 3"),
        ("EUR", "0,695", "EUR has 2 decimals, not 3"),
        ("EUR", "1,00,00", "Group digits as in €123,456,789.00, or not at all"),
        ("EUR", "-5", "Leave out the sign"),
        ("EUR", "0", "Enter more than zero"),
        ("EUR", "1,000.01", "At most €1,000.00, not €1,000.01"),
        ("EUR", "", "Enter an amount"),
        ("JPY", "500,5", "JPY has no decimals"),
        ("KWD", "1,234", "1,234 could be 1.234 or 1234.000: write one of these"),
    ],
)
def test_what_could_be_another_amount_is_not_sent(desk: Desk, currency: str, typed: str, said: str) -> None:
    payment = _paid(desk, 100_000, currency)
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    dialog = _dialog(page, "Refund")
    amount = dialog.get_by_label(f"Amount in {currency}")
    amount.fill(typed)
    expect(dialog.get_by_text(said, exact=True)).to_be_visible()
    expect(dialog.get_by_role("button", name="Refund", exact=True)).to_be_disabled()
    amount.press("Enter")
    expect(dialog).to_be_visible()
    assert desk.merchant.api.get(f"/payments/{payment['id']}/refunds").json() == []


def test_a_capture_takes_the_amount_that_the_button_says(desk: Desk) -> None:
    payment = _authorised(desk, 2_000_000, "EUR")
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    dialog = _dialog(page, "Capture")
    amount = dialog.get_by_label("Amount in EUR")
    amount.fill("1.234,567")
    expect(dialog.get_by_text("EUR has 2 decimals, not 3")).to_be_visible()
    amount.fill("1.234,50")
    expect(dialog).to_contain_text("You take €1,234.50. €18,765.50 is released to the shopper.")
    dialog.get_by_role("button", name="Capture €1,234.50", exact=True).click()
    eventually(lambda: desk.merchant.payment(payment["id"])["amount_captured"] == 123_450, 20, "the capture")


def test_amounts_are_filtered_in_the_currency_that_is_named(desk: Desk) -> None:
    for amount, currency in ((50_050, "INR"), (50_051, "INR"), (500, "JPY"), (60_000, "JPY")):
        desk.merchant.order(amount, currency=currency)
    page = desk.open("/dashboard/orders")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(page.get_by_test_id("list-sums")).to_have_text("All 4: ¥60,500 · ₹1,001.01")
    page.get_by_role("button", name="Date and amount").click()
    page.get_by_label("Any currency").select_option("INR")
    most = page.get_by_label("Most amount in INR")
    most.fill("500.505")
    most.press("Enter")
    expect(page.get_by_role("search").get_by_role("alert")).to_have_text("INR has 2 decimals, not 3")
    expect(rows).to_have_count(2)
    most.fill("500,5")
    most.press("Enter")
    page.wait_for_url("**/dashboard/orders?currency=INR&amount_max=50050")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("₹500.50")
    expect(most).to_have_value("500.50")
    # Another currency: its amounts are others.
    page.get_by_label("Any currency").select_option("JPY")
    page.wait_for_url("**/dashboard/orders?currency=JPY")
    page.get_by_label("Least amount in JPY").fill("60,000")
    page.get_by_label("Least amount in JPY").blur()
    page.wait_for_url("**/dashboard/orders?currency=JPY&amount_min=60000")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("¥60,000")


def test_an_amount_brings_the_currency_of_the_list_into_the_filter(desk: Desk) -> None:
    desk.merchant.order(1_005, currency="KWD")
    page = desk.open("/dashboard/orders")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Date and amount").click()
    page.get_by_label("Least amount in KWD").fill("1.005")
    page.get_by_label("Least amount in KWD").press("Enter")
    page.wait_for_url("**/dashboard/orders?amount_min=1005&currency=KWD")
    expect(page.get_by_label("Any currency")).to_have_value("KWD")
    expect(page.locator("tbody tr")).to_have_count(1)
    # A link of before amounts had a currency means what it meant.
    page = desk.open("/dashboard/orders?amount_min=1005")
    expect(page.get_by_label("Least amount in minor units")).to_have_value("1005")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_what_was_asked_of_the_bank_is_shown_until_it_has_answered(desk: Desk) -> None:
    """A capture that is under way is no captured one, and one that was refused may be asked for again."""
    order = desk.merchant.order(50_000, capture="manual")
    payment = desk.merchant.settled(desk.merchant.upi(order, "captureonce@bank"))
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    asked = page.get_by_test_id("asked-status")
    expect(page.get_by_test_id("status")).to_have_text("authorised")
    expect(asked).to_have_count(0)
    page.get_by_role("button", name="Capture", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Capture").click()
    expect(page.get_by_text("The bank is asked for the money")).to_be_visible()
    expect(asked).to_have_text(["capture refused"], timeout=15_000)
    expect(page.get_by_test_id("status")).to_have_text("authorised")
    expect(page.get_by_test_id("asked-of-bank")).to_contain_text("nothing was taken")
    expect(page.get_by_text("Capture refused: nothing was taken")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Capture", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Capture").click()
    expect(asked).to_have_count(0, timeout=15_000)
    expect(page.get_by_test_id("asked-of-bank")).to_have_count(0)
    expect(page.get_by_role("button", name="Refund")).to_be_visible()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("captured = true, amount_captured = amount, capture_status = 'pending'", "capture pending"),
        ("void_status = 'pending'", "release pending"),
    ],
)
def test_a_bank_that_does_not_answer_is_shown_as_such(desk: Desk, column: str, words: str) -> None:
    payment = _authorised(desk, 50_000, "INR")
    desk.shop.stack.sql(
        f"UPDATE payments SET {column}, review_reason = 'no answer' WHERE id = %s", (payment["id"],)
    )
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    expect(page.get_by_test_id("asked-status")).to_have_text([words])
    notice = page.get_by_test_id("asked-of-bank")
    expect(notice).to_contain_text("has not answered yet")
    expect(notice).to_contain_text("Waits for a person: no answer.")
    notice.get_by_role("link", name="Jobs").click()
    page.wait_for_url("**/dashboard/jobs")


def test_who_started_a_refund_hears_that_it_was_refused_and_why(desk: Desk) -> None:
    payment = desk.merchant.settled(desk.merchant.upi(desk.merchant.order(50_000), "refundfail@bank"))
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    dialog = _dialog(page, "Refund")
    dialog.get_by_label("Amount in INR").fill("100")
    dialog.get_by_role("button", name="Refund ₹100.00").click()
    expect(page.get_by_text("The refund is on its way")).to_be_visible()
    # Also on another page: it is the person who waits.
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Orders").click()
    toast = page.get_by_role("alert").filter(has_text="The refund was refused")
    expect(toast).to_be_visible(timeout=20_000)
    expect(page.get_by_text("The refund is on its way")).to_have_count(0)
    refund = desk.merchant.api.get(f"/payments/{payment['id']}/refunds").json()[0]
    assert refund["error_description"]
    why = f"{refund['error_description']} ({refund['error_code']})"
    expect(toast).to_contain_text(f"₹100.00 stays with you. {why}")
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    expect(page.get_by_test_id("refund-row")).to_contain_text(f"Refused: {why}")
    expect(page.locator("[data-title='refund.failed']")).to_contain_text(refund["error_description"])
    page = desk.open("/dashboard/refunds?status=failed")
    expect(page.get_by_role("table", name="Refunds")).to_contain_text(why, timeout=15_000)


def test_who_started_a_refund_hears_that_it_was_paid_out(desk: Desk) -> None:
    payment = desk.merchant.paid(50_000)
    page = desk.open(f"/dashboard/transactions/{payment['id']}")
    _dialog(page, "Refund").get_by_role("button", name="Refund ₹500.00").click()
    expect(page.get_by_text("The refund was paid out")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("The refund is on its way")).to_have_count(0)


def test_an_authorised_payment_is_no_success_anywhere(desk: Desk) -> None:
    held = _authorised(desk, 50_000, "INR")
    taken = desk.merchant.paid()
    page = desk.open("/dashboard/transactions")
    rows = page.get_by_test_id("transaction-row")
    expect(rows).to_have_count(2)
    status = page.locator(f"[data-payment-id={held['id']}]").get_by_test_id("status")
    expect(status).to_have_text("authorised")
    expect(status).to_have_attribute("data-status", "authorized")
    page.get_by_label("Any status").select_option(label="authorised")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-payment-id", held["id"])
    page.reload()
    expect(page.get_by_label("Any status")).to_have_value("authorized")
    page.get_by_label("Any status").select_option(label="success")
    expect(rows).to_have_attribute("data-payment-id", taken["id"])
    page.get_by_label("Any status").select_option(label="success or authorised")
    expect(rows).to_have_count(2)
    page = desk.open(f"/dashboard/transactions/{held['id']}")
    expect(page.locator("main [data-status=success]")).to_have_count(0)
    expect(page.get_by_test_id("status")).to_have_text("authorised")
    expect(page.locator("[data-title='payment.success']")).to_contain_text("Payment authorised")
    page = desk.open(f"/dashboard/orders/{held['order_id']}")
    expect(page.locator("tbody [data-status=authorized]")).to_have_text("authorised")
