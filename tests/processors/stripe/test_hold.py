"""Capture, void and close: what is done once."""

from dataclasses import replace

import pytest

from gateway.processors.protocol import Absent, Approved, Closed, Pending, Unknown
from tests.processors.stripe.asking import Shop, following


async def test_what_is_already_captured_with_another_amount_is_told_with_that(shop: Shop) -> None:
    """No yes to what we asked for, and no refusal of money that was taken: a question for a person (rule 3)."""
    op = await shop.held()
    shop.fake.act("capture_in_dashboard", payment_id=op.payment_id, amount=20_000)
    answer = await shop.stripe.capture(following(op, "capture"))
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.amount) == (True, 20_000)
    assert shop.book(op)["captured"] == 20_000


async def test_a_capture_that_is_under_way_is_pending(shop: Shop) -> None:
    """Stripe said yes, and the intent is still held."""
    op = await shop.held()
    shop.fake.capture = lambda intent, amount: None  # type: ignore[method-assign]
    answer = await shop.stripe.capture(following(op, "capture"))
    assert isinstance(answer, Pending)
    shop.fake.objects[op.reference or ""]["status"] = "processing"
    assert isinstance(await shop.stripe.look_up(following(op, "capture")), Pending)


async def test_capture_and_cancel_go_without_a_key_so_that_a_kept_500_blocks_nothing(shop: Shop) -> None:
    """alphagov/pay-connector#3962: Stripe answers a key's first answer, a 500 too, for a day."""
    op = await shop.held()
    ask = following(op, "capture")
    shop.fake.fail("error_before", "capture")
    with pytest.raises(Unknown):
        await shop.stripe.capture(ask)
    assert isinstance(await shop.stripe.look_up(ask), Absent)
    assert isinstance(await shop.stripe.capture(ask), Approved)
    assert shop.book(op)["captured"] == 50_000
    assert all("idempotency-key" not in call["headers"] for call in shop.sent("capture"))


async def test_close_cancels_an_intent_that_nobody_paid(shop: Shop) -> None:
    """Then the shopper cannot pay any more."""
    op = await shop.prepared()
    assert isinstance(await shop.stripe.close(replace(op, kind="close")), Closed)
    assert shop.fake.act("pay", payment_id=op.payment_id) == {"refused": "canceled"}
    assert isinstance(await shop.stripe.close(replace(op, kind="close")), Closed)
    assert isinstance(await shop.stripe.look_up(op), Closed)
