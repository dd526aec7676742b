"""Whose key it is, what becomes of it when its maker leaves, and what takes the password again."""

import httpx
import pytest

from gateway.merchants.keys import MAX_KEYS
from tests.dashboard.conftest import PASSWORD, Person, Shop, audit_actions
from tests.support.client import at_once
from tests.support.envelope import expect_error
from tests.support.stack import eventually

OWN = {"current_password": PASSWORD}


def _api(shop: Shop, made: dict[str, dict[str, str]]) -> httpx.Client:
    headers = {"X-Api-Key": made["key"]["id"], "X-Api-Secret": str(made["secret"])}
    return httpx.Client(base_url=f"{shop.stack.base_url}/api/v1", headers=headers, timeout=30)


def _id(shop: Shop, person: Person) -> str:
    return {user["email"]: str(user["id"]) for user in shop.owner.client.get("/team").json()["data"]}[person.email]


def _by(shop: Shop, **query: str) -> dict[str, dict[str, object] | None]:
    return {key["id"]: key["created_by"] for key in shop.owner.client.get("/keys", params=query).json()["data"]}


def test_a_key_says_who_made_it(shop: Shop) -> None:
    developer = shop.member("developer")
    made = developer.client.post("/keys", json={}).json()
    rotated = shop.owner.client.post(f"/keys/{made['key']['id']}/rotate", json={}).json()
    admin = shop.owner.client.post("/keys", json=OWN | {"scopes": ["admin"]}).json()
    by_key = _api(shop, admin).post("/keys", json={}).json()
    makers = _by(shop)
    assert makers[made["key"]["id"]] == {
        "kind": "user",
        "id": _id(shop, developer),
        "label": developer.email,
        "has_left": False,
    }
    assert makers[made["key"]["id"]] == made["key"]["created_by"]
    # Who rotates sees the new secret: it is his from then on.
    assert rotated["key"]["created_by"]["label"] == shop.owner.email
    assert by_key["key"]["created_by"] == {
        "kind": "key",
        "id": admin["key"]["id"],
        "label": admin["key"]["id"],
        "has_left": False,
    }


def test_keys_of_a_removed_member_work_on_and_say_so(shop: Shop) -> None:
    developer = shop.member("developer")
    made = developer.client.post("/keys", json={}).json()
    assert shop.owner.client.delete(f"/team/{_id(shop, developer)}").status_code == 204
    assert _api(shop, made).get("/orders").status_code == 200
    maker = _by(shop)[made["key"]["id"]]
    assert maker is not None
    assert maker["has_left"] is True


def test_removal_revokes_the_members_keys_when_asked(shop: Shop) -> None:
    admin, other = shop.member("admin"), shop.member("developer")
    first = admin.client.post("/keys", json=OWN | {"scopes": ["read", "admin"]}).json()
    live = admin.client.post("/keys", json={}, headers={"X-Gateway-Mode": "live"}).json()
    behind = _api(shop, first).post("/keys", json={"scopes": ["read"]}).json()
    kept = other.client.post("/keys", json={}).json()
    ids = {user["email"]: user for user in shop.owner.client.get("/team").json()["data"]}
    assert (ids[admin.email]["active_keys"], ids[other.email]["active_keys"]) == (3, 1)
    gone = shop.owner.client.delete(f"/team/{ids[admin.email]['id']}", params={"revoke_keys": "true"})
    assert gone.status_code == 204, gone.text
    for made in (first, live, behind):
        api = _api(shop, made)
        eventually(lambda api=api: api.get("/orders").status_code == 401, 6, "the revocation")  # type: ignore[misc]
    assert _api(shop, kept).get("/orders").status_code == 200
    assert audit_actions(shop.owner, action="key")[:3] == ["key.revoked"] * 3
    removed = shop.owner.client.get("/audit", params={"action": "member.removed"}).json()["data"][0]
    assert removed["details"] == {"email": admin.email, "keys_revoked": 3}


def test_keys_that_a_members_keys_have_made_say_that_he_has_left(shop: Shop) -> None:
    member = shop.member("admin")
    first = member.client.post("/keys", json=OWN | {"scopes": ["read", "admin"]}).json()
    second = _api(shop, first).post("/keys", json={"scopes": ["read", "admin"]}).json()
    third = _api(shop, second).post("/keys", json={"scopes": ["read"]}).json()
    own = shop.owner.client.post("/keys", json={}).json()
    assert not any(one and one["has_left"] for one in _by(shop).values())
    assert shop.owner.client.delete(f"/team/{_id(shop, member)}").status_code == 204
    left = {key for key, maker in _by(shop).items() if maker and maker["has_left"]}
    assert left == {made["key"]["id"] for made in (first, second, third)} and own["key"]["id"] not in left


def test_a_switch_that_is_none_is_refused(shop: Shop) -> None:
    member = shop.member("viewer")
    path = f"/team/{_id(shop, member)}"
    expect_error(
        shop.owner.client.delete(path, params={"revoke_keys": "yes"}), "BAD_REQUEST_ERROR", field="revoke_keys"
    )
    expect_error(shop.owner.client.delete(path, params={"revoke": "true"}), "BAD_REQUEST_ERROR", field="revoke")
    assert member.client.get("/session").status_code == 200


