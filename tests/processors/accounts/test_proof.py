"""Razorpay does not tell whose account it is: new credentials have to find there what we have made."""

from typing import Any

import pytest

from tests.processors.accounts.conftest import Owner
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.fakes.razorpay_books import KEY_SECRET
from tests.support.envelope import expect_error
from tests.support.stack import eventually


def key(number: int, secret: str = KEY_SECRET) -> dict[str, str]:
    return {"key_id": f"rzp_test_{number}", "key_secret": secret}


@pytest.fixture
def used(owner: Owner, razorpay: FakeRazorpay) -> dict[str, Any]:
    """An account in which a payment has been prepared."""
    account = owner.connect(processor="razorpay", credentials=key(1))
    assert account["external_id"] is None
    order = owner.merchant.order()
    payment = owner.merchant.api.post("/payments", json={"order_id": order["id"], "method": "card"})
    assert payment.status_code == 201, payment.text
    find = "SELECT reference FROM processor_operations WHERE payment_id = %s AND reference IS NOT NULL"
    eventually(lambda: owner.stack.sql(find, (payment.json()["id"],)), what="a prepared payment")
    return account


def test_new_keys_of_the_same_account_find_what_we_have_made(owner: Owner, used: dict[str, Any]) -> None:
    changed = owner.patch(used["id"], credentials=key(2)).raise_for_status().json()
    assert changed["public_key"] == "rzp_test_2"


def test_keys_of_another_account_do_not(owner: Owner, used: dict[str, Any], razorpay: FakeRazorpay) -> None:
    ours = dict(razorpay.orders)
    razorpay.orders.clear()
    try:
        answer = owner.patch(used["id"], credentials=key(2))
    finally:
        razorpay.orders.update(ours)
    error = expect_error(answer, "BAD_REQUEST_ERROR", field="credentials")
    assert "credentials of another account: it has no order_" in error["description"]
    assert owner.get(used["id"])["public_key"] == "rzp_test_1"


def test_where_the_look_up_gets_no_answer_nothing_is_taken_for_proved(
    owner: Owner, used: dict[str, Any], razorpay: FakeRazorpay
) -> None:
    razorpay.fail("error_before", "look_up")
    expect_error(owner.patch(used["id"], credentials=key(2)), "SERVICE_UNAVAILABLE")
    assert owner.get(used["id"])["public_key"] == "rzp_test_1"


def test_an_account_that_was_never_used_takes_any_key_that_works(owner: Owner) -> None:
    account = owner.connect(processor="razorpay", credentials=key(1))
    assert owner.patch(account["id"], credentials=key(3)).status_code == 200
    wrong = owner.patch(account["id"], credentials=key(4, "wrong"))
    expect_error(wrong, "BAD_REQUEST_ERROR", field="credentials")
