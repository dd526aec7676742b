"""Capture, void and close: what is done once."""

from dataclasses import replace

import pytest

from gateway.processors.protocol import Absent, Approved, Closed, Declined, Pending, Unknown
from tests.processors.stripe.asking import Shop, following, payment


async def test_capture_takes_what_is_held(shop: Shop) -> None:
    """In full: the books say so, and so does every later look."""
    op = await shop.held()
    ask = following(op, "capture")
    assert isinstance(await shop.stripe.look_up(ask), Absent)
    answer = await shop.stripe.capture(ask)
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.amount, answer.currency, answer.mode) == (True, 50_000, "INR", "test")
    looked = await shop.stripe.look_up(ask)
    assert isinstance(looked, Approved)
    assert (looked.captured, looked.amount) == (True, 50_000)
    assert shop.book(op) | {"charges": 1} == shop.book(op)
    assert (shop.book(op)["held"], shop.book(op)["captured"]) == (0, 50_000)


async def test_capture_of_a_part_releases_the_rest(shop: Shop) -> None:
    """Stripe captures once (medusa#13301)."""
    op = await shop.held()
    answer = await shop.stripe.capture(following(op, "capture", 20_000))
    assert isinstance(answer, Approved)
    assert answer.amount == 20_000
    assert (shop.book(op)["held"], shop.book(op)["captured"]) == (0, 20_000)


async def test_what_is_already_captured_is_a_yes(shop: Shop) -> None:
    """Stripe refuses the second one; the intent says that it was done (hyperswitch#10045, medusa#6370)."""
    op = await shop.held()
    ask = following(op, "capture", 20_000)
    await shop.stripe.capture(ask)
    again = await shop.stripe.capture(ask)
    assert isinstance(again, Approved)
    assert (again.captured, again.amount) == (True, 20_000)
    assert shop.sent("capture")[1]["status"] == 400
    assert shop.book(op)["captured"] == 20_000


async def test_what_is_already_captured_with_another_amount_is_told_with_that(shop: Shop) -> None:
    """No yes to what we asked for, and no refusal of money that was taken: a question for a person (rule 3)."""
    op = await shop.held()
    shop.fake.act("capture_in_dashboard", payment_id=op.payment_id, amount=20_000)
    answer = await shop.stripe.capture(following(op, "capture"))
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.amount) == (True, 20_000)
    assert shop.book(op)["captured"] == 20_000


async def test_capture_of_more_than_is_held_is_refused(shop: Shop) -> None:
    """Nothing is taken, and a smaller capture still can be."""
    op = await shop.held()
    answer = await shop.stripe.capture(following(op, "capture", 50_001))
    assert isinstance(answer, Declined)
    assert answer.code == "CAPTURE_REFUSED"
    assert answer.raw == "400 amount_too_large (amount_to_capture)"
    assert (shop.book(op)["held"], shop.book(op)["captured"]) == (50_000, 0)
    assert isinstance(await shop.stripe.capture(following(op, "capture", key="x:capture:2")), Approved)


async def test_a_hold_that_ran_out_cannot_be_captured(shop: Shop) -> None:
    """After seven days Stripe cancels the intent."""
    op = await shop.held()
    shop.fake.act("advance", seconds=7 * 86400)
    ask = following(op, "capture")
    for answer in (await shop.stripe.look_up(ask), await shop.stripe.capture(ask)):
        assert isinstance(answer, Declined)
        assert (answer.code, answer.raw) == ("CAPTURE_REFUSED", "canceled")
    assert isinstance(await shop.stripe.look_up(op), Closed)
    assert shop.book(op)["held"] == 0


async def test_a_refusal_whose_reason_cannot_be_asked_is_unknown(shop: Shop) -> None:
    """ "Already captured" and no answer to the GET: not `NotSent`, since a capture was sent."""
    op = await shop.held()
    ask = following(op, "capture")
    await shop.stripe.capture(ask)
    for fault in ("too_many", "refused_key", "lose_request"):
        shop.fake.fail(fault, "look_up")  # type: ignore[arg-type]
        with pytest.raises(Unknown):
            await shop.stripe.capture(ask)


