"""Settings, Routing in Chromium: rules by drag or keys, undone, saved as a whole, explained beside."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import Desk
from tests.dashboard.test_browser_processors import connected
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack(over_stripe: Stack) -> Stack:
    """In place of the shared one."""
    return over_stripe


def three_rules(desk: Desk) -> list[dict[str, Any]]:
    """UPI to the first account, cards to the second, the rest to the third."""
    accounts = connected(desk, 3)
    asked = [{"method": "upi"}, {"method": "card"}, {}]
    rules = [{"account_id": one["id"], **rule} for one, rule in zip(accounts, asked, strict=True)]
    put = desk.shop.owner.client.put("/processor-routes", json={"rules": rules})
    found: list[dict[str, Any]] = put.raise_for_status().json()["rules"]
    return found


def order_of(page: Page) -> list[str]:
    """The accounts of the rules, in their order."""
    return [re.findall(r"Shop \d", text)[0] for text in page.get_by_test_id("route").all_inner_texts()]


def saved(desk: Desk) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = desk.shop.owner.client.get("/processor-routes").json()["rules"]
    return rules


def in_order(page: Page, *names: str) -> None:
    expect(page.get_by_test_id("route").locator("strong")).to_have_text([f"{name} (Stripe)" for name in names])


def test_rules_are_added_moved_saved_and_explained(desk: Desk) -> None:
    connected(desk, 2)
    page = desk.open("/dashboard/routing")
    page.get_by_role("button", name="Add rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Account").select_option(label="Shop 2 (Stripe)")
    dialog.get_by_label("Method").select_option("card")
    dialog.get_by_label("Currency").select_option("INR")
    dialog.get_by_label("Up to, in INR").fill("100")
    dialog.get_by_role("button", name="Add rule").click()
    rules = page.get_by_test_id("route")
    expect(rules.nth(1)).to_contain_text("Cards in INR, up to ₹100.00 → Shop 2 (Stripe)")
    page.get_by_role("button", name="Move rule 2 up").focus()
    page.keyboard.press("Enter")
    expect(rules.nth(0)).to_contain_text("Shop 2")
    page.get_by_role("button", name="Save routes").click()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    page.reload()
    expect(rules.nth(0)).to_contain_text("Shop 2")
    box = page.get_by_test_id("route-preview")
    box.get_by_label("Amount").fill("100")
    box.get_by_role("button", name="Ask").click()
    expect(page.get_by_test_id("preview-answer")).to_have_text("Shop 2 (Stripe) takes it")
    box.get_by_label("Amount").fill("100.01")
    box.get_by_role("button", name="Ask").click()
    expect(page.get_by_test_id("preview-answer")).to_have_text("Shop 1 (Stripe) takes it")
    expect(rules.nth(0).get_by_test_id("route-verdict")).to_have_text(
        "Not this payment: is for 10000 and less (minor units)"
    )
    box.get_by_label("Capture").select_option("manual")
    box.get_by_label("Method").select_option("upi")
    box.get_by_role("button", name="Ask").click()
    expect(rules.nth(1).get_by_test_id("route-verdict")).to_have_text(
        "Not this payment: stripe cannot hold money by upi"
    )
    page.get_by_role("button", name="Remove rule 1").click()
    page.get_by_role("button", name="Discard").click()
    expect(rules).to_have_count(2)


def test_a_rule_whose_account_takes_nothing_says_so(desk: Desk) -> None:
    rules = three_rules(desk)
    page = desk.open("/dashboard/routing")
    in_order(page, "Shop 1", "Shop 2", "Shop 3")
    expect(page.get_by_test_id("route-idle")).to_have_count(0)
    path = f"/processor-accounts/{rules[1]['account_id']}"
    desk.shop.owner.client.patch(path, json={"status": "disabled"}).raise_for_status()
    page.reload()
    idle = page.get_by_test_id("route").nth(1).get_by_test_id("route-idle")
    expect(idle).to_have_text("Takes nothing: the account is disabled")
    expect(page.get_by_test_id("route-idle")).to_have_count(1)


def test_a_rule_is_dragged_to_its_place(desk: Desk) -> None:
    rules = three_rules(desk)
    page = desk.open("/dashboard/routing")
    handle = page.get_by_role("button", name="Rule 1 of 3")
    box = page.get_by_test_id("route").nth(2).bounding_box()
    assert box is not None
    handle.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 4, steps=5)
    expect(page.get_by_test_id("route").nth(2)).to_have_attribute("data-drop", "after")
    page.mouse.up()
    in_order(page, "Shop 2", "Shop 3", "Shop 1")
    expect(page.get_by_test_id("routes-said")).to_have_text("UPI: now rule 3 of 3. Not saved yet.")
    page.get_by_role("button", name="Rule 3 of 3").hover()
    page.mouse.down()
    first = page.get_by_test_id("route").first.bounding_box()
    assert first is not None
    page.mouse.move(first["x"] + 20, first["y"] + 4, steps=5)
    page.keyboard.press("Escape")
    page.mouse.up()
    in_order(page, "Shop 2", "Shop 3", "Shop 1")
    assert saved(desk) == rules, "nothing is saved by dragging"
    page.get_by_role("button", name="Save routes").click()
    expect(page.get_by_text("Not saved yet", exact=True)).to_have_count(0)
    assert [one["id"] for one in saved(desk)] == [rules[1]["id"], rules[2]["id"], rules[0]["id"]]


def test_keys_alone_move_a_rule_and_say_where_it_is(desk: Desk) -> None:
    three_rules(desk)
    page = desk.open("/dashboard/routing")
    in_order(page, "Shop 1", "Shop 2", "Shop 3")
    page.get_by_role("button", name="Rule 1 of 3").focus()
    page.keyboard.press("ArrowDown")
    in_order(page, "Shop 2", "Shop 1", "Shop 3")
    expect(page.get_by_test_id("routes-said")).to_have_text("UPI: now rule 2 of 3. Not saved yet.")
    expect(page.get_by_role("button", name="Rule 2 of 3")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # it is the last: nothing
    in_order(page, "Shop 2", "Shop 3", "Shop 1")
    expect(page.get_by_role("button", name="Rule 3 of 3")).to_be_focused()
    page.get_by_role("button", name="Move rule 2 up").focus()
    page.keyboard.press("Enter")
    in_order(page, "Shop 3", "Shop 2", "Shop 1")
    expect(page.get_by_role("button", name="Rule 1 of 3")).to_be_focused()  # its own button can do no more
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    in_order(page, "Shop 2", "Shop 3", "Shop 1")
    undo.click()
    in_order(page, "Shop 2", "Shop 1", "Shop 3")
    undo.click()
    in_order(page, "Shop 1", "Shop 2", "Shop 3")
    expect(undo).to_have_count(0)


def test_what_another_tab_has_saved_is_neither_lost_nor_does_it_take_what_is_here(desk: Desk) -> None:
    rules = three_rules(desk)
    page = desk.open("/dashboard/routing")
    page.get_by_role("button", name="Move rule 1 down").click()
    mine = [rules[1]["id"], rules[0]["id"], rules[2]["id"]]
    theirs = {"rules": [{key: value for key, value in rules[2].items() if key != "created_at"}]}
    desk.shop.owner.client.put("/processor-routes", json=theirs).raise_for_status()
    page.get_by_role("button", name="Save routes").click()
    conflict = page.get_by_test_id("conflict")
    expect(conflict.get_by_role("listitem")).to_have_text(["Everything → Shop 3 (Stripe)"])
    in_order(page, "Shop 2", "Shop 1", "Shop 3")
    assert [one["id"] for one in saved(desk)] == [rules[2]["id"]], "theirs stand"
    conflict.get_by_role("button", name="Keep those, discard mine").click()
    in_order(page, "Shop 3")
    expect(conflict).to_have_count(0)
    page.get_by_role("button", name="Add rule").click()
    page.get_by_role("dialog").get_by_role("button", name="Add rule").click()
    desk.shop.owner.client.put("/processor-routes", json={"rules": []}).raise_for_status()
    page.get_by_role("button", name="Save routes").click()
    expect(conflict.get_by_role("listitem")).to_have_text(["None"])
    assert mine != [one["id"] for one in saved(desk)] == []


def test_who_leaves_with_changes_that_are_not_saved_is_asked(desk: Desk) -> None:
    rules = three_rules(desk)
    page = desk.open("/dashboard/routing")
    orders = page.get_by_role("navigation", name="Main").get_by_role("link", name="Orders")
    page.get_by_role("button", name="Remove rule 1").click()
    orders.click()
    dialog = page.get_by_role("dialog", name="The routes are not saved")
    dialog.get_by_role("button", name="Back").click()
    in_order(page, "Shop 2", "Shop 3")
    orders.click()
    dialog.get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("heading", name="Orders", level=1)).to_be_visible()
    assert saved(desk) == rules
    page.go_back()
    in_order(page, "Shop 1", "Shop 2", "Shop 3")
    orders.click()
    page.wait_for_url("**/dashboard/orders")
