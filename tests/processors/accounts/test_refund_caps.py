"""A daily cap of refunds: off unless an owner sets it, and never exceeded, by however many at once."""

import time
from typing import Any

import pytest

from tests.dashboard.browser import PASSWORD
from tests.dashboard.conftest import Person, Shop, create_owner
from tests.support.client import Merchant, at_once
from tests.support.envelope import expect_error
from tests.support.stack import Stack


@pytest.fixture
def shop(stack: Stack) -> Shop:
    """A merchant with an owner, and a key that may refund."""
    merchant = stack.merchant()
    email = f"owner-{time.monotonic_ns()}@example.com"
    create_owner(stack, merchant.id, email)
    return Shop(stack, merchant, Person(stack, email).logged_in())


def put(person: Person, *caps: dict[str, Any], password: str = PASSWORD) -> Any:
    return person.client.put("/refund-caps", json={"caps": list(caps), "current_password": password})


def cap(shop: Shop, **bounds: int) -> None:
    put(shop.owner, {"currency": "INR", **bounds}).raise_for_status()


def refund(who: Any, payment: dict[str, Any], amount: int, **headers: str) -> Any:
    return who.post(f"/payments/{payment['id']}/refunds", json={"amount": amount}, headers=headers)


def another_key(shop: Shop) -> Merchant:
    made = shop.owner.client.post("/keys", json={"label": "second"}).json()
    return Merchant(shop.merchant.base_url, shop.merchant.id, made["key"]["id"], made["secret"])


def test_there_is_no_cap_unless_one_is_set(shop: Shop) -> None:
    assert shop.owner.client.get("/refund-caps").json() == {"caps": []}
    assert refund(shop.merchant.api, shop.merchant.paid(1_000_000), 1_000_000).status_code == 201


def test_over_the_merchants_cap_a_refund_is_refused_told_and_not_stored(shop: Shop) -> None:
    payment = shop.merchant.paid()
    cap(shop, per_merchant=1_000)
    assert refund(shop.merchant.api, payment, 600).status_code == 201
    error = expect_error(refund(shop.merchant.api, payment, 500), "PERMISSION_ERROR")
    assert error["description"].startswith("The daily refund cap is reached (10.00 INR in all)")
    assert len(shop.merchant.api.get(f"/payments/{payment['id']}/refunds").json()) == 1
    assert shop.merchant.payment(payment["id"])["amount_refunded"] <= 600
    [line] = shop.owner.client.get("/audit", params={"action": "payment.refund_capped"}).json()["data"]
    assert line["object_id"] == payment["id"]
    assert line["details"] == {"amount": 500, "currency": "INR", "maker": f"key:{shop.merchant.key}"}
    assert refund(shop.merchant.api, payment, 400).status_code == 201, "what is left of the day"


def test_a_refused_refund_uses_nothing_up(shop: Shop) -> None:
    """Neither of the cap that it fits, nor when the refund is refused for another reason."""
    payment = shop.merchant.paid()
    cap(shop, per_merchant=1_000, per_key=600)
    expect_error(refund(shop.merchant.api, payment, 601), "PERMISSION_ERROR")
    expect_error(refund(shop.merchant.api, payment, 100_000), "BAD_REQUEST_ERROR")
    assert refund(shop.merchant.api, payment, 600).status_code == 201
    assert refund(another_key(shop).api, payment, 400).status_code == 201


def test_each_key_and_each_person_has_a_cap_of_their_own(shop: Shop) -> None:
    payment = shop.merchant.paid()
    cap(shop, per_key=500)
    for who in (shop.merchant.api, another_key(shop).api, shop.owner.client, shop.member("support").client):
        assert refund(who, payment, 500).status_code == 201
        expect_error(refund(who, payment, 1), "PERMISSION_ERROR")


def test_of_many_at_once_no_more_get_through_than_fit(shop: Shop) -> None:
    payments = [shop.merchant.paid() for _ in range(4)]
    cap(shop, per_merchant=1_000)
    answers = at_once(12, lambda number: refund(shop.merchant.api, payments[number % 4], 300))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [403] * 9


