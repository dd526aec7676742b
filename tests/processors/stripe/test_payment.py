"""Prepare, and how a payment stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.processors.protocol import (
    ActionRequired,
    Answer,
    Approved,
    Closed,
    Declined,
    Fields,
    Misconfigured,
    OrderFacts,
    Pending,
    Prepared,
    Unknown,
)
from tests.processors.stripe.asking import ORDER, Shop, payment


async def test_prepare_makes_an_intent_without_a_payment_method_and_moves_no_money(shop: Shop) -> None:
    """Our ids are on it; what opens the form is in the session and nowhere else."""
    op = payment(capture=False)
    made = await shop.stripe.prepare(op, OrderFacts("order_1", "receipt_1", "Two shirts"), "https://shop/back")
    assert isinstance(made, Prepared)
    assert made.action == Fields("stripe")
    assert made.action.as_json() == {"type": "fields", "processor": "stripe"}
    intent = shop.fake.objects[made.reference]
    assert made.session == {"client_secret": intent["client_secret"]}
    assert intent["metadata"] == {"payment_id": op.payment_id, "order_id": "order_1", "receipt": "receipt_1"}
    assert (intent["amount"], intent["currency"], intent["capture_method"]) == (50_000, "inr", "manual")
    assert (intent["payment_method"], intent["description"]) == (None, "Two shirts")
    assert shop.book(op) == {
        "held": 0, "captured": 0, "refunded": 0, "charges": 0, "objects": 1, "currency": "INR",
    }  # fmt: skip
    [call] = shop.sent("prepare")
    assert call["headers"]["idempotency-key"] == op.key
    assert call["headers"]["stripe-version"] == "2026-10-28.endive"
    assert "return_url" not in call["body"]


async def test_a_500_that_stripe_keeps_is_unknown_for_a_day_and_never_a_second_intent(shop: Shop) -> None:
    """Stripe answers a repeat with the 500; once the intent is known, it is read and its session is there."""
    op = payment()
    shop.fake.fail("error_after", "prepare")
    for _ in range(3):
        with pytest.raises(Unknown):
            await shop.stripe.prepare(op, ORDER, None)
    assert shop.book(op)["objects"] == 1
    [known] = [known async for known in shop.stripe.list_since(datetime.now(UTC) - timedelta(minutes=1))]
    assert known.own_id == op.payment_id
    made = await shop.stripe.prepare(replace(op, reference=known.reference), ORDER, None)
    assert isinstance(made, Prepared)
    assert made.session == {"client_secret": shop.fake.objects[known.reference]["client_secret"]}
    assert shop.book(op)["objects"] == 1


async def test_every_status_of_an_intent(shop: Shop) -> None:
    """Of each: what it means, with the amount, currency and mode as Stripe says them."""
    op = await shop.prepared()
    look = shop.stripe.look_up
    intent = shop.fake.objects[op.reference or ""]
    expected: dict[str, type[Answer]] = {
        "requires_payment_method": ActionRequired,
        "requires_confirmation": ActionRequired,
        "requires_action": ActionRequired,
        "processing": Pending,
        "requires_capture": Approved,
        "succeeded": Approved,
        "canceled": Closed,
    }
    for status, kind in expected.items():
        intent.update(status=status, amount_capturable=50_000, amount_received=50_000)
        answer = await look(op)
        assert type(answer) is kind, status
        assert (answer.reference, answer.amount, answer.currency) == (op.reference, 50_000, "INR")
        assert (answer.mode, answer.raw) == ("test", status)
        if isinstance(answer, Approved):
            assert answer.captured is (status == "succeeded")
        if isinstance(answer, ActionRequired):
            assert (answer.declined, answer.action) == (None, Fields("stripe"))
    intent["status"] = "a_status_of_tomorrow"
    with pytest.raises(Unknown):
        await look(op)


async def test_a_declined_try_is_no_failure_and_another_card_may_succeed(shop: Shop) -> None:
    """`requires_payment_method` is final only once the intent is cancelled."""
    op = await shop.prepared()
    shop.fake.act("decline", payment_id=op.payment_id, code="insufficient_funds")
    answer = await shop.stripe.look_up(op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is not None
    assert (answer.declined.code, answer.declined.raw) == ("INSUFFICIENT_FUNDS", "insufficient_funds")
    assert (
        shop.fake.act("pay", payment_id=op.payment_id, brand="mastercard", last4="4444")["status"] == "succeeded"
    )
    answer = await shop.stripe.look_up(op)
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.card_network, answer.card_last4) == (True, "mastercard", "4444")
    assert answer.charge is not None
    assert answer.charge.startswith("ch_")


async def test_a_challenge_keeps_its_secret(shop: Shop) -> None:
    """The address of the bank's page has the client secret in it, so the shopper goes on in Stripe's form."""
    op = await shop.prepared()
    shop.fake.act("challenge", payment_id=op.payment_id)
    answer = await shop.stripe.look_up(op)
    assert isinstance(answer, ActionRequired)
    assert answer.action == Fields("stripe")
    assert "secret" not in repr(answer)


async def test_upi_is_paid_and_told_with_its_address(shop: Shop) -> None:
    """UPI takes INR and captures at once; what it does not take is refused unsent."""
    op = await shop.taken(method="upi")
    answer = await shop.stripe.look_up(op)
    assert isinstance(answer, Approved)
    assert (answer.vpa, answer.card_last4) == ("shopper@okbank", None)
    sent = len(shop.fake.requests)
    for fields in ({"currency": "USD"}, {"capture": False}, {"amount": 99}, {"amount": 10_000_001}):
        with pytest.raises(Misconfigured):
            await shop.stripe.prepare(payment(method="upi", **fields), ORDER, None)
    assert len(shop.fake.requests) == sent


async def test_an_operation_of_the_other_mode_is_refused_unsent(shop: Shop) -> None:
    """A live operation never reaches a test account, whatever its verb."""
    op = payment(mode="live", reference="pi_1", parent="pi_1")
    for ask in (shop.stripe.capture, shop.stripe.void, shop.stripe.refund, shop.stripe.look_up, shop.stripe.close):
        with pytest.raises(Misconfigured):
            await ask(op)
    with pytest.raises(Misconfigured):
        await shop.stripe.prepare(op, ORDER, None)
    assert shop.fake.requests == []


async def test_a_method_that_is_not_switched_on_is_the_accounts_fault(shop: Shop) -> None:
    """Stripe refuses the request; nothing has happened, and another account may take it."""
    shop.fake.methods_on = {"card"}
    with pytest.raises(Misconfigured) as refused:
        await shop.stripe.prepare(payment(method="upi"), ORDER, None)
    assert refused.value.raw is not None
    assert "allowed_payment_method_types" in refused.value.raw


async def test_an_amount_that_only_stripe_knows_to_be_too_small_is_declined(shop: Shop) -> None:
    """Its least depends on the currency that the account is paid out in: this payment's fault, no other's."""
    shop.fake.least["inr"] = 60_000
    answer = await shop.stripe.prepare(payment(), ORDER, None)
    assert isinstance(answer, Declined)
    assert (answer.code, answer.raw) == ("LIMIT_EXCEEDED", "400 amount_too_small (amount)")


async def test_an_intent_that_cannot_be_paid_by_what_was_asked_is_shown_to_nobody(shop: Shop) -> None:
    """Stripe leaves a method that is not switched on out without a word: the shopper's form would be empty."""
    shop.fake._compatible = lambda fields: ["link"]  # type: ignore[method-assign]
    with pytest.raises(Misconfigured) as refused:
        await shop.stripe.prepare(payment(method="upi"), ORDER, None)
    assert str(refused.value) == "upi is not switched on at Stripe"
