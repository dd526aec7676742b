"""API keys: shown once, scoped, rotated with an overlap, revoked."""

from collections.abc import Callable

import httpx

from gateway.merchants.keys import MAX_KEYS
from tests.dashboard.conftest import PASSWORD, Shop, audit_actions
from tests.support.client import at_once
from tests.support.stack import eventually


def _get(shop: Shop, key: str, secret: str) -> int:
    headers = {"X-Api-Key": key, "X-Api-Secret": secret}
    return httpx.get(f"{shop.stack.base_url}/api/v1/orders/order_0000000000000000", headers=headers).status_code


def test_a_new_key_works_and_its_secret_is_never_shown_again(shop: Shop) -> None:
    made = shop.owner.client.post("/keys", json={"label": "Shop", "scopes": ["read"]}).json()
    assert _get(shop, made["key"]["id"], made["secret"]) == 404
    listed = shop.owner.client.get("/keys")
    assert made["secret"] not in listed.text
    assert made["secret"] not in shop.owner.client.get("/audit").text
    assert {"label": "Shop", "scopes": ["read"], "status": "active"}.items() <= listed.json()["data"][0].items()


def test_a_key_does_only_what_its_scopes_say(shop: Shop) -> None:
    made = shop.owner.client.post("/keys", json={"scopes": ["read"]}).json()
    headers = {"X-Api-Key": made["key"]["id"], "X-Api-Secret": made["secret"]}
    api = httpx.Client(base_url=f"{shop.stack.base_url}/api/v1", headers=headers)
    assert api.post("/orders", json={"amount": 500}).status_code == 403
    assert api.get("/keys").status_code == 403
    admin = shop.owner.client.post("/keys", json={"scopes": ["admin"], "current_password": PASSWORD}).json()
    api.headers.update({"X-Api-Key": admin["key"]["id"], "X-Api-Secret": admin["secret"]})
    assert api.get("/keys").status_code == 200
    assert api.delete(f"/keys/{admin['key']['id']}").status_code == 403
    assert api.post("/team", json={"email": "x@example.com", "role": "viewer"}).status_code == 403


def test_a_rotated_key_works_until_its_overlap_ends(shop: Shop) -> None:
    old = shop.owner.client.post("/keys", json={"label": "Shop"}).json()
    rotated = shop.owner.client.post(f"/keys/{old['key']['id']}/rotate", json={"overlap_seconds": 3600}).json()
    assert rotated["key"]["label"] == "Shop"
    assert rotated["old_key"]["status"] == "expiring"
    assert _get(shop, old["key"]["id"], old["secret"]) == 404
    assert _get(shop, rotated["key"]["id"], rotated["secret"]) == 404
    shop.stack.sql("UPDATE api_keys SET expires_at = now() WHERE id = %s", (old["key"]["id"],))
    eventually(lambda: _get(shop, old["key"]["id"], old["secret"]) == 401, 6, "the end of the old key")
    assert _get(shop, rotated["key"]["id"], rotated["secret"]) == 404
    again = shop.owner.client.post(f"/keys/{old['key']['id']}/rotate", json={"overlap_seconds": 0})
    assert again.status_code == 404
    assert "key.rotated" in audit_actions(shop.owner)


def test_a_revoked_key_is_refused_within_five_seconds(shop: Shop) -> None:
    made = shop.owner.client.post("/keys", json={}).json()
    assert _get(shop, made["key"]["id"], made["secret"]) == 404
    assert shop.owner.client.delete(f"/keys/{made['key']['id']}").json()["status"] == "revoked"
    eventually(lambda: _get(shop, made["key"]["id"], made["secret"]) == 401, 5, "the revocation")


def test_the_last_use_of_a_key_is_shown(shop: Shop) -> None:
    made = shop.owner.client.post("/keys", json={}).json()["key"]["id"]
    shop.merchant.order()
    keys = {key["id"]: key for key in shop.owner.client.get("/keys").json()["data"]}
    assert keys[shop.merchant.key]["last_used_at"] is not None
    assert keys[made]["last_used_at"] is None


def test_wrong_values_are_refused_by_name(shop: Shop) -> None:
    for body, field in (
        ({"scopes": ["everything"]}, "scopes"),
        ({"label": "x" * 101}, "label"),
        ({"label": 5}, "label"),
    ):
        answer = shop.owner.client.post("/keys", json=body)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    rotate = shop.owner.client.post(f"/keys/{shop.merchant.key}/rotate", json={"overlap_seconds": 9_999_999})
    assert rotate.status_code == 400


def test_keys_of_others_and_of_the_other_mode_do_not_exist(new_shop: Callable[[], Shop]) -> None:
    one, other = new_shop(), new_shop()
    assert one.owner.client.delete(f"/keys/{other.merchant.key}").status_code == 404
    live = one.owner.client.delete(f"/keys/{one.merchant.key}", headers={"X-Gateway-Mode": "live"})
    assert live.status_code == 404


def test_control_actions_of_keys_and_people_are_told_apart(shop: Shop) -> None:
    payment = shop.merchant.paid()
    shop.merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100, "reason": "one"})
    shop.owner.client.post(f"/payments/{payment['id']}/refunds", json={"amount": 200})
    refused = shop.owner.client.post(f"/payments/{payment['id']}/refunds", json={"amount": 10**9})
    assert refused.status_code == 400
    lines = shop.owner.client.get("/audit", params={"object_id": payment["id"]}).json()["data"]
    assert [(line["actor"]["label"], line["details"]) for line in lines] == [
        (shop.owner.email, {"amount": 200, "currency": "INR"}),
        (shop.merchant.key, {"amount": 100, "reason": "one", "currency": "INR"}),
    ]


def test_the_audit_log_has_pages(shop: Shop) -> None:
    for number in range(5):
        shop.owner.client.post("/keys", json={"label": str(number)})
    first = shop.owner.client.get("/audit", params={"limit": 3}).json()
    rest = shop.owner.client.get("/audit", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    labels = [line["details"].get("label") for line in first["data"] + rest["data"]]
    assert labels == ["4", "3", "2", "1", "0", None]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert shop.owner.client.get("/audit", params={"colour": "red"}).status_code == 400


def test_keys_that_have_ended_do_not_count_against_the_limit(shop: Shop) -> None:
    shop.stack.sql(
        """
        INSERT INTO api_keys (id, merchant_id, mode, secret_hash, created_at, expires_at)
        SELECT 'key_test_' || replace(gen_random_uuid()::text, '-', ''), %s, 'test',
               decode(repeat('00', 32), 'hex'), now() - interval '1 day', now() - interval '1 hour'
        FROM generate_series(1, 60)
        """,
        (shop.merchant.id,),
    )
    made = shop.owner.client.post("/keys", json={})
    assert made.status_code == 201, made.text


def test_the_limit_holds_for_keys_that_are_made_at_once(shop: Shop) -> None:
    shop.stack.sql(
        """
        INSERT INTO api_keys (id, merchant_id, mode, secret_hash, created_at)
        SELECT 'key_test_' || replace(gen_random_uuid()::text, '-', ''), %s, 'test',
               decode(repeat('00', 32), 'hex'), now()
        FROM generate_series(1, %s - (SELECT count(*)::int FROM api_keys WHERE merchant_id = %s))
        """,
        (shop.merchant.id, MAX_KEYS - 1, shop.merchant.id),
    )
    answers = at_once(6, lambda _: shop.owner.client.post("/keys", json={}).status_code)
    assert sorted(answers) == [201] + [400] * 5
