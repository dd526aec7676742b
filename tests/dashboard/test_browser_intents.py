"""What a person wants happens once, also where an answer is lost; what cannot be undone is asked for first."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.dashboard.browser import violations
from tests.dashboard.conftest import Desk, audit_actions

pytestmark = pytest.mark.browser

NOBODY = "http://localhost:59999/hook"
"""Nobody listens there."""


def _lose_one_answer(page: Page, pattern: str) -> None:
    """The next POST there reaches the API; its answer does not reach the page."""

    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost or route.request.method != "POST" or '"dry_run":true' in (route.request.post_data or ""):
            route.fallback()
            return
        lost.append(route.request.url)
        route.fetch()
        route.abort()

    page.route(pattern, lose)


def _press_twice(button: Locator, dialog: Locator) -> None:
    button.click()
    expect(dialog.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(button).to_be_enabled()
    button.click()
    expect(dialog.get_by_role("alert")).to_have_count(0)


def test_a_new_endpoint_whose_answer_was_lost_is_added_once(desk: Desk) -> None:
    page = desk.open("/dashboard/webhooks")
    page.get_by_role("button", name="Add endpoint").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("URL").fill(NOBODY)
    _lose_one_answer(page, "**/api/v1/webhooks/endpoints")
    _press_twice(dialog.get_by_role("button", name="Save"), dialog)
    expect(page.get_by_role("dialog", name="Endpoint added")).to_contain_text("whsec_")
    endpoints = desk.merchant.api.get("/webhooks/endpoints").json()["data"]
    assert [one["url"] for one in endpoints].count(NOBODY) == 1


def test_a_refused_endpoint_is_corrected_in_the_same_dialog(desk: Desk) -> None:
    page = desk.open("/dashboard/webhooks")
    page.get_by_role("button", name="Add endpoint").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("URL").fill("no address")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("URL").fill(NOBODY)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog", name="Endpoint added")).to_be_visible()


def test_a_secret_is_exchanged_once_where_the_answer_was_lost(desk: Desk) -> None:
    made = desk.merchant.api.post("/webhooks/endpoints", json={"url": NOBODY}).raise_for_status().json()
    page = desk.open("/dashboard/webhooks")
    page.get_by_role("button", name=f"Actions for {NOBODY}").click()
    page.get_by_role("menuitem", name="Secret").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(made["secret"])
    _lose_one_answer(page, "**/rotate-secret")
    _press_twice(dialog.get_by_role("button", name="Rotate"), dialog)
    expect(dialog).not_to_contain_text(made["secret"])
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_test_id("regenerate-secret-button").click()
    _lose_one_answer(page, "**/regenerate-secret")
    _press_twice(dialog.get_by_role("button", name="Regenerate"), dialog)
    expect(page.get_by_role("dialog")).to_have_count(0)
    actions = [one for one in audit_actions(desk.shop.owner) if one.endswith("secret_rotated")]
    assert len(actions) == 2, actions
    # The next one is another intent.
    page.get_by_test_id("regenerate-secret-button").click()
    dialog.get_by_role("button", name="Regenerate").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len([one for one in audit_actions(desk.shop.owner) if one.endswith("secret_rotated")]) == 3


def test_a_recovery_whose_answer_was_lost_is_started_once(desk: Desk) -> None:
    desk.merchant.api.post("/webhooks/endpoints", json={"url": NOBODY}).raise_for_status()
    desk.merchant.paid()
    desk.shop.stack.sql(
        "UPDATE deliveries SET status = 'failed', due_at = NULL, next_attempt_at = NULL, attempts = 5, "
        "lease_token = NULL WHERE merchant_id = %s",
        (desk.merchant.id,),
    )
    page = desk.open("/dashboard/webhooks")
    page.get_by_test_id("recover-button").click()
    dialog = page.get_by_role("dialog")
    expect(page.get_by_test_id("recover-start")).to_be_enabled()
    _lose_one_answer(page, "**/api/v1/webhooks/recover")
    _press_twice(page.get_by_test_id("recover-start"), dialog)
    page.get_by_test_id("recover-progress").wait_for()
    select = "SELECT count(*) FROM webhook_recoveries WHERE merchant_id = %s"
    started = desk.shop.stack.sql(select, (desk.merchant.id,))
    assert started[0][0] == 1


def test_a_member_is_removed_only_after_a_question(desk: Desk) -> None:
    member = desk.shop.member("support")
    page = desk.open("/dashboard/team")
    row = page.locator(f"[data-test-id=member-row][data-email='{member.email}']")
    for answer, left in (("Back", 1), ("Remove", 0)):
        row.get_by_role("button", name="Actions for").click()
        page.get_by_role("menuitem", name="Remove").click()
        dialog = page.get_by_role("dialog", name="Remove member")
        expect(dialog).to_contain_text(member.email)
        expect(dialog.get_by_role("button", name="Back")).to_be_focused()
        dialog.get_by_role("button", name=answer).click()
        expect(dialog).to_have_count(0)
        expect(row).to_have_count(left)
        assert member.client.get("/session").status_code == (200 if left else 401)


def test_an_endpoint_is_deleted_only_after_a_question(desk: Desk) -> None:
    desk.merchant.api.post("/webhooks/endpoints", json={"url": NOBODY}).raise_for_status()
    page = desk.open("/dashboard/webhooks")
    row = page.get_by_test_id("endpoint-row").filter(has_text=NOBODY)
    for answer, left in (("Back", 1), ("Delete endpoint", 0)):
        row.get_by_role("button", name="Actions for").click()
        page.get_by_role("menuitem", name="Delete").click()
        dialog = page.get_by_role("dialog", name="Delete endpoint")
        expect(dialog).to_contain_text(NOBODY)
        assert violations(page) == []
        dialog.get_by_role("button", name=answer).click()
        expect(dialog).to_have_count(0)
        expect(row).to_have_count(left)
        urls = [one["url"] for one in desk.merchant.api.get("/webhooks/endpoints").json()["data"]]
        assert urls.count(NOBODY) == left
