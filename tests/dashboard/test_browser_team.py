"""The team and its keys in Chromium: what takes the password again, whose a key is, and a removal that revokes."""

import pytest
from playwright.sync_api import Locator, expect

from tests.dashboard.browser import PASSWORD, violations
from tests.dashboard.conftest import Desk

pytestmark = pytest.mark.browser


def _row(desk: Desk, email: str) -> Locator:
    return desk.page.locator(f"[data-test-id=member-row][data-email='{email}']")


def test_an_owner_is_invited_with_the_password_only(desk: Desk) -> None:
    page = desk.open("/dashboard/team")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("partner@example.com")
    expect(dialog.get_by_label("Your password")).to_have_count(0)
    dialog.get_by_label("Role").select_option("owner")
    dialog.get_by_label("Your password").fill("not the password")
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_role("alert")).to_contain_text("current password is wrong")
    assert violations(page) == []
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Make the link").click()
    expect(page.get_by_test_id("invite-link")).to_be_visible()


def test_a_member_becomes_an_owner_with_the_password_only(desk: Desk) -> None:
    member = desk.shop.member("support")
    page = desk.open("/dashboard/team")
    role = page.get_by_label(f"Role of {member.email}")
    role.select_option("viewer")
    expect(role).to_have_value("viewer")
    role.select_option("owner")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(PASSWORD)
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(role).to_have_value("owner")


def test_a_removal_offers_to_revoke_the_keys_that_the_member_made(desk: Desk) -> None:
    leaver, stayer = desk.shop.member("developer"), desk.shop.member("developer")
    left = [leaver.client.post("/keys", json={"label": f"Shop {n}"}).json()["key"]["id"] for n in range(2)]
    kept = stayer.client.post("/keys", json={"label": "Kept"}).json()["key"]["id"]
    page = desk.open("/dashboard/team")
    page.get_by_label(f"Actions for {leaver.email}").click()
    page.get_by_role("menuitem", name="Remove …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Also revoke the 2 API keys that this person made").check()
    assert violations(page) == []
    dialog.get_by_role("button", name="Remove").click()
    expect(_row(desk, leaver.email)).to_have_count(0)
    page.get_by_label(f"Actions for {stayer.email}").click()
    page.get_by_role("menuitem", name="Remove …").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(_row(desk, stayer.email)).to_have_count(0)
    desk.open("/dashboard/keys")
    for key in left:
        expect(page.locator(f"[data-key-id={key}]")).to_contain_text("revoked")
    row = page.locator(f"[data-key-id={kept}]")
    expect(row).to_contain_text("active")
    expect(row.get_by_test_id("key-maker")).to_contain_text(stayer.email)
    expect(row.get_by_test_id("key-maker")).to_contain_text("has left the team")
    assert violations(page) == []


def test_an_admin_key_is_made_with_the_password_only(desk: Desk) -> None:
    page = desk.open("/dashboard/keys")
    page.get_by_role("button", name="Create key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Automation")
    dialog.get_by_label("admin").check()
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Create key").click()
    expect(page.get_by_test_id("new-key")).to_be_visible()


def test_a_members_second_factor_is_reset_with_the_password_only(desk: Desk) -> None:
    member = desk.shop.member("support")
    desk.shop.stack.sql(
        "UPDATE users SET totp_secret = '\\x02', totp_confirmed_at = now() WHERE email = %s", (member.email,)
    )
    page = desk.open("/dashboard/team")
    page.get_by_label(f"Actions for {member.email}").click()
    page.get_by_role("menuitem", name="Turn two-factor off …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Turn off").click()
    expect(dialog.get_by_role("alert")).to_contain_text("current_password is required")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Turn off").click()
    expect(_row(desk, member.email)).to_contain_text("off")
    expect(dialog).to_have_count(0)
