"""Refunds and disputes that are made, or end, at the processor appear as ours."""

from typing import Any

from tests.processors.conformance.telling import at_rest, differences, entries, tell_all, told
from tests.support.processors import Shop
from tests.support.stack import eventually

REFUNDED = [("capture", 50_000), ("payout", 20_000), ("reserve", 20_000)]


def refunds_of(shop: Shop, payment: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.merchant.api.get(f"/payments/{payment['id']}/refunds").json()
    return found


def test_a_refund_made_in_the_processors_dashboard_is_one_of_ours(shop: Shop) -> None:
    """commerce-stripe#134, woocommerce-gateway-stripe#4405, gumroad#5779."""
    payment = shop.paid()
    shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=20_000)
    tell_all(shop, payment["id"])
    (refund,) = eventually(lambda: refunds_of(shop, payment), what="a refund")
    assert (refund["amount"], refund["status"], refund["origin"]) == (20_000, "processed", "processor")
    assert shop.merchant.payment(payment["id"])["amount_refunded"] == 20_000
    assert told(shop, payment["id"])[-2:] == ["refund.created", "refund.processed"]
    assert entries(shop, payment["id"]) == REFUNDED
    # The same again, and a refund of ours beside it: each is counted once.
    ours = shop.refund_ends(shop.refund(payment, 10_000), "processed")
    shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=5_000)
    tell_all(shop, payment["id"])
    eventually(lambda: len(refunds_of(shop, payment)) == 3, what="three refunds")
    tell_all(shop, payment["id"])
    at_rest(shop, payment["id"])
    assert sorted(one["amount"] for one in refunds_of(shop, payment)) == [5_000, 10_000, 20_000]
    assert next(one["origin"] for one in refunds_of(shop, payment) if one["id"] == ours["id"]) == "gateway"
    assert shop.fake.book(payment["id"])["refunded"] == 35_000
    assert shop.merchant.payment(payment["id"])["amount_refunded"] == 35_000
    assert (
        shop.merchant.api.get("/refunds", params={"origin": "processor"}).json()["data"][0]["origin"]
        == "processor"
    )
    assert differences(shop) == []


def test_one_that_is_not_decided_is_one_of_ours_when_it_is(shop: Shop) -> None:
    payment = shop.paid()
    shop.fake.act("refunds_become", status="pending")
    made = shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=20_000)
    shop.fake.act("refunds_become", status="succeeded")
    tell_all(shop, payment["id"])
    at_rest(shop, payment["id"])
    assert refunds_of(shop, payment) == []
    shop.fake.act("settle_refund", refund=made["id"])
    tell_all(shop, payment["id"])
    eventually(lambda: [one["status"] for one in refunds_of(shop, payment)] == ["processed"], what="a refund")
    assert differences(shop) == []


def test_one_that_fails_there_was_never_one_of_ours(shop: Shop) -> None:
    payment = shop.paid()
    shop.fake.act("refunds_become", status="failed")
    shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=20_000)
    shop.fake.act("refunds_become", status="succeeded")
    tell_all(shop, payment["id"])
    at_rest(shop, payment["id"])
    assert refunds_of(shop, payment) == []
    assert differences(shop) == []


def test_a_refund_of_ours_whose_answer_was_lost_is_not_taken_for_another(shop: Shop) -> None:
    """Its id here stands in what the processor tells of it."""
    payment = shop.paid()
    shop.fake.fail("lose_answer", "refund")
    refund = shop.refund(payment, 20_000)
    eventually(lambda: shop.fake.book(payment["id"])["refunded"] == 20_000, what="a refund there")
    tell_all(shop, payment["id"])
    shop.refund_ends(refund, "processed")
    tell_all(shop, payment["id"])
    at_rest(shop, payment["id"])
    assert [one["id"] for one in refunds_of(shop, payment)] == [refund["id"]]
    assert differences(shop) == []


def test_a_refund_that_the_processor_takes_back_has_failed(shop: Shop) -> None:
    """hyperswitch#5298: `succeeded` may become `failed` days later."""
    payment = shop.paid()
    refund = shop.refund_ends(shop.refund(payment, 20_000), "processed")
    shop.fake.act("fail_refund", refund=refund["id"])
    tell_all(shop, payment["id"])
    failed = shop.refund_ends(refund, "failed")
    assert failed["taken_back_at"] is not None
    assert (failed["error_code"], failed["processed_at"]) == ("REFUND_DECLINED", refund["processed_at"])
    assert told(shop, payment["id"])[-2:] == ["refund.processed", "refund.failed"]
    assert shop.stack.sql("SELECT sequence FROM events WHERE object_id = %s ORDER BY 1", (refund["id"],)) == [
        (1,), (2,), (3,)
    ]  # fmt: skip
    assert shop.merchant.payment(payment["id"])["amount_refunded"] == 0
    assert entries(shop, payment["id"]) == sorted(
        [*REFUNDED, ("payout_reversal", 20_000), ("return", 20_000)]
    )  # fmt: skip
    # All of it may be paid back again.
    shop.refund_ends(shop.refund(payment, 50_000), "processed")
    tell_all(shop, payment["id"])
    at_rest(shop, payment["id"])
    assert shop.merchant.payment(payment["id"])["amount_refunded"] == 50_000
    assert differences(shop) == []


def test_one_made_there_may_be_taken_back_as_well(shop: Shop) -> None:
    payment = shop.paid()
    made = shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=20_000)
    tell_all(shop, payment["id"])
    (refund,) = eventually(lambda: refunds_of(shop, payment), what="a refund")
    shop.fake.act("fail_refund", refund=made["id"])
    tell_all(shop, payment["id"])
    assert shop.refund_ends(refund, "failed")["origin"] == "processor"
    assert shop.merchant.payment(payment["id"])["amount_refunded"] == 0
    assert differences(shop) == []


