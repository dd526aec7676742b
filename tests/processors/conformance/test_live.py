"""Live mode: a real account or nothing; the simulated bank never stands in."""

from collections.abc import Iterator

import pytest

from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, open_shop
from tests.support.stack import Stack, eventually


@pytest.fixture
def live(over_fakes: Stack, fake: FakeDoor) -> Iterator[Shop]:
    """A merchant with a live account, whose processor the operator has put a fake in the place of."""
    made = open_shop(over_fakes, fake, "live")
    yield made
    made.put_aside()


def test_a_live_payment_is_taken_paid_back_and_told_by_its_account(live: Shop) -> None:
    """The same life as in test mode, in the processor's live books."""
    payment = live.paid()
    live.refund_ends(live.refund(payment, 10_000), "processed")
    book = live.fake.book(payment["id"])
    assert (book["captured"], book["refunded"], book["charges"]) == (50_000, 10_000, 1)


def test_without_an_account_nothing_live_is_taken_or_stored(over_fakes: Stack) -> None:
    """`409 PROCESSOR_REQUIRED` for orders as for payments."""
    merchant = over_fakes.merchant("live")
    answer = merchant.api.post("/orders", json={"amount": 50_000})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "PROCESSOR_REQUIRED")
    assert over_fakes.sql("SELECT count(*) FROM orders WHERE merchant_id = %s", (merchant.id,)) == [(0,)]


def test_a_live_payment_is_never_simulated_however_its_account_fails(live: Shop) -> None:
    """It waits, or fails; magic addresses and numbers do nothing."""
    live.fake.fail("html", "prepare", times=50)
    order = live.order()
    payment = live.pay_order(order, method="upi", flow="qr")
    asked = len(live.fake.about(payment["id"]))
    eventually(lambda: len(live.fake.about(payment["id"])) > asked, what="a call that fails")
    typed = live.merchant.api.post(
        "/payments", json={"order_id": live.order()["id"], "method": "upi", "vpa": "success@bank"}
    )
    assert (typed.status_code, typed.json()["error"]["code"]) == (409, "PROCESSOR_REQUIRED")
    live.fake.mend()
    now = live.ends(payment, "requires_action")
    assert now["account_id"] == live.account_id
    rows = live.stack.sql("SELECT count(*) FROM simulator.operations WHERE payment_id = %s", (payment["id"],))
    assert rows == [(0,)]
