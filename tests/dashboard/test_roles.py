"""What each role may do, at the API."""

from collections.abc import Callable

import pytest

from gateway.users.roles import PERMISSIONS, ROLES, permission_for, permissions_of
from tests.dashboard.conftest import Shop, audit_actions
from tests.support.envelope import expect_error


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("GET", "/api/v1/payments", "read"),
        ("POST", "/api/v1/payments/pay_1/refunds", "payments"),
        ("POST", "/api/v1/payments/pay_1/capture", "payments"),
        ("POST", "/api/v1/orders", "orders"),
        ("GET", "/api/v1/webhooks/config", "webhooks:secrets"),
        ("POST", "/api/v1/webhooks/regenerate-secret", "webhooks:secrets"),
        ("GET", "/api/v1/webhooks/endpoints/we_1/secret", "webhooks:secrets"),
        ("POST", "/api/v1/webhooks/w1/retry", "webhooks"),
        ("POST", "/api/v1/keys/key_1/rotate", "keys"),
        ("GET", "/api/v1/keys", "keys:read"),
        ("DELETE", "/api/v1/team/u1", "team"),
        ("GET", "/api/v1/audit", "audit:read"),
        ("GET", "/api/v1/disputes", "read"),
        ("GET", "/api/v1/unexpected-payments", "read"),
        ("POST", "/api/v1/unexpected-payments/unex_1/refund", "settings"),
        ("POST", "/api/v1/processor-accounts/acct_1/resume", "settings"),
        ("PUT", "/api/v1/settings", "settings"),
        ("DELETE", "/api/v1/something-new", "settings"),
    ],
)
def test_requests_need_the_permission_of_their_noun(method: str, path: str, permission: str) -> None:
    assert permission_for(method, path) == permission


def test_a_viewer_changes_nothing() -> None:
    assert PERMISSIONS["viewer"] == {"read", "own"}


def test_a_developer_moves_money_in_test_mode_only() -> None:
    assert "payments" in permissions_of("developer", "test")
    assert "payments" not in permissions_of("developer", "live")


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_may_refund_do(shop: Shop, role: str) -> None:
    payment = shop.merchant.paid()
    person = shop.member(role)
    answer = person.client.post(f"/payments/{payment['id']}/refunds", json={"amount": 100})
    assert answer.status_code == (403 if role == "viewer" else 201), answer.text
    if role == "viewer":
        assert answer.json()["error"]["code"] == "PERMISSION_ERROR"


def test_support_sees_no_secrets_keys_or_audit_log(shop: Shop) -> None:
    support = shop.member("support")
    assert support.client.get("/keys").status_code == 403
    assert support.client.post("/keys", json={}).status_code == 403
    assert support.client.get("/audit").status_code == 403
    assert support.client.post("/team", json={"email": "x@example.com", "role": "owner"}).status_code == 403


def test_a_changed_role_counts_from_the_next_request(shop: Shop) -> None:
    member = shop.member("viewer")
    assert member.client.get("/keys").status_code == 403
    user = member.client.get("/session").json()["user"]
    changed = shop.owner.client.patch(f"/team/{user['id']}", json={"role": "developer"})
    assert changed.json()["role"] == "developer"
    assert member.client.get("/keys").status_code == 200
    assert "member.role_changed" in audit_actions(shop.owner)


def test_an_admin_neither_makes_nor_removes_owners(shop: Shop) -> None:
    admin = shop.member("admin")
    owner_id = shop.owner.client.get("/session").json()["user"]["id"]
    assert admin.client.patch(f"/team/{owner_id}", json={"role": "viewer"}).status_code == 403
    assert admin.client.delete(f"/team/{owner_id}").status_code == 403
    admin_id = admin.client.get("/session").json()["user"]["id"]
    assert admin.client.patch(f"/team/{admin_id}", json={"role": "owner"}).status_code == 403


