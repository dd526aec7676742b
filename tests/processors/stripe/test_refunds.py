"""Refunds: ours, those of the dashboard, and those that come back."""

from datetime import UTC, datetime, timedelta

from gateway.processors.protocol import Approved, Declined, Pending
from tests.processors.stripe.asking import Shop, following


async def test_a_disputed_charge_is_not_paid_back_twice(shop: Shop) -> None:
    """Stripe refuses; the reason is kept."""
    op = await shop.taken()
    shop.fake.act("dispute", payment_id=op.payment_id)
    answer = await shop.stripe.refund(following(op, "refund"))
    assert isinstance(answer, Declined)
    assert (answer.code, answer.raw) == ("REFUND_DECLINED", "400 charge_disputed")


async def test_refunds_since_a_moment_are_listed_with_what_they_pay_back(shop: Shop) -> None:
    """For the time after a restore: ours and others', however old their payment is, whatever they are by then."""
    op, other = await shop.taken(), await shop.taken()
    since = datetime.now(UTC) - timedelta(minutes=1)
    ask = following(op, "refund", 20_000)
    await shop.stripe.refund(ask)
    theirs = shop.fake.act("refund_in_dashboard", payment_id=other.payment_id, amount=100)
    shop.fake.objects[theirs["id"]]["status"] = "a_status_of_tomorrow"
    found = {one.own_id: one async for one in shop.stripe.refunds_since(since)}
    assert set(found) == {ask.own_id, None}
    ours = found[ask.own_id]
    assert (ours.payment_id, ours.amount, ours.currency) == (op.payment_id, 20_000, "INR")
    assert op.reference in ours.of and isinstance(ours.answer, Approved)
    unread = found[None]
    assert (unread.reference, unread.payment_id) == (theirs["id"], None)
    assert other.reference in unread.of and isinstance(unread.answer, Pending)
    later = datetime.now(UTC) + timedelta(minutes=10)
    assert [one async for one in shop.stripe.refunds_since(later)] == []