async def test_a_capture_that_is_under_way_is_pending(shop: Shop) -> None:
    """Stripe said yes, and the intent is still held."""
    op = await shop.held()
    shop.fake.capture = lambda intent, amount: None  # type: ignore[method-assign]
    answer = await shop.stripe.capture(following(op, "capture"))
    assert isinstance(answer, Pending)
    shop.fake.objects[op.reference or ""]["status"] = "processing"
    assert isinstance(await shop.stripe.look_up(following(op, "capture")), Pending)


async def test_void_releases_the_hold_and_twice_is_a_yes(shop: Shop) -> None:
    """A void is no refund (odoo#259230)."""
    op = await shop.held()
    ask = following(op, "void")
    assert isinstance(await shop.stripe.look_up(ask), Absent)
    for answer in (await shop.stripe.void(ask), await shop.stripe.look_up(ask), await shop.stripe.void(ask)):
        assert isinstance(answer, Approved)
        assert (answer.captured, answer.amount, answer.raw) == (False, 50_000, "canceled")
    book = shop.book(op)
    assert (book["held"], book["captured"], book["refunded"]) == (0, 0, 0)
    assert shop.fake.all_of("refund") == []


async def test_what_is_captured_cannot_be_voided(shop: Shop) -> None:
    """It is refused, and the money stays."""
    op = await shop.taken()
    for answer in (
        await shop.stripe.void(following(op, "void")),
        await shop.stripe.look_up(following(op, "void")),
    ):
        assert isinstance(answer, Declined)
        assert answer.code == "NOT_PERMITTED"
    assert shop.book(op)["captured"] == 50_000


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


async def test_close_tells_what_came_before_it(shop: Shop) -> None:
    """Money that is taken or held, or may still come, is no close; a hold is left alone."""
    taken = await shop.taken()
    answer = await shop.stripe.close(replace(taken, kind="close"))
    assert isinstance(answer, Approved)
    assert answer.captured
    held = await shop.held()
    answer = await shop.stripe.close(replace(held, kind="close"))
    assert isinstance(answer, Approved)
    assert not answer.captured
    assert shop.book(held)["held"] == 50_000
    later = await shop.prepared()
    shop.fake.act("process_later", payment_id=later.payment_id)
    assert isinstance(await shop.stripe.close(replace(later, kind="close")), Pending)
    shop.fake.act("decline", payment_id=later.payment_id, code="card_declined")
    assert isinstance(await shop.stripe.close(replace(later, kind="close")), Closed)


async def test_close_that_races_with_the_shopper_tells_the_truth(shop: Shop) -> None:
    """Paid between the look and the cancel: Stripe refuses, and the money is told (razorpay-opencart#47)."""
    op = await shop.prepared()
    shop.fake.meanwhile("look_up", "pay", payment_id=op.payment_id)
    answer = await shop.stripe.close(replace(op, kind="close"))
    assert isinstance(answer, Approved)
    assert answer.captured
    assert [call["status"] for call in shop.sent("close")] == [400]
    assert shop.book(op)["captured"] == 50_000


async def test_what_cannot_be_said_in_stripes_units_is_refused_unsent(shop: Shop) -> None:
    """Three digits go in tens."""
    op = payment(currency="KWD", reference="pi_1")
    answer = await shop.stripe.capture(following(op, "capture", 12_345))
    assert isinstance(answer, Declined)
    assert answer.code == "CAPTURE_REFUSED"
    answer = await shop.stripe.refund(following(op, "refund", 12_345))
    assert isinstance(answer, Declined)
    assert answer.code == "REFUND_DECLINED"
    assert shop.fake.requests == []