def test_more_than_is_left_is_for_a_person(shop: Shop) -> None:
    """The books here say that all has gone back, and the processor pays back more."""
    payment = shop.paid()
    shop.refund_ends(shop.refund(payment, 40_000), "processed")
    shop.stack.sql(
        "UPDATE payments SET amount_captured = 45000 WHERE id = %s", (payment["id"],)
    )  # as if less had been captured
    shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=10_000)
    tell_all(shop, payment["id"])
    now = shop.becomes(payment["id"], lambda now: now["review_reason"] is not None, "in review")
    assert "more than is left" in now["review_reason"]
    assert now["amount_refunded"] == 40_000


def test_a_refund_of_as_much_as_a_capture_in_part_has_left_is_one(shop: Shop) -> None:
    """What is released is told as no refund (at Stripe since 2025-03-31.basil)."""
    if not shop.can.partial_capture:
        return
    payment = shop.paid(capture="manual")
    shop.merchant.api.post(f"/payments/{payment['id']}/capture", json={"amount": 30_000})
    shop.becomes(payment["id"], lambda now: now["capture_status"] == "succeeded", "captured")
    tell_all(shop, payment["id"])
    at_rest(shop, payment["id"])
    assert refunds_of(shop, payment) == []
    shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=20_000)
    tell_all(shop, payment["id"])
    eventually(lambda: [one["amount"] for one in refunds_of(shop, payment)] == [20_000], what="a refund")
    assert differences(shop) == []


def test_a_capture_in_the_processors_dashboard_is_one_of_ours(shop: Shop) -> None:
    """woocommerce-gateway-stripe#738."""
    payment = shop.paid(capture="manual")
    shop.fake.act("capture_in_dashboard", payment_id=payment["id"])
    tell_all(shop, payment["id"])
    now = shop.becomes(payment["id"], lambda now: now["capture_status"] == "succeeded", "captured")
    assert (now["captured"], now["amount_captured"]) == (True, 50_000)
    assert shop.merchant.api.get(f"/orders/{payment['order_id']}").json()["status"] == "paid"
    assert shop.fake.book(payment["id"])["captured"] == 50_000
    assert differences(shop) == []


def disputes_of(shop: Shop, payment: dict[str, Any]) -> list[tuple[Any, ...]]:
    return shop.stack.sql("SELECT amount, status FROM disputes WHERE payment_id = %s", (payment["id"],))


def test_a_dispute_is_told_from_its_beginning_to_its_end(shop: Shop) -> None:
    for status in ("won", "lost"):
        payment = shop.paid()
        dispute = shop.fake.act("dispute", payment_id=payment["id"])
        tell_all(shop, payment["id"])
        eventually(lambda payment=payment: disputes_of(shop, payment), what="a dispute")  # type: ignore[misc]
        assert disputes_of(shop, payment) == [(50_000, "needs_response")]
        shop.fake.act("close_dispute", dispute=dispute["id"], status=status)
        tell_all(shop, payment["id"])
        ended = [(50_000, status)]
        eventually(lambda payment=payment, ended=ended: disputes_of(shop, payment) == ended, what=f"{status}")  # type: ignore[misc]
        assert told(shop, payment["id"])[-2:] == ["dispute.created", f"dispute.{status}"]
        tell_all(shop, payment["id"])
        at_rest(shop, payment["id"])
        assert told(shop, payment["id"])[-2:] == ["dispute.created", f"dispute.{status}"]
    assert differences(shop) == []


def test_a_dispute_that_ended_before_we_heard_of_it_is_told_as_well(shop: Shop) -> None:
    payment = shop.paid()
    dispute = shop.fake.act("dispute", payment_id=payment["id"])
    shop.fake.act("close_dispute", dispute=dispute["id"], status="lost")
    tell_all(shop, payment["id"])
    eventually(lambda: disputes_of(shop, payment), what="a dispute")
    assert told(shop, payment["id"])[-2:] == ["dispute.created", "dispute.lost"]


def test_a_cancel_that_comes_too_late_finds_what_was_captured_there(shop: Shop) -> None:
    """Also where no notice tells of it (Cashfree documents none of a capture in its dashboard)."""
    if shop.can.void != "yes":
        return
    payment = shop.paid(capture="manual")
    shop.fake.act("capture_in_dashboard", payment_id=payment["id"])
    assert shop.merchant.api.post(f"/payments/{payment['id']}/cancel", json={}).status_code == 200
    now = shop.becomes(
        payment["id"], lambda now: bool(now["capture_status"] == "succeeded"), "captured", looks=False
    )
    assert (now["status"], now["void_status"], now["amount_captured"]) == ("success", "failed", 50_000)
    assert shop.merchant.api.get(f"/orders/{payment['order_id']}").json()["status"] == "paid"
    assert differences(shop) == []


def test_a_capture_that_comes_too_late_finds_what_was_released_there(shop: Shop) -> None:
    """The hold was cancelled in the processor's dashboard: nothing is held any more."""
    if shop.can.void != "yes":
        return
    payment = shop.paid(capture="manual")
    shop.fake.act("cancel_in_dashboard", payment_id=payment["id"])
    assert shop.merchant.api.post(f"/payments/{payment['id']}/capture", json={}).status_code == 200
    now = shop.becomes(payment["id"], lambda now: bool(now["status"] == "cancelled"), "cancelled", looks=False)
    assert (now["captured"], now["capture_status"], now["amount_captured"]) == (False, "failed", 0)
    assert differences(shop) == []
