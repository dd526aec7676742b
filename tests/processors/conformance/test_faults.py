"""Every fault of a call, at every verb, through the whole product: nothing is refused, lost or done twice.

console#3449, adyen-commercetools#1305, medusa#16293, active_merchant#866, active_merchant#2082 (once);
hyperswitch#13180 #2380 #3675 #3716 #9622 #1149 (unknown).
"""

from functools import partial

from tests.processors.conformance.crowd import FAULTS, break_all, crowd, repeats
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop
from tests.support.stack import Stack, eventually

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


def test_a_key_that_is_refused_is_the_accounts_problem_and_no_refusal(shop: Shop) -> None:
    """Nothing happened there. What money depends on waits for a person; a new payment fails, and says nothing."""
    held, taken = shop.paid(capture="manual"), shop.paid()
    for operation in ("prepare", "refund"):
        shop.fake.fail("refused_key", operation)
    # Razorpay's capture reads the payment first: whichever call is refused, the answer is the same.
    shop.fake.fail("refused_key", "look_up" if shop.fake.name == "razorpay" else "capture")
    shop.stack.sql("UPDATE processor_accounts SET problem = NULL WHERE id = %s", (shop.account_id,))
    assert shop.merchant.api.post(f"/payments/{held['id']}/capture", json={}).status_code == 200
    waits = shop.becomes(held["id"], lambda now: bool(now["review_reason"]), "in review", looks=False)
    assert (waits["status"], waits["capture_status"]) == ("success", "pending")
    refund = shop.refund(taken, 10_000)
    reason = "SELECT review_reason FROM refunds WHERE id = %s"
    eventually(lambda: shop.stack.sql(reason, (refund["id"],)) != [(None,)], what="the refund in review")
    failed = shop.merchant.settled(shop.pay_order(shop.order()), "failed")
    assert failed["error_code"] == "PROCESSING_ERROR"
    account = shop.merchant.api.get(f"/processor-accounts/{shop.account_id}").json()
    assert "401" in account["problem"]
    assert shop.fake.book(held["id"])["captured"] == shop.fake.book(taken["id"])["refunded"] == 0


def test_a_wrong_key_that_only_a_refund_has_met_is_told(shop: Shop) -> None:
    """An account that takes no payments any more may still have refunds to make."""
    taken = shop.paid()
    shop.fake.fail("refused_key", "refund")
    shop.refund(taken, 10_000)
    problem = "SELECT problem FROM processor_accounts WHERE id = %s"
    eventually(lambda: shop.stack.sql(problem, (shop.account_id,)) != [(None,)], what="a problem")


def test_a_500_that_is_kept_under_its_key_does_not_keep_the_shopper_waiting(shop: Shop) -> None:
    """The processor answers every repeat with it: a new key is a new object. Nobody ever sees the first one."""
    shop.fake.fail("error_after", "prepare")
    payment = shop.ends(shop.pay_order(shop.order()), "requires_action")
    keeps_it = shop.fake.name == "stripe"  # Razorpay's order is found by its receipt
    keys = {key for _, key, _ in repeats(shop.fake, "prepare", payment["id"])}
    assert len(keys) == (2 if keeps_it else 1)
    assert shop.fake.book(payment["id"])["objects"] == (2 if keeps_it else 1)
    shop.fake.pay(payment["id"])
    paid = shop.ends(payment, "success")
    assert shop.fake.book(payment["id"])["captured"] == paid["amount_captured"] == 50_000


def test_a_refund_whose_key_is_forgotten_is_looked_up_and_not_sent_again(shop: Shop) -> None:
    """A key protects for a day, or who knows how long: after it a repeat would pay back twice (rule 2)."""
    payment = shop.paid()
    shop.fake.fail("lose_answer", "refund")
    shop.fake.fail("html", "look_up", times=2)  # what became of it is not told for a while
    refund = shop.refund(payment, 20_000)
    eventually(lambda: shop.fake.book(payment["id"])["refunded"] == 20_000, what="paid back, and not told")
    if shop.fake.name == "stripe":
        shop.fake.act("advance", seconds=25 * 3600)
    else:
        shop.fake.act("forget_keys")
    shop.stack.sql(
        "UPDATE processor_operations SET first_sent_at = first_sent_at - interval '25 hours' WHERE key = %s",
        (f"{refund['id']}:refund",),
    )
    shop.refund_ends(refund, "processed")
    assert shop.fake.book(payment["id"])["refunded"] == 20_000
    assert len(shop.fake.about(payment["id"], "refund")) == 1
