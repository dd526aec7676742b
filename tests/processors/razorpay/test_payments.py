"""Prepare, look up, close: an order and what the shopper does with it."""

import pytest

from gateway.processors.protocol import (
    Declined,
    Fields,
    Misconfigured,
    Processor,
    Unknown,
)
from tests.processors.fakes.razorpay import KEY_ID, FakeRazorpay
from tests.processors.razorpay.support import FACTS, again, payment, prepare


async def test_an_order_carries_our_payment_id_and_is_captured_by_nobody_but_us(
    fake: FakeRazorpay, account: Processor
) -> None:
    op = payment()
    made = await prepare(account, op)
    assert made.action == Fields("razorpay")
    assert made.session == {"order_id": made.reference, "key_id": KEY_ID}
    sent = fake.requests[-1]
    assert (sent["method"], sent["path"]) == ("POST", "/v1/orders")
    assert sent["fields"]["receipt"] == sent["fields"]["notes"]["payment_id"] == op.payment_id
    assert sent["fields"]["payment"]["capture"] == "manual"
    assert sent["fields"]["payment"]["capture_options"] == {"manual_expiry_period": 12, "refund_speed": "normal"}
    assert fake.books()[op.payment_id] == {
        "currency": "INR",
        "held": 0,
        "captured": 0,
        "refunded": 0,
        "charges": 0,
        "objects": 1,
    }


async def test_a_manual_order_is_held_for_three_days(fake: FakeRazorpay, account: Processor) -> None:
    await prepare(account, payment(capture=False))
    options = fake.requests[-1]["fields"]["payment"]["capture_options"]
    assert options["manual_expiry_period"] * 60 == account.capabilities.hold_seconds == 3 * 86400


async def test_what_may_have_been_sent_before_is_looked_for_first(fake: FakeRazorpay, account: Processor) -> None:
    op = payment()
    first = await prepare(account, op)
    second = await prepare(account, again(op))
    assert second == first
    assert fake.books()[op.payment_id]["objects"] == 1


async def test_a_receipt_that_is_refused_as_seen_is_found(fake: FakeRazorpay, account: Processor) -> None:
    fake.unique_receipt = True
    op = payment()
    first = await prepare(account, op)
    assert await prepare(account, op) == first
    assert [one["operation"] for one in fake.requests] == ["prepare", "prepare", "look_up"]


async def test_a_receipt_that_is_refused_and_not_found_is_unknown(fake: FakeRazorpay, account: Processor) -> None:
    """The list may lag behind. Nothing is given up, and nobody is blamed."""
    fake.unique_receipt = True
    op = payment()
    await prepare(account, op)
    fake.fail("too_many", "look_up")
    with pytest.raises(Unknown):
        await prepare(account, op)


async def test_an_amount_that_is_too_large_for_this_account_is_declined(
    fake: FakeRazorpay, account: Processor
) -> None:
    fake.most = 40000
    answer = await account.prepare(payment(), FACTS, None)
    assert isinstance(answer, Declined)
    assert answer.code == "LIMIT_EXCEEDED"
    assert answer.raw is not None and "maximum" in answer.raw


async def test_card_numbers_are_not_taken(account: Processor) -> None:
    with pytest.raises(Misconfigured):
        await account.authorize(payment("authorize"), None)  # type: ignore[arg-type]
