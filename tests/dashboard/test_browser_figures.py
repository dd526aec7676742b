"""The overview's figures in Chromium: whole, grouped, compared, and honest where there is nothing."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import Desk

pytestmark = pytest.mark.browser

_BROKEN = r"""() => {
    const amount = /(?:[A-Z]{0,3}[₹$€¥£]|[A-Z]{3}[ \u00a0])[\d,.]*\d/g;
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    const broken = [];
    let seen = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement.closest('.visually-hidden, title, pre')) continue;
        for (const match of node.data.matchAll(amount)) {
            const range = document.createRange();
            range.setStart(node, match.index);
            range.setEnd(node, match.index + match[0].length);
            const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
            const box = range.getBoundingClientRect();
            if (box.width === 0) continue;
            seen += 1;
            if (lines.size > 1 || box.right > innerWidth + 1 || box.left < 0) broken.push(match[0]);
            const holder = node.parentElement.closest('[class*=stat]');
            if (holder && box.right > holder.getBoundingClientRect().right) broken.push(`out: ${match[0]}`);
        }
    }
    return { seen, broken };
}"""


def _broken(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_BROKEN)
    return found


@pytest.mark.parametrize("width", [1440, 1280, 1024, 768, 390, 320])
def test_no_amount_breaks_inside(desk: Desk, width: int) -> None:
    payment = desk.merchant.settled(desk.merchant.card(desk.merchant.order(10**12)))
    desk.merchant.settled(desk.merchant.card(desk.merchant.order(999_999_999_999, currency="KWD")))
    desk.merchant.settled(desk.merchant.card(desk.merchant.order(999_999_999_999, currency="CHF")))
    desk.merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 123_456_789_012})
    desk.page.set_viewport_size({"width": width, "height": 900})
    for path in (
        "/dashboard",
        "/dashboard/transactions",
        f"/dashboard/transactions/{payment['id']}",
        "/dashboard/orders",
    ):
        page = desk.open(path)
        expect(page.locator("main").get_by_text("₹10,00,00,00,000.00").first).to_be_visible()
        found = _broken(page)
        assert found["seen"] > 0, path
        assert found["broken"] == [], (path, found)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_an_overview_of_nothing_says_so(desk: Desk) -> None:
    page = desk.open("/dashboard")
    expect(page.get_by_test_id("success-rate")).to_have_text("–")
    expect(page.get_by_test_id("stats-container")).to_contain_text("No payment has been decided yet.")
    expect(page.get_by_test_id("total-transactions")).to_have_text("0")
    expect(page.get_by_test_id("compared")).to_have_count(0)


def test_counts_are_grouped_and_the_chart_has_a_scale_and_the_span_before(desk: Desk) -> None:
    desk.merchant.paid(50_000)
    desk.shop.stack.sql(_MANY, (desk.merchant.id,) * 2)
    page = desk.open("/dashboard")
    expect(page.get_by_test_id("total-transactions")).to_have_text("14,599")
    expect(page.get_by_test_id("stats-container")).to_contain_text("14,599 succeeded, 0 failed")
    expect(page.get_by_test_id("compared").nth(1)).to_have_text("+46% on the 7 days before")
    lines = page.get_by_test_id("chart-scale").locator("span").all_inner_texts()
    assert lines[-1] == "0"
    highest = int(lines[0].replace(",", ""))
    assert highest >= 2_000
    assert all("," in line for line in lines if int(line.replace(",", "")) >= 1_000)
    expect(page.locator("figure")).to_contain_text("the 7 days before")
    expect(page.locator("figure table")).to_contain_text("in the 7 days before")


# 14,598 more of the last days, and 10,000 of the days before those.
_MANY = """
WITH one AS (SELECT * FROM orders WHERE merchant_id = %s LIMIT 1),
made AS (
    INSERT INTO orders (id, merchant_id, mode, amount, currency, notes, capture, status, created_at, updated_at)
    SELECT 'order_' || lpad(n::text, 16, '0') , merchant_id, mode, amount, currency, notes, capture, 'paid', at, at
    FROM one, generate_series(1, 24598) n,
         LATERAL (SELECT now() - CASE WHEN n <= 14598 THEN n * interval '24 seconds'
                                      ELSE interval '8 days' + (n - 14598) * interval '24 seconds' END AS at) t
    RETURNING *
)
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, status, captured,
                      amount_captured, created_at, updated_at)
SELECT 'pay_' || substr(m.id, 7), m.merchant_id, m.mode, m.id, m.amount, m.currency, m.capture, 'upi', 'a@bank',
       'success', true, m.amount, m.created_at, m.created_at
FROM made m WHERE m.merchant_id = %s
"""


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_a_long_address_of_an_endpoint_pushes_nothing_off_the_page(desk: Desk, width: int) -> None:
    long = {"url": "https://shop.example/" + "a" * 180, "description": "An inbox, say"}
    desk.merchant.api.post("/webhooks/endpoints", json=long).raise_for_status()
    desk.page.set_viewport_size({"width": width, "height": 900})
    page = desk.open("/dashboard/webhooks")
    row = page.locator("[data-test-id=endpoint-row]", has_text="aaaa")
    expect(row).to_be_visible()
    for box in row.evaluate(
        "row => [...row.querySelectorAll('td, button')].map((one) => one.getBoundingClientRect())"
    ):
        assert box["right"] <= width, box
