"""Net banking and wallets in the dashboard: switched on and off, tried out, found again."""

import re

import pytest
from playwright.sync_api import expect

from tests.dashboard.conftest import Desk

pytestmark = pytest.mark.browser


def test_methods_are_switched_on_tried_out_and_found_again(desk: Desk) -> None:
    page = desk.open("/dashboard/settings")
    expect(page.get_by_role("checkbox", name="Net banking")).not_to_be_checked()
    for name in ("Net banking", "Wallets"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("checkbox", name="UPI").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The checkout shows it from now on.")).to_be_visible()
    methods = desk.merchant.api.get("/checkout/settings").json()["methods"]
    assert sorted(methods) == ["card", "netbanking", "wallet"]
    page.goto(page.url.replace("/settings", "/test-tools"))
    page.get_by_role("button", name="Make a payment with TEST_SUCCESS", exact=True).click()
    expect(page.get_by_text("Net banking · TEST_SUCCESS")).to_be_visible()
    expect(page.locator("[data-status=success]").first).to_be_visible(timeout=15_000)
    payment = desk.merchant.by("wallet", desk.merchant.order(), wallet="paytm")
    page.goto(re.sub(r"/transactions/.*", "/transactions?method=wallet", page.url))
    row = page.locator(f"[data-payment-id={payment['id']}]")
    expect(row.get_by_test_id("method")).to_have_text("Wallet · Paytm")
    expect(page.get_by_test_id("transaction-row")).to_have_count(1)
    csv = desk.merchant.api.get("/payments", params={"method": "wallet"}, headers={"Accept": "text/csv"}).text
    head, line = csv.strip().split("\r\n")
    assert dict(zip(head.split(","), line.split(","), strict=True))["wallet"] == "paytm"