def test_other_currencies_and_the_other_mode_are_not_bounded(shop: Shop) -> None:
    cap(shop, per_merchant=0)
    assert refund(shop.merchant.api, shop.merchant.paid(50_000, currency="USD"), 100).status_code == 201
    expect_error(refund(shop.merchant.api, shop.merchant.paid(), 100), "PERMISSION_ERROR")
    live = shop.owner.client.get("/refund-caps", headers={"X-Gateway-Mode": "live"})
    assert live.json() == {"caps": []}


def test_yesterday_does_not_count(shop: Shop) -> None:
    payment = shop.merchant.paid()
    cap(shop, per_merchant=500)
    assert refund(shop.merchant.api, payment, 500).status_code == 201
    shop.stack.sql("UPDATE refund_cap_uses SET day = day - 1 WHERE merchant_id = %s", (shop.merchant.id,))
    assert refund(shop.merchant.api, payment, 500).status_code == 201
    shop.stack.sql("UPDATE refund_cap_uses SET day = day - 9 WHERE merchant_id = %s", (shop.merchant.id,))
    assert refund(shop.merchant.api, payment, 500).status_code == 201
    days = "SELECT count(DISTINCT day) FROM refund_cap_uses WHERE merchant_id = %s"
    assert shop.stack.sql(days, (shop.merchant.id,)) == [(1,)], "what is old is forgotten"


def test_a_bound_that_is_set_later_knows_what_came_before_it(shop: Shop) -> None:
    payment = shop.merchant.paid()
    cap(shop, per_merchant=1_000)
    assert refund(shop.merchant.api, payment, 500).status_code == 201
    cap(shop, per_merchant=1_000, per_key=600)
    expect_error(refund(shop.merchant.api, payment, 200), "PERMISSION_ERROR")


def test_a_refusal_is_not_kept_under_its_key(shop: Shop) -> None:
    payment, key = shop.merchant.paid(), {"Idempotency-Key": "later"}
    cap(shop, per_merchant=100)
    expect_error(refund(shop.merchant.api, payment, 500, **key), "PERMISSION_ERROR")
    cap(shop, per_merchant=500)
    assert refund(shop.merchant.api, payment, 500, **key).status_code == 201


def test_only_an_owner_sets_caps_and_with_the_password(shop: Shop) -> None:
    bound = {"currency": "INR", "per_merchant": 1}
    expect_error(put(shop.member("admin"), bound), "PERMISSION_ERROR")
    expect_error(put(shop.owner, bound, password="wrong"), "BAD_REQUEST_ERROR", field="current_password")
    shop.stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (shop.merchant.key,))
    expect_error(shop.merchant.api.put("/refund-caps", json={"caps": []}), "AUTHENTICATION_ERROR")
    assert put(shop.owner, bound).json()["caps"][0]["per_merchant"] == 1
    assert shop.member("admin").client.get("/refund-caps").json()["caps"][0]["per_key"] is None
    [line] = shop.owner.client.get("/audit", params={"action": "refund_caps.changed"}).json()["data"]
    assert line["details"]["caps"][0]["currency"] == "INR"


@pytest.mark.parametrize(
    ("caps", "field"),
    [
        ([{"currency": "INR"}], "caps.0.per_merchant"),
        ([{"currency": "ZZZ", "per_key": 1}], "caps.0.currency"),
        ([{"currency": "INR", "per_key": -1}], "caps.0.per_key"),
        ([{"currency": "INR", "per_key": 1}, {"currency": "INR", "per_key": 2}], "caps.1.currency"),
        ([{"currency": "INR", "per_keys": 1}], "caps.0.per_keys"),
        ("INR", "caps"),
    ],
    ids=str,
)
def test_a_wrong_cap_is_named(shop: Shop, caps: Any, field: str) -> None:
    answer = shop.owner.client.put("/refund-caps", json={"caps": caps, "current_password": PASSWORD})
    expect_error(answer, "BAD_REQUEST_ERROR", field=field)
    assert shop.owner.client.get("/refund-caps").json() == {"caps": []}
