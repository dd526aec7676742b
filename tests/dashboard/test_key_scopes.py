"""A person gives a key no more than the person has: the scope `admin` opens accounts, routes and the audit log."""

import pytest

from gateway.users.roles import ROLES
from tests.dashboard.browser import PASSWORD
from tests.dashboard.conftest import Person, Shop
from tests.support.client import Merchant
from tests.support.envelope import expect_error

OWN = {"current_password": PASSWORD}
MAKES_KEYS = {"owner", "admin", "developer"}
GIVES_ADMIN = {"owner", "admin"}


def _person(shop: Shop, role: str) -> Person:
    return shop.owner if role == "owner" else shop.member(role)


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize("role", ROLES)
def test_who_may_give_a_key_which_scopes(shop: Shop, role: str, mode: str) -> None:
    client, headers = _person(shop, role).client, {"X-Gateway-Mode": mode}
    for scopes, may in (([], MAKES_KEYS), (["read", "write"], MAKES_KEYS), (["read", "admin"], GIVES_ADMIN)):
        made = client.post("/keys", json=OWN | {"scopes": scopes}, headers=headers)
        assert made.status_code == (201 if role in may else 403), made.text


@pytest.mark.parametrize("role", ROLES)
def test_whoever_rotates_an_admin_key_sees_its_secret_and_so_has_to_be_one(shop: Shop, role: str) -> None:
    key = shop.owner.client.post("/keys", json=OWN | {"scopes": ["admin"]}).raise_for_status().json()["key"]["id"]
    client = _person(shop, role).client
    rotated = client.post(f"/keys/{key}/rotate", json=OWN)
    assert rotated.status_code == (201 if role in GIVES_ADMIN else 403), rotated.text
    listed = {one["id"]: one["status"] for one in shop.owner.client.get("/keys").json()["data"]}
    assert listed[key] == ("expiring" if role in GIVES_ADMIN else "active")


def test_a_developers_keys_do_not_lead_to_accounts_team_or_audit_log(shop: Shop) -> None:
    made = shop.member("developer").client.post("/keys", json={"scopes": ["read", "write"]}).json()
    api = Merchant(shop.merchant.base_url, shop.merchant.id, made["key"]["id"], made["secret"]).api
    for path in ("/processor-accounts", "/processor-routes", "/refund-caps", "/keys", "/team", "/audit"):
        expect_error(api.get(path), "PERMISSION_ERROR")
    expect_error(api.post("/keys", json={"scopes": ["admin"]}), "PERMISSION_ERROR")


def test_an_admin_invites_no_owner_and_others_invite_nobody(shop: Shop) -> None:
    """The like of it in the team: nobody makes somebody who may do more."""
    for role, given, code in (("admin", "owner", 403), ("admin", "admin", 201), ("developer", "viewer", 403)):
        body = OWN | {"email": f"{role}-{given}-{shop.merchant.id}@example.com", "role": given}
        assert shop.member(role).client.post("/team", json=body).status_code == code
