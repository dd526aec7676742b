"""The way from nothing to a refunded payment, on the overview, in Chromium."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.browser import violations
from tests.dashboard.conftest import Desk

pytestmark = pytest.mark.browser

_SLOW = 20_000
"""Milliseconds for what worker and sender do."""


def _steps(page: Page) -> Locator:
    return page.get_by_test_id("first-steps")


def _done(page: Page, count: int) -> None:
    expect(_steps(page).get_by_text("(done)")).to_have_count(count, timeout=_SLOW)


def test_every_step_is_done_in_place_and_shows_its_answer(desk: Desk) -> None:
    page = desk.open("/dashboard")
    _done(page, 0)
    expect(page.get_by_test_id("step-order")).to_contain_text(f"X-Api-Key: {desk.merchant.key}")
    page.get_by_test_id("run-order").click()
    expect(page.get_by_test_id("answer-order")).to_contain_text('"status": "created"')
    _done(page, 1)
    [order] = desk.merchant.api.get("/orders?limit=5").json()["data"]
    expect(page.get_by_test_id("step-payment")).to_contain_text(f'"order_id": "{order["id"]}"')
    link = page.get_by_role("link", name="Pay it in the checkout")
    expect(link).to_have_attribute("href", f"http://localhost:3001/checkout?order_id={order['id']}")
    page.get_by_test_id("run-payment").click()
    expect(page.get_by_test_id("answer-payment")).to_contain_text('"status": "success"', timeout=_SLOW)
    _done(page, 2)
    # What is done is read from what there is: it is still done after a reload, and the next step is open.
    page.reload()
    _done(page, 2)
    expect(page.get_by_test_id("answer-order")).to_have_count(0)
    page.get_by_test_id("run-endpoint").click()
    expect(page.get_by_test_id("answer-endpoint")).to_contain_text("/inbox/")
    _done(page, 3)
    page.get_by_test_id("run-delivery").click()
    expect(page.get_by_test_id("answer-delivery")).to_contain_text('"delivered": true', timeout=_SLOW)
    _done(page, 4)
    page.get_by_test_id("run-refund").click()
    expect(page.get_by_test_id("answer-refund")).to_contain_text('"status": "processed"', timeout=_SLOW)
    _done(page, 5)
    # The last answer is not taken away by its own success.
    for step in ("endpoint", "delivery", "refund"):
        expect(page.get_by_test_id(f"answer-{step}")).to_be_visible()
    expect(_steps(page)).to_contain_text("All of it works")
    assert violations(page) == []
    [paid] = desk.merchant.api.get("/payments?limit=5").json()["data"]
    assert paid["order_id"] == order["id"]
    assert paid["amount_refunded"] == 10_000
    page.reload()
    expect(page.get_by_test_id("stats-container")).to_be_visible()
    expect(_steps(page)).to_have_count(0)


def test_answers_are_still_there_after_a_look_elsewhere(desk: Desk) -> None:
    page = desk.open("/dashboard")
    page.get_by_test_id("run-order").click()
    answer = page.get_by_test_id("answer-order")
    expect(answer).to_contain_text('"id": "order_')
    nav = page.get_by_role("navigation", name="Main")
    nav.get_by_role("link", name="Orders").click()
    expect(page.get_by_role("heading", level=1, name="Orders")).to_be_visible()
    nav.get_by_role("link", name="Overview").click()
    expect(answer).to_contain_text('"id": "order_')


def test_a_refused_step_says_why(desk: Desk) -> None:
    page = desk.open("/dashboard")
    page.route(
        "**/api/v1/orders",
        lambda route: route.fulfill(
            status=503, json={"error": {"code": "SERVICE_UNAVAILABLE", "description": "Try again in a second"}}
        ),
    )
    page.get_by_test_id("run-order").click()
    expect(page.get_by_test_id("step-order").get_by_role("alert")).to_have_text("Try again in a second")
    _done(page, 0)


def test_who_has_been_paid_and_told_may_put_the_rest_away(desk: Desk) -> None:
    desk.merchant.api.post("/inbox", json={"answer": 200}).raise_for_status()
    desk.merchant.paid()
    page = desk.open("/dashboard")
    _done(page, 4)
    _steps(page).get_by_role("button", name="Hide").click()
    expect(_steps(page)).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("stats-container")).to_be_visible()
    expect(_steps(page)).to_have_count(0)


def test_live_mode_says_that_it_is_off_and_offers_no_steps(desk: Desk) -> None:
    page = desk.open("/dashboard")
    expect(_steps(page)).to_contain_text("Live is off: connect a processor")
    page.get_by_text("Live", exact=True).click()
    expect(page.get_by_role("note")).to_contain_text("Live is off: connect a processor")
    expect(page.get_by_role("note")).to_contain_text("no money moves")
    assert violations(page) == []
    expect(_steps(page)).to_have_count(0)
    page = desk.open("/dashboard/keys")
    expect(page.get_by_text("before a processor is connected")).to_be_visible()
    page = desk.open("/dashboard/test-tools")
    expect(page.get_by_text("Not in live mode")).to_be_visible()
