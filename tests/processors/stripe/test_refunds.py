"""Refunds: ours, those of the dashboard, and those that come back."""

from gateway.processors.protocol import Declined
from tests.processors.stripe.asking import Shop, following


async def test_a_disputed_charge_is_not_paid_back_twice(shop: Shop) -> None:
    """Stripe refuses; the reason is kept."""
    op = await shop.taken()
    shop.fake.act("dispute", payment_id=op.payment_id)
    answer = await shop.stripe.refund(following(op, "refund"))
    assert isinstance(answer, Declined)
    assert (answer.code, answer.raw) == ("REFUND_DECLINED", "400 charge_disputed")
