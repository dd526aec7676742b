"""Every fault of a call, at every verb, through the whole product: nothing is refused, lost or done twice.

console#3449, adyen-commercetools#1305, medusa#16293, active_merchant#866, active_merchant#2082 (once);
hyperswitch#13180 #2380 #3675 #3716 #9622 #1149 (unknown).
"""

from functools import partial

from tests.processors.conformance.crowd import FAULTS, break_all, crowd, repeats
from tests.support.processors import FakeDoor, Shop
from tests.support.stack import Stack

PREPARED = tuple(kind for kind in FAULTS if kind != "error_after")
"""A 500 that Stripe keeps under the key of `prepare` has a test of its own."""


def test_a_prepare_that_goes_wrong_makes_one_object(over_fakes: Stack, fake: FakeDoor) -> None:
    """One object, one key, one body."""
    with crowd(over_fakes, fake, len(PREPARED)) as many:
        break_all(fake, "prepare", PREPARED)
        made = many.each(lambda shop: shop.pay_order(shop.order()))
        for payment in many.become(made, lambda now: now["status"] == "requires_action", "waiting"):
            assert payment["review_reason"] is None
            assert fake.book(payment["id"])["objects"] == 1
            assert len(set(repeats(fake, "prepare", payment["id"]))) == 1


def test_a_look_up_that_goes_wrong_says_nothing(over_fakes: Stack, fake: FakeDoor) -> None:
    """Paid all the while; each is a success in the end, and none was failed."""
    with crowd(over_fakes, fake) as many:
        made = many.each(Shop.prepared)
        for payment in made:
            fake.pay(payment["id"])
        break_all(fake, "look_up")
        for payment in many.become(made, lambda now: now["status"] != "requires_action", "paid"):
            assert (payment["status"], payment["captured"], payment["error_code"]) == ("success", True, None)
            book = fake.book(payment["id"])
            assert (book["captured"], book["charges"]) == (50_000, 1)


def test_a_capture_that_goes_wrong_is_made_once(over_fakes: Stack, fake: FakeDoor) -> None:
    """Also where it was done and its answer lost (hyperswitch#10045 #2935 #2133, django-payments#469)."""
    with crowd(over_fakes, fake) as many:
        made = many.each(partial(Shop.paid, capture="manual"))
        break_all(fake, "capture")
        many.post(made, "capture")
        for payment in many.become(made, lambda now: now["capture_status"] != "pending", "captured"):
            assert (payment["capture_status"], payment["review_reason"]) == ("succeeded", None)
            book = fake.book(payment["id"])
            assert (book["captured"], book["held"], book["charges"]) == (50_000, 0, 1)
            assert len(set(repeats(fake, "capture", payment["id"]))) == 1


def test_a_refund_that_goes_wrong_is_paid_back_once(over_fakes: Stack, fake: FakeDoor) -> None:
    """The same key and the same bytes, or a look-up."""
    with crowd(over_fakes, fake) as many:
        made = many.each(Shop.paid)
        break_all(fake, "refund")
        many.post(made, "refunds", amount=20_000)
        for payment in many.become(made, lambda now: now["amount_refunded"] > 0, "refunded", of="refunds"):
            assert fake.book(payment["id"])["refunded"] == payment["amount_refunded"] == 20_000
            assert len(set(repeats(fake, "refund", payment["id"]))) == 1


def test_a_release_that_goes_wrong_is_made(over_fakes: Stack, fake: FakeDoor) -> None:
    """Where a hold can be released; where it cannot, the look-up that stands in may fail as well."""
    with crowd(over_fakes, fake) as many:
        made = many.each(partial(Shop.paid, capture="manual"))
        expires = many.shops[0].can.void == "expires"
        break_all(fake, "look_up" if expires else "void")
        many.post(made, "cancel")
        for payment in many.become(made, lambda now: now["void_status"] != "pending", "released"):
            assert (payment["status"], payment["review_reason"]) == ("cancelled", None)
            book = fake.book(payment["id"])
            assert (book["captured"], book["held"]) == (0, 50_000 if expires else 0)


def test_a_look_up_that_failed_is_followed_by_a_look_up(fake: FakeDoor, shop: Shop) -> None:
    """What was prepared is looked at again, and not prepared again."""
    payment = shop.prepared()
    fake.pay(payment["id"])
    fake.fail("html", "look_up")
    shop.look(payment["id"])
    paid = shop.merchant.settled(payment, seconds=4)  # one more look, a second later: no other is asked for
    assert paid["captured"] is True