def test_the_last_owner_stays(shop: Shop) -> None:
    owner_id = shop.owner.client.get("/session").json()["user"]["id"]
    assert shop.owner.client.patch(f"/team/{owner_id}", json={"role": "viewer"}).status_code == 400
    assert shop.owner.client.delete(f"/team/{owner_id}").status_code == 400


def test_a_removed_member_is_out_at_once_and_may_be_invited_again(shop: Shop) -> None:
    member = shop.member("support")
    user = member.client.get("/session").json()["user"]
    assert shop.owner.client.delete(f"/team/{user['id']}").status_code == 204
    assert member.client.get("/session").status_code == 401
    assert member.log_in().status_code == 401
    again = shop.owner.client.post("/team", json={"email": user["email"], "role": "viewer"})
    assert again.status_code == 201


def test_an_invitation_works_once(shop: Shop) -> None:
    invited = shop.owner.client.post("/team", json={"email": f"{shop.merchant.id}@example.com", "role": "viewer"})
    token = invited.json()["invite_url"].partition("#token=")[2]
    client = shop.member("viewer").client
    body = {"token": token, "name": "New", "password": "long enough for this"}
    assert (
        client.post("/team/invitation", json={"token": token}).json()["email"] == f"{shop.merchant.id}@example.com"
    )
    assert client.post("/team/accept", json=body | {"password": "short"}).status_code == 400
    assert client.post("/team/accept", json=body).status_code == 200
    assert client.post("/team/accept", json=body).status_code == 404
    assert client.post("/team/invitation", json={"token": token}).status_code == 404


def test_teams_are_apart(new_shop: Callable[[], Shop]) -> None:
    one, other = new_shop(), new_shop()
    theirs = other.owner.client.get("/session").json()["user"]["id"]
    assert one.owner.client.delete(f"/team/{theirs}").status_code == 404
    emails = [user["email"] for user in one.owner.client.get("/team").json()["data"]]
    assert emails == [one.owner.email]


def test_only_those_who_see_webhook_secrets_see_the_secret_that_signs_results(shop: Shop) -> None:
    for role in ("viewer", "support"):
        answer = shop.member(role).client.get("/checkout/settings")
        assert answer.status_code == 200, answer.text  # the page shows the rest to everybody
        assert answer.json()["signing_secret"] is None, role
        assert answer.json()["methods"] == ["card", "upi"]
        for answer in (
            shop.member(role).client.get("/checkout/signing-secret"),
            shop.member(role).client.post("/checkout/signing-secret/rotate"),
        ):
            assert answer.status_code == 403, (role, answer.text)
    secret = shop.merchant.api.get("/checkout/settings").json()["signing_secret"]
    developer = shop.member("developer").client
    assert developer.get("/checkout/settings").json()["signing_secret"] == secret
    rotated = developer.post("/checkout/signing-secret/rotate").raise_for_status().json()
    assert rotated["signing_secret"] == secret
    live = {"X-Gateway-Mode": "live"}
    assert developer.get("/checkout/signing-secret", headers=live).json()["signing_secret"] != secret
    rows = shop.owner.client.get("/audit").json()["data"][:2]
    assert [(row["action"], row["mode"], row["actor"]["kind"]) for row in rows] == [
        ("checkout.secret_read", "live", "user"),
        ("signing_secret.rotated", "test", "user"),
    ]


def test_team_bodies_name_what_they_do_not_know(shop: Shop) -> None:
    invited = shop.owner.client.post("/team", json={"email": "a@example.com", "role": "viewer", "name": "A"})
    expect_error(invited, "BAD_REQUEST_ERROR", "Unknown field 'name'", "name")
    member = shop.owner.client.get("/team").json()["data"][0]["id"]
    changed = shop.owner.client.patch(f"/team/{member}", json={"rol": "viewer"})
    expect_error(changed, "BAD_REQUEST_ERROR", "Unknown field 'rol': did you mean role?", "rol")
