"""How a payment ends that is not simply paid: refused tries, a shopper who leaves, a bank that takes its time."""

import pytest

from tests.processors.conformance.crowd import break_all, crowd
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop
from tests.support.stack import Stack, eventually


def test_a_refused_try_is_not_the_payments_end(shop: Shop) -> None:
    """The shopper tries another card in the same form (rule 4)."""
    payment = shop.prepared()
    for _ in range(2):
        shop.fake.act("decline", payment_id=payment["id"])
        looked = len(shop.fake.requests("look_up"))
        shop.look(payment["id"])
        eventually(lambda before=looked: len(shop.fake.requests("look_up")) > before, what="a look")
    still = shop.merchant.payment(payment["id"])
    assert (still["status"], still["error_code"]) == ("requires_action", None)
    shop.fake.pay(payment["id"])
    paid = shop.ends(payment, "success")
    assert (paid["captured"], paid["error_code"]) == (True, None)
    assert shop.fake.book(payment["id"])["charges"] == 1


def test_a_bank_that_takes_its_time_is_waited_for(shop: Shop) -> None:
    """Neither failed nor closed while it may still say yes."""
    payment = shop.prepared()
    shop.fake.act("process_later", payment_id=payment["id"])
    shop.grow_old(payment["id"], 61)
    shop.look(payment["id"])
    eventually(lambda: work_of(shop, payment["id"]) == "close", what="closing")
    assert shop.merchant.payment(payment["id"])["status"] == "requires_action"
    shop.fake.pay(payment["id"])
    assert shop.ends(payment, "success")["captured"] is True


@pytest.mark.parametrize("tries", [0, 1])
def test_an_abandoned_payment_fails_once_no_money_can_come(shop: Shop, tries: int) -> None:
    """Its time is over; it is closed there, and has failed with that. What is paid then is not kept."""
    payment = shop.prepared()
    for _ in range(tries):
        shop.fake.act("decline", payment_id=payment["id"])
    shop.grow_old(payment["id"], 61)
    failed = shop.ends(payment, "failed")
    assert failed["error_code"] == "PAYMENT_TIMEOUT"
    assert failed["next_action"] is None
    shop.fake.act("pay", payment_id=payment["id"])
    if shop.can.void == "expires":  # nothing there can be closed: it goes back by itself
        shop.fake.act("advance", seconds=13 * 60)
    book = shop.fake.book(payment["id"])
    assert (book["captured"], book["held"]) == (0, 0)
    again = shop.pay_order({"id": payment["order_id"]})
    assert shop.merchant.settled(again, "requires_action")["id"] != payment["id"]


def test_a_payment_that_is_paid_while_it_is_closed_is_a_success(shop: Shop) -> None:
    """Whoever is faster, it is one or the other (razorpay-opencart#47)."""
    payment = shop.prepared()
    # The look that finds its time over is the first; the close looks before it closes anything.
    looks = 2 if shop.fake.name == "razorpay" else 1
    for _ in range(looks - 1):
        shop.fake.meanwhile("look_up", "decline", payment_id=payment["id"])
    shop.fake.meanwhile("look_up", "pay", payment_id=payment["id"])
    shop.grow_old(payment["id"], 61)
    paid = shop.ends(payment, "success")
    assert (paid["captured"], paid["error_code"]) == (True, None)
    assert shop.fake.book(payment["id"])["captured"] == 50_000


def test_a_close_that_goes_wrong_is_repeated_and_nothing_fails_before_it(
    over_fakes: Stack, fake: FakeDoor
) -> None:
    """Failed only with the processor's word."""
    with crowd(over_fakes, fake) as many:
        made = many.each(Shop.prepared)
        ends = many.shops[0].can.void == "yes"  # something is sent; else a look stands in for it
        break_all(fake, "close" if ends else "look_up")
        for shop, payment in zip(many.shops, made, strict=True):
            shop.grow_old(payment["id"], 61)
        for payment in many.become(made, lambda now: now["status"] == "failed", "failed"):
            assert (payment["error_code"], payment["review_reason"]) == ("PAYMENT_TIMEOUT", None)
            assert len(fake.about(payment["id"], "look_up")) > 0
        if ends:
            assert all(set(fake.act("pay", payment_id=payment["id"])) == {"refused"} for payment in made)


def test_a_cancelled_payment_is_closed_there(shop: Shop) -> None:
    """The shopper has left; what might still be paid cannot be."""
    payment = shop.prepared()
    answer = shop.merchant.api.post(f"/payments/{payment['id']}/cancel", json={})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    eventually(lambda: work_of(shop, payment["id"]) in (None, "check"), what="closed")
    shop.fake.act("pay", payment_id=payment["id"])
    assert shop.fake.book(payment["id"])["captured"] == 0


def test_without_any_notice_a_payment_is_found_by_itself(shop: Shop) -> None:
    """The first look comes five seconds after it was made; nobody asks for it."""
    payment = shop.prepared()
    shop.fake.pay(payment["id"])
    paid = shop.merchant.settled(payment, seconds=15)
    assert paid["captured"] is True
    assert shop.fake.book(payment["id"])["captured"] == 50_000


def test_upi_is_paid_in_the_processors_form_without_an_address(shop: Shop) -> None:
    """No account here takes a typed one."""
    order = shop.order()
    typed = shop.pay_order(order, method="upi", vpa="success@bank")
    assert typed["account_id"] is None  # no rule fits: in test mode the simulated bank takes it
    order = shop.order()
    payment = shop.merchant.settled(shop.pay_order(order, method="upi", flow="qr"), "requires_action")
    assert payment["flow"] == "qr"
    shop.fake.pay(payment["id"], **({"method": "upi"} if shop.fake.name == "razorpay" else {}))
    paid = shop.ends(payment, "success")
    assert (paid["method"], paid["captured"]) == ("upi", True)


def work_of(shop: Shop, payment_id: str) -> str | None:
    """What is to be done about it next."""
    [[work]] = shop.stack.sql("SELECT work FROM payments WHERE id = %s", (payment_id,))
    return str(work) if work else None
