"""A refund over a daily cap is refused, and put where staff see it: who asked, how much, and what to do."""

import time
from typing import Any

import pytest

from gateway.refunds.caps.model import OVER_THE_CAP
from tests.dashboard.browser import PASSWORD
from tests.dashboard.conftest import Person, Shop, create_owner
from tests.processors.accounts.test_refund_caps import another_key, cap, put, refund
from tests.support.envelope import expect_error
from tests.support.stack import Stack


@pytest.fixture
def shop(stack: Stack) -> Shop:
    """A merchant with an owner, and a key that may refund; ten rupees may go back in a day."""
    merchant = stack.merchant()
    email = f"owner-{time.monotonic_ns()}@example.com"
    create_owner(stack, merchant.id, email)
    made = Shop(stack, merchant, Person(stack, email).logged_in())
    cap(made, per_merchant=1_000)
    return made


def capped(shop: Shop) -> list[dict[str, Any]]:
    jobs = shop.owner.client.get("/jobs").raise_for_status().json()["data"]
    return [job for job in jobs if job["kind"] == "refund_caps"]


def attention(shop: Shop) -> int:
    return int(shop.owner.client.get("/overview").json()["attention"]["refunds_in_review"])


def test_what_was_refused_waits_for_staff_once_for_each_key_and_day(shop: Shop) -> None:
    payment = shop.merchant.paid()
    for amount in (2_000, 3_000, 1_500):
        expect_error(refund(shop.merchant.api, payment, amount), "PERMISSION_ERROR")
    [job] = capped(shop)
    assert job["id"].startswith("capr_") and job["state"] == "needs_attention"
    said = (job["payment_id"], job["amount"], job["currency"], job["attempts"], job["asked_by"])
    assert said == (payment["id"], 1_500, "INR", 3, shop.merchant.key)
    assert job["review_reason"] == OVER_THE_CAP and "raises the daily cap" in job["advice"]
    support = shop.member("support")
    expect_error(refund(support.client, payment, 9_000), "PERMISSION_ERROR")
    assert {one["asked_by"] for one in capped(shop)} == {shop.merchant.key, support.email}
    assert attention(shop) == 2
    assert shop.merchant.api.get(f"/payments/{payment['id']}/refunds").json() == []


@pytest.mark.parametrize(("role", "code"), [("owner", 200), ("admin", 200), ("developer", 403), ("support", 403)])
def test_owners_and_admins_let_it_be_and_it_comes_again_when_somebody_asks_on(
    shop: Shop, role: str, code: int
) -> None:
    payment = shop.merchant.paid()
    expect_error(refund(shop.merchant.api, payment, 2_000), "PERMISSION_ERROR")
    [job] = capped(shop)
    person = shop.owner if role == "owner" else shop.member(role)
    settled = person.client.post(f"/jobs/{job['id']}/settle")
    assert settled.status_code == code, settled.text
    assert len(capped(shop)) == (0 if code == 200 else 1)
    if code == 200:
        [line] = shop.owner.client.get("/audit", params={"action": "refund_cap.settled"}).json()["data"]
        assert (line["object_id"], line["actor"]["label"]) == (job["id"], person.email)
        expect_error(person.client.post(f"/jobs/{job['id']}/settle"), "NOT_FOUND_ERROR")
        expect_error(refund(shop.merchant.api, payment, 2_500), "PERMISSION_ERROR")
        assert [one["id"] for one in capped(shop)] == [job["id"]]


def test_a_key_that_may_only_write_settles_nothing_and_no_job_of_another_merchant(shop: Shop) -> None:
    expect_error(refund(shop.merchant.api, shop.merchant.paid(), 2_000), "PERMISSION_ERROR")
    [job] = capped(shop)
    expect_error(shop.merchant.api.post(f"/jobs/{job['id']}/settle"), "PERMISSION_ERROR")
    expect_error(shop.merchant.api.post(f"/jobs/{job['id']}/retry"), "NOT_FOUND_ERROR")
    other = shop.stack.merchant()
    shop.stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (other.key,))
    expect_error(other.api.post(f"/jobs/{job['id']}/settle"), "NOT_FOUND_ERROR")
    assert len(capped(shop)) == 1


def test_an_owner_who_changes_the_cap_has_decided(shop: Shop) -> None:
    payment = shop.merchant.paid()
    expect_error(refund(shop.merchant.api, payment, 2_000), "PERMISSION_ERROR")
    same = put(shop.owner, {"currency": "INR", "per_merchant": 1_000}, {"currency": "USD", "per_key": 1})
    assert same.status_code == 200
    assert len(capped(shop)) == 1, "the cap that refused it is as it was"
    put(shop.owner, {"currency": "INR", "per_merchant": 5_000}, password=PASSWORD).raise_for_status()
    assert capped(shop) == []
    assert refund(shop.merchant.api, payment, 2_000).status_code == 201


def test_two_keys_have_a_line_each(shop: Shop) -> None:
    payment = shop.merchant.paid()
    for api in (shop.merchant.api, another_key(shop).api):
        expect_error(refund(api, payment, 2_000), "PERMISSION_ERROR")
    assert len(capped(shop)) == 2
