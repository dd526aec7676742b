"""What is missing before live, found in the merchant's rows; who may see and do it; others see nothing."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.dashboard.conftest import PASSWORD, Person, Shop
from tests.processors.fakes.stripe import StripeFake
from tests.support.envelope import expect_error
from tests.support.stack import Stack

LIVE = {"X-Gateway-Mode": "live"}


@pytest.fixture(scope="module")
def stack(over_stripe: Stack) -> Stack:
    """In place of the shared one."""
    return over_stripe


def checklist(person: Person, **headers: str) -> dict[str, bool | None]:
    answer = person.client.get("/live/checklist", headers=headers).raise_for_status().json()
    return {one["name"]: one["done"] for one in answer["items"]}


def connected(person: Person, mode: str = "test") -> str:
    headers = {"X-Gateway-Mode": mode}
    body = {
        "processor": "stripe", "label": "Shop", "current_password": PASSWORD,
        "credentials": {"publishable_key": f"pk_{mode}_1", "secret_key": f"sk_{mode}_1"},
    }  # fmt: skip
    account = person.client.post("/processor-accounts", json=body, headers=headers).raise_for_status().json()
    person.client.post(f"/processor-accounts/{account['id']}/check", headers=headers).raise_for_status()
    return str(account["id"])


def test_each_item_is_true_once_it_is(shop: Shop, stripe: tuple[StripeFake, str]) -> None:
    owner = shop.owner
    assert set(checklist(owner).values()) == {False}
    connected(owner)
    assert checklist(owner)["processor"] is False, "a test account takes no live payment"
    account = connected(owner, "live")
    assert checklist(owner)["processor"] is True
    origins = {"allowed_origins": ["https://shop.example"]}
    owner.client.put("/checkout/settings", json=origins).raise_for_status()
    assert checklist(owner)["origins"] is False, "those are of test mode"
    owner.client.put("/checkout/settings", json=origins, headers=LIVE).raise_for_status()
    assert checklist(owner)["origins"] is True
    sql = shop.stack.sql
    insert = (
        "INSERT INTO webhook_endpoints (id, merchant_id, mode, url, secret, created_at, updated_at) "
        "VALUES (%s, %s, 'live', %s, '\\x01', now(), now())"
    )
    sql(insert, ("we_plain00000000001"[:19], shop.merchant.id, "http://shop.example/hook"))
    assert checklist(owner)["endpoint"] is False, "http is not enough"
    sql("UPDATE webhook_endpoints SET url = 'https://shop.example/hook' WHERE merchant_id = %s AND mode = 'live'",
        (shop.merchant.id,))  # fmt: skip
    assert checklist(owner)["endpoint"] is True
    sql("UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = now() "
        "WHERE merchant_id = %s AND mode = 'live'",
        (shop.merchant.id,))  # fmt: skip
    assert checklist(owner)["endpoint"] is False, "a disabled one hears nothing"
    owner.client.post("/keys", json={"label": "Shop", "scopes": ["read"]}, headers=LIVE).raise_for_status()
    assert checklist(owner)["key"] is True
    sql("UPDATE users SET totp_secret = '\\x01', totp_confirmed_at = now() WHERE email = %s", (owner.email,))
    assert checklist(owner)["two_factor"] is True
    assert checklist(shop.member("viewer"))["two_factor"] is False, "of the person who asks"
    tried = owner.client.post(f"/processor-accounts/{account}/trial", headers=LIVE).raise_for_status().json()
    assert checklist(owner)["trial"] is False
    body = {"order_id": tried["order"]["id"], "method": "card"}
    public = f"{shop.stack.base_url}/api/v1/payments/public"
    payment = httpx.post(public, json=body).raise_for_status().json()
    sql("UPDATE orders SET status = 'paid' WHERE id = %s", (tried["order"]["id"],))
    assert checklist(owner)["trial"] is False, "whoever took that, it was not this account"
    sql("UPDATE payments SET status = 'success', captured = true, amount_captured = amount, work = NULL, "
        "authorized_at = now(), due_at = NULL, lease_token = NULL, next_action = NULL WHERE id = %s",
        (payment["id"],))  # fmt: skip
    assert checklist(owner)["trial"] is True
    assert checklist(owner, **LIVE) == checklist(owner), "the same in whichever mode a person looks"
    owner.client.patch(f"/processor-accounts/{account}", json={"status": "disabled"}, headers=LIVE)
    assert checklist(owner)["processor"] is False


def test_a_test_key_sees_nothing_of_live_mode(shop: Shop) -> None:
    expect_error(shop.merchant.api.get("/live/checklist"), "PERMISSION_ERROR")
    made = (
        shop.owner.client.post("/keys", json={"label": "Shop", "scopes": ["read"]}, headers=LIVE)
        .raise_for_status()
        .json()
    )
    credentials = {"X-Api-Key": made["key"]["id"], "X-Api-Secret": made["secret"]}
    answer = httpx.get(f"{shop.stack.base_url}/api/v1/live/checklist", headers=credentials)
    assert {one["name"]: one["done"] for one in answer.raise_for_status().json()["items"]}["two_factor"] is None


@pytest.mark.parametrize("role", ["admin", "developer", "support", "viewer"])
def test_who_may_see_and_do_what(shop: Shop, role: str, stripe: tuple[StripeFake, str]) -> None:
    account = connected(shop.owner)
    person = shop.member(role)
    assert person.client.get("/live/checklist").status_code == 200
    assert person.client.get("/processor-notices").status_code == 200
    own = {
        "proof": person.client.get(f"/processor-accounts/{account}/proof"),
        "trial": person.client.get(f"/processor-accounts/{account}/trial"),
        "begin": person.client.post(f"/processor-accounts/{account}/trial"),
        "settle": person.client.post(f"/processor-notices/{account}/settle", json={"event_id": "evt_none"}),
    }
    if role == "admin":
        assert [answer.status_code for answer in own.values()] == [200, 200, 201, 404]
        return
    for answer in own.values():
        expect_error(answer, "PERMISSION_ERROR")


def test_other_merchants_find_nothing_of_it(new_shop: Callable[[], Shop], stripe: tuple[StripeFake, str]) -> None:
    mine, other = new_shop(), new_shop()
    account = connected(mine.owner)
    mine.owner.client.post(f"/processor-accounts/{account}/trial").raise_for_status()
    mine.stack.sql(
        "INSERT INTO processor_notices (account_id, event_id, merchant_id, mode, type, topic, objects, "
        "review_reason) VALUES (%s, 'evt_mine', %s, 'test', 'x', 'payment', '{}', 'not found')",
        (account, mine.merchant.id),
    )
    assert len(mine.owner.client.get("/processor-notices").json()["data"]) == 1
    theirs = other.owner.client
    assert theirs.get("/processor-notices").json()["data"] == []
    asked: list[Any] = [
        theirs.get(f"/processor-accounts/{account}/proof"),
        theirs.get(f"/processor-accounts/{account}/trial"),
        theirs.post(f"/processor-accounts/{account}/trial"),
        theirs.post(f"/processor-notices/{account}/settle", json={"event_id": "evt_mine"}),
        mine.owner.client.get(f"/processor-accounts/{account}/trial", headers=LIVE),
    ]
    for answer in asked:
        expect_error(answer, "NOT_FOUND_ERROR")
    assert len(mine.owner.client.get("/processor-notices").json()["data"]) == 1
