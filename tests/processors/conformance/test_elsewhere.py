"""A merchant with two accounts: the second takes what the first cannot prepare, and nothing else.

Only while nothing can have been charged (docs/processors.md): never after the shopper saw a form, never for a
capture, a release or a refund.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.processors.conformance.conftest import PROCESSORS
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, connect
from tests.support.stack import Stack, eventually

DOWN = ("lose_request", "html", "too_many", "error_before", "error_after", "silent", "refused_key", "cut")
"""How an account cannot prepare a payment."""


@dataclass
class Two:
    """A shop whose payments go to `first`, else to `second`."""

    shop: Shop
    first: FakeDoor
    second: FakeDoor
    second_id: str

    def goes_on(self, payment: dict[str, Any]) -> dict[str, Any]:
        """The payment, once it waits for its shopper at the second account."""
        now = self.shop.ends(payment, "requires_action")
        assert now["account_id"] == self.second_id
        assert now["next_action"] == {"type": "fields", "processor": self.second.name}
        return now


@pytest.fixture(params=PROCESSORS)
def two(request: pytest.FixtureRequest, over_fakes: Stack, fakes: dict[str, FakeDoor]) -> Iterator[Two]:
    """Each of the processors as the first one."""
    first = fakes[request.param]
    second = fakes[PROCESSORS[PROCESSORS.index(request.param) - 1]]
    made = new_two(over_fakes, first, second)
    yield made
    made.shop.put_aside()
    for fake in fakes.values():
        fake.mend()
        fake.forget()


def new_two(stack: Stack, first: FakeDoor, second: FakeDoor) -> Two:
    """A fresh merchant."""
    merchant = stack.merchant()
    shop = Shop(stack, merchant, first, connect(stack, merchant, first))
    return Two(shop, first, second, connect(stack, merchant, second))


def test_a_payment_that_the_first_cannot_prepare_is_taken_by_the_second(two: Two) -> None:
    """Whatever is wrong there; and it is charged at the second alone."""
    for fault in DOWN:
        each = new_two(two.shop.stack, two.first, two.second)  # with a breaker of its own
        two.first.fail(fault, "prepare", times=100, seconds=1.2)
        payment = each.goes_on(each.shop.pay_order(each.shop.order()))
        two.first.mend()
        two.second.pay(payment["id"])
        assert each.shop.ends(payment, "success")["captured"] is True
        assert two.first.book(payment["id"])["charges"] == 0, fault
        assert two.second.book(payment["id"])["captured"] == 50_000, fault
        each.shop.put_aside()


def test_what_the_first_may_have_made_is_closed_after_the_end(two: Two) -> None:
    """Its answer was lost; nobody has seen it, and nobody can pay it later."""
    two.first.fail("lose_answer", "prepare")
    payment = two.goes_on(two.shop.pay_order(two.shop.order()))
    assert two.first.book(payment["id"])["objects"] == 1
    two.second.pay(payment["id"])
    two.shop.ends(payment, "success")

    def tidied() -> bool:
        two.shop.look(payment["id"])
        rows = two.shop.stack.sql(
            "SELECT outcome FROM processor_operations WHERE payment_id = %s AND account_id = %s",
            (payment["id"], two.shop.account_id),
        )
        return rows == [("closed",)]

    eventually(tidied, what="closed at the first account")
    if two.shop.can.void == "yes":  # who can release can also end what nobody has paid
        assert set(two.first.act("pay", payment_id=payment["id"])) == {"refused"}
    assert two.first.book(payment["id"])["captured"] == 0


def test_a_payment_whose_form_was_shown_stays_where_it_is(two: Two) -> None:
    """However long its processor does not answer."""
    payment = two.shop.prepared()
    assert payment["account_id"] == two.shop.account_id
    two.first.fail("html", "look_up", times=4)
    for _ in range(2):
        two.shop.look(payment["id"])
        asked = len(two.first.about(payment["id"]))
        eventually(lambda before=asked: len(two.first.about(payment["id"])) > before, what="a look that fails")
    assert two.shop.merchant.payment(payment["id"])["account_id"] == two.shop.account_id
    two.first.mend()
    two.first.pay(payment["id"])
    two.shop.ends(payment, "success")
    assert two.second.book(payment["id"])["objects"] == 0


def test_captures_and_refunds_stay_where_the_money_is(two: Two) -> None:
    """Unknown is asked again, there and nowhere else."""
    payment = two.shop.paid(capture="manual")
    two.first.fail("lose_answer", "capture")
    assert two.shop.merchant.api.post(f"/payments/{payment['id']}/capture", json={}).status_code == 200
    two.shop.becomes(payment["id"], lambda now: bool(now["capture_status"] == "succeeded"), "captured")
    two.first.fail("lose_answer", "refund")
    two.shop.refund_ends(two.shop.refund(payment, 10_000), "processed")
    book = two.first.book(payment["id"])
    assert (book["captured"], book["refunded"], book["charges"]) == (50_000, 10_000, 1)
    assert two.second.about(payment["id"]) == []


def test_a_first_that_fails_again_and_again_is_not_asked_any_more(two: Two) -> None:
    """Its breaker is open: payments go to the second without a call, until it is tried again."""
    two.first.fail("html", "prepare", times=100)
    for _ in range(5):
        two.goes_on(two.shop.pay_order(two.shop.order()))
    asked = len(two.first.requests("prepare"))
    two.goes_on(two.shop.pay_order(two.shop.order()))
    assert len(two.first.requests("prepare")) == asked