def test_a_key_that_is_revoked_makes_no_more_keys(shop: Shop) -> None:
    """Not even in the seconds for which other processes still believe it."""
    admin = shop.owner.client.post("/keys", json=OWN | {"scopes": ["admin"]}).json()
    api = _api(shop, admin)
    assert api.get("/keys").status_code == 200  # believed from now on
    assert shop.owner.client.delete(f"/keys/{admin['key']['id']}").status_code == 200
    assert api.post("/keys", json={}).status_code in (401, 403)
    made = [one for one in _by(shop).values() if one is not None and one["id"] == admin["key"]["id"]]
    assert made == []


@pytest.mark.parametrize("password", [None, "", "a guess at it", 5, ["x"]])
def test_what_gives_lasting_power_takes_the_password_again(shop: Shop, password: object) -> None:
    member = shop.member("support")
    member_id = _id(shop, member)
    admin = shop.owner.client.post("/keys", json=OWN | {"scopes": ["admin"]}).json()["key"]["id"]
    given = {} if password is None else {"current_password": password}
    for method, path, body in (
        ("POST", "/team", {"email": "partner@example.com", "role": "owner"}),
        ("POST", "/team", {"email": "partner@example.com", "role": "admin"}),
        ("PATCH", f"/team/{member_id}", {"role": "owner"}),
        ("PATCH", f"/team/{member_id}", {"role": "admin"}),
        ("POST", "/keys", {"scopes": ["read", "admin"]}),
        ("POST", f"/keys/{admin}/rotate", {"overlap_seconds": 0}),
        ("POST", f"/team/{member_id}/two-factor/reset", {}),
    ):
        answer = shop.owner.client.request(method, path, json=body | given)
        expect_error(answer, "BAD_REQUEST_ERROR", field="current_password")
    assert [user["role"] for user in shop.owner.client.get("/team").json()["data"]] == ["owner", "support"]
    assert sum(1 for one in _by(shop)) == 2


def test_the_usual_acts_and_api_keys_are_asked_for_no_password(shop: Shop) -> None:
    assert shop.owner.client.post("/keys", json={"scopes": ["read", "write"]}).status_code == 201
    assert shop.owner.client.post(
        "/team", json={"email": f"v-{shop.merchant.id}@example.com", "role": "viewer"}
    ).is_success
    admin = shop.owner.client.post("/keys", json=OWN | {"scopes": ["admin"]}).json()
    api = _api(shop, admin)
    made = api.post("/keys", json={"scopes": ["admin"]})
    assert made.status_code == 201, made.text
    assert api.post(f"/keys/{made.json()['key']['id']}/rotate", json={}).status_code == 201


def _fill(shop: Shop, count: int, ended: bool) -> None:
    shop.stack.sql(
        """
        INSERT INTO api_keys (id, merchant_id, mode, secret_hash, created_at, revoked_at)
        SELECT 'key_test_' || replace(gen_random_uuid()::text, '-', ''), %s, 'test',
               decode(repeat('00', 32), 'hex'), now() + n * interval '1 ms', CASE WHEN %s THEN now() END
        FROM generate_series(1, %s) AS n
        """,
        (shop.merchant.id, ended, count),
    )


def test_no_number_of_ended_keys_hides_an_active_one(shop: Shop) -> None:
    _fill(shop, 450, ended=True)
    pages, cursor = [], None
    while True:
        page = shop.owner.client.get("/keys", params={"cursor": cursor} if cursor else {}).json()
        pages.append(page["data"])
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert pages[0][0]["id"] == shop.merchant.key
    assert pages[0][0]["status"] == "active"
    ids = [key["id"] for page in pages for key in page]
    assert len(ids) == len(set(ids)) == 451
    assert [len(page) for page in pages] == [201, 200, 50]
    small = shop.owner.client.get("/keys", params={"limit": 1}).json()
    assert len(small["data"]) == 2


def test_a_page_of_keys_that_is_none_is_refused(shop: Shop) -> None:
    for field, value in (("limit", "0"), ("limit", "201"), ("cursor", "key_test_no"), ("page", "2")):
        answer = shop.owner.client.get("/keys", params={field: value})
        expect_error(answer, "BAD_REQUEST_ERROR", field=field)


def test_rotation_keeps_to_the_limit(shop: Shop) -> None:
    _fill(shop, MAX_KEYS - 2, ended=False)
    path = f"/keys/{shop.merchant.key}/rotate"
    assert shop.owner.client.post(path, json={"overlap_seconds": 3600}).status_code == 201
    full = [shop.owner.client.post(path, json={"overlap_seconds": 3600}) for _ in range(2)]
    for answer in full:
        expect_error(answer, "BAD_REQUEST_ERROR")
    others = [key["id"] for key in shop.owner.client.get("/keys").json()["data"] if key["status"] == "active"]
    # One for one is no more than before; at once or not.
    statuses = at_once(
        4, lambda n: shop.owner.client.post(f"/keys/{others[n]}/rotate", json={"overlap_seconds": 0}).status_code
    )
    assert statuses == [201] * 4
    active = [
        key for key in shop.owner.client.get("/keys").json()["data"] if key["status"] in ("active", "expiring")
    ]
    assert len(active) == MAX_KEYS
    assert all(key["status"] == "active" for key in active if key["id"] != shop.merchant.key)
