"""Refunds: ours, those of the dashboard, and those that come back."""

from dataclasses import replace

import pytest

from gateway.processors.protocol import Absent, Approved, Declined, Pending, Unknown
from tests.processors.stripe.asking import Shop, following


async def test_a_refund_carries_our_id_and_is_found_by_it(shop: Shop) -> None:
    """By its reference, or among all of the intent's."""
    op = await shop.taken()
    ask = following(op, "refund", 20_000)
    assert await shop.stripe.look_up(ask) == Absent()
    answer = await shop.stripe.refund(ask)
    assert isinstance(answer, Approved)
    assert (answer.amount, answer.currency, answer.mode, answer.raw) == (20_000, "INR", "test", "succeeded")
    for found in (
        await shop.stripe.look_up(ask),
        await shop.stripe.look_up(replace(ask, reference=answer.reference)),
    ):
        assert isinstance(found, Approved)
        assert (found.reference, found.amount) == (answer.reference, 20_000)
    [call] = shop.sent("refund")
    assert call["headers"]["idempotency-key"] == ask.key
    assert call["fields"]["metadata[refund_id]"] == ask.own_id
    assert shop.book(op)["refunded"] == 20_000


async def test_two_parts_are_two_refunds_and_each_repeat_is_none(shop: Shop) -> None:
    """woocommerce-gateway-stripe#4405: parts of the same amount are told apart by our id."""
    op = await shop.taken()
    first, second = following(op, "refund", 20_000), following(op, "refund", 20_000)
    one, two, again = [await shop.stripe.refund(ask) for ask in (first, second, first)]
    assert one == again
    assert one.reference != two.reference
    assert shop.book(op)["refunded"] == 40_000
    bodies = [call["body"] for call in shop.sent("refund")]
    assert bodies[0] == bodies[2] != bodies[1]


async def test_more_than_was_taken_is_refused_and_nothing_goes_out(shop: Shop) -> None:
    """The rest can still be paid back."""
    op = await shop.taken()
    answer = await shop.stripe.refund(following(op, "refund", 50_001))
    assert isinstance(answer, Declined)
    assert answer.code == "REFUND_DECLINED"
    assert shop.book(op)["refunded"] == 0
    assert isinstance(await shop.stripe.refund(following(op, "refund", 50_000)), Approved)
    answer = await shop.stripe.refund(following(op, "refund", 1))
    assert isinstance(answer, Declined)
    assert answer.raw == "400 charge_already_refunded"


async def test_already_refunded_after_the_key_was_forgotten_is_our_own_refund(shop: Shop) -> None:
    """A second sending a day later meets `charge_already_refunded`: our refund is looked for first."""
    op = await shop.taken()
    ask = following(op, "refund")
    first = await shop.stripe.refund(ask)
    shop.fake.act("advance", seconds=25 * 3600)
    again = await shop.stripe.refund(ask)
    assert isinstance(again, Approved)
    assert again.reference == first.reference
    assert shop.book(op)["refunded"] == 50_000


async def test_a_refusal_that_cannot_be_looked_into_is_unknown(shop: Shop) -> None:
    """Not declined: it may be ours that was refunded."""
    op = await shop.taken()
    ask = following(op, "refund")
    await shop.stripe.refund(ask)
    shop.fake.act("advance", seconds=25 * 3600)
    for fault in ("error_before", "too_many"):
        shop.fake.fail(fault, "look_up")  # type: ignore[arg-type]
        with pytest.raises(Unknown):
            await shop.stripe.refund(ask)


async def test_pending_then_through_and_through_then_back(shop: Shop) -> None:
    """hyperswitch#5298, commerce-stripe#134: a refund may fail long after it succeeded."""
    op = await shop.taken()
    for status in ("pending", "requires_action"):
        shop.fake.act("refunds_become", status=status)
        ask = following(op, "refund", 10_000)
        answer = await shop.stripe.refund(ask)
        assert isinstance(answer, Pending)
        assert answer.raw == status
        shop.fake.act("settle_refund", refund=ask.own_id)
        assert isinstance(await shop.stripe.look_up(ask), Approved)
        shop.fake.act("fail_refund", refund=ask.own_id)
        back = await shop.stripe.look_up(ask)
        assert isinstance(back, Declined)
        assert (back.code, back.raw) == ("REFUND_DECLINED", "expired_or_canceled_card")
    assert shop.book(op)["refunded"] == 0


async def test_a_cancelled_refund_is_a_no(shop: Shop) -> None:
    """Stripe's fifth status."""
    op = await shop.taken()
    shop.fake.act("refunds_become", status="pending")
    ask = following(op, "refund", 10_000)
    await shop.stripe.refund(ask)
    shop.fake.act("cancel_refund", refund=ask.own_id)
    answer = await shop.stripe.look_up(ask)
    assert isinstance(answer, Declined)
    assert (answer.code, answer.raw, answer.amount) == ("REFUND_DECLINED", "canceled", 10_000)


async def test_refunds_of_the_dashboard_are_told_beside_ours(shop: Shop) -> None:
    """Ours with our id, the other without (gumroad#5779)."""
    op = await shop.taken()
    ask = following(op, "refund", 10_000)
    await shop.stripe.refund(ask)
    shop.fake.act("refund_in_dashboard", payment_id=op.payment_id, amount=5_000)
    foreign, ours = await shop.stripe.refunds_of(op)
    assert (foreign.own_id, foreign.amount, foreign.currency) == (None, 5_000, "INR")
    assert (ours.own_id, ours.amount) == (ask.own_id, 10_000)
    assert all(isinstance(refund.answer, Approved) for refund in (ours, foreign))


async def test_our_refund_is_found_on_the_second_page(shop: Shop) -> None:
    """A list has a hundred; absent is said only of all of them."""
    op = await shop.taken(amount=1_000_000)
    ask = following(op, "refund", 100)
    await shop.stripe.refund(ask)
    for _ in range(120):
        shop.fake.act("refund_in_dashboard", payment_id=op.payment_id, amount=100)
    assert isinstance(await shop.stripe.look_up(ask), Approved)
    assert len(await shop.stripe.refunds_of(op)) == 121
    shop.fake.fail("error_before", "look_up")
    with pytest.raises(Unknown):
        await shop.stripe.look_up(following(op, "refund", 100))
    assert await shop.stripe.look_up(following(op, "refund", 100)) == Absent()


async def test_a_disputed_charge_is_not_paid_back_twice(shop: Shop) -> None:
    """Stripe refuses; the reason is kept."""
    op = await shop.taken()
    shop.fake.act("dispute", payment_id=op.payment_id)
    answer = await shop.stripe.refund(following(op, "refund"))
    assert isinstance(answer, Declined)
    assert (answer.code, answer.raw) == ("REFUND_DECLINED", "400 charge_disputed")
