"""Money that is not what we asked for is no success, but a question for a person (rule 3).

Paymenter#1258, InvoicePlane#1677, woocommerce-gateway-stripe#2720, lunar#2601, adyen-commercetools#1085,
saleor#18196.
"""

from functools import partial
from typing import Any

import pytest

from tests.processors.conformance.telling import at_rest, entries, tell_all, unexpected
from tests.processors.conformance.test_unexpected_money import paid_while_cancelled
from tests.support.processors import Shop
from tests.support.stack import eventually

TWISTS = {
    "razorpay": ("other_amount", "other_currency"),
    "cashfree": ("other_amount", "other_currency"),
    "stripe": ("other_amount", "other_currency", "other_mode"),
}
"""What an answer can say wrongly. Those that say no mode are told apart by their keys alone."""


def is_in_review(now: dict[str, Any]) -> bool:
    """Whether a person is asked."""
    return now["review_reason"] is not None


def in_review(shop: Shop, payment_id: str, twist: str) -> dict[str, Any]:
    """The payment once a person is asked. Nobody asks for a further look: that one would find the truth."""
    is_it = partial(shop.becomes, payment_id, lambda now: now["review_reason"] is not None, looks=False)
    now = is_it(f"{twist} in review")
    assert "the processor says" in now["review_reason"]
    return now


def test_a_success_of_another_sum_is_for_a_person(shop: Shop) -> None:
    """Nothing is told as paid, nothing is booked, the order waits."""
    for twist in TWISTS[shop.fake.name]:
        payment = shop.prepared()
        shop.fake.pay(payment["id"])
        shop.fake.fail(twist, "look_up", times=1 if shop.fake.name == "stripe" else 2)
        shop.look(payment["id"])
        now = in_review(shop, payment["id"], twist)
        shop.fake.mend()
        assert (now["status"], now["captured"]) == ("requires_action", False)
        assert not booked(shop, payment["id"])
        assert ("payment.success",) not in told(shop, payment["id"])
        assert shop.merchant.api.get(f"/orders/{payment['order_id']}").json()["status"] == "attempted"


def test_a_capture_of_another_sum_is_for_a_person(shop: Shop) -> None:
    """Neither succeeded nor failed; the ledger still holds what was authorised."""
    for twist in TWISTS[shop.fake.name]:
        payment = shop.paid(capture="manual")
        shop.fake.fail(twist, "capture")
        answer = shop.merchant.api.post(f"/payments/{payment['id']}/capture", json={})
        assert answer.status_code == 200
        now = in_review(shop, payment["id"], twist)
        assert (now["capture_status"], now["status"]) == ("pending", "success")
        assert booked(shop, payment["id"]) == ["authorization"]
        assert shop.fake.book(payment["id"])["captured"] == 50_000


def test_a_refund_of_another_sum_is_for_a_person(shop: Shop) -> None:
    """It stays pending, and its amount reserved. (Refunds do not say their mode.)"""
    for twist in ("other_amount", "other_currency"):
        payment = shop.paid()
        shop.fake.fail(twist, "refund")
        refund = shop.refund(payment, 20_000)

        def reason(refund_id: str = refund["id"]) -> str | None:
            [[found]] = shop.stack.sql("SELECT review_reason FROM refunds WHERE id = %s", (refund_id,))
            return str(found) if found else None

        assert "the processor says" in eventually(reason, what=f"{twist} in review")
        assert shop.merchant.api.get(f"/refunds/{refund['id']}").json()["status"] == "pending"
        assert booked(shop, payment["id"]) == ["capture"]


def test_the_return_of_another_sum_is_for_a_person(shop: Shop) -> None:
    """Of money that nobody expected: it counts as gone only when as much as came has gone."""
    for twist in ("other_amount", "other_currency"):
        shop.fake.fail(twist, "refund")
        payment = paid_while_cancelled(shop)
        eventually(
            lambda payment=payment: unexpected(shop, payment["id"]) == [("late", 50_000, "review")],
            what=f"{twist} in review",
        )
        assert entries(shop, payment["id"]) == [("unexpected", 50_000)]
        assert len(shop.fake.act("refunds", payment_id=payment["id"])) == 1


def test_a_later_look_that_tells_another_mode_is_for_a_person(shop: Shop) -> None:
    if "other_mode" not in TWISTS[shop.fake.name]:
        return
    payment = shop.paid()
    shop.refund_ends(shop.refund(payment, 20_000), "processed")
    at_rest(shop, payment["id"])
    shop.fake.fail("other_mode", "look_up", times=10)
    tell_all(shop, payment["id"])
    now = shop.becomes(payment["id"], is_in_review, "in review", looks=False)
    assert "live mode" in now["review_reason"]


def test_a_later_look_that_tells_another_sum_of_a_refund_is_for_a_person(shop: Shop) -> None:
    """What we have booked as paid back is not what has gone."""
    payment = shop.paid()
    shop.refund_ends(shop.refund(payment, 20_000), "processed")
    at_rest(shop, payment["id"])
    shop.fake.fail("other_amount", "look_up", times=10)
    tell_all(shop, payment["id"])
    now = shop.becomes(payment["id"], is_in_review, "in review", looks=False)
    assert "20001 INR" in now["review_reason"]
    assert now["amount_refunded"] == 20_000


@pytest.mark.parametrize("twist", ["other_amount", "other_currency"])
def test_an_object_of_another_sum_is_shown_to_nobody(shop: Shop, twist: str) -> None:
    """What a shopper would pay has to be what we asked for: it is asked for again."""
    shop.fake.fail(twist, "prepare")
    payment = shop.prepared()
    assert shop.fake.book(payment["id"])["objects"] == 1
    # It is repeated with its key, or looked for.
    assert len(shop.fake.about(payment["id"])) >= 2


def told(shop: Shop, payment_id: str) -> list[tuple[Any, ...]]:
    """The types of the payment's events."""
    return shop.stack.sql("SELECT type FROM events WHERE object_id = %s", (payment_id,))


def booked(shop: Shop, payment_id: str) -> list[str]:
    """The steps of a payment that are in the ledger."""
    rows = shop.stack.sql("SELECT kind FROM ledger_entries WHERE id LIKE %s ORDER BY id", (f"{payment_id}:%",))
    return [row[0] for row in rows]
