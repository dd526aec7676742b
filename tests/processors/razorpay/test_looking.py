"""How a payment stands at Razorpay."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.processors.protocol import (
    ActionRequired,
    Approved,
    Fields,
    Processor,
    Unknown,
)
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.razorpay.support import look, payment, prepare, prepared, taken_and_paid_back

# --- look up


async def test_an_order_is_found_by_our_id_where_its_reference_is_not_known(
    fake: FakeRazorpay, account: Processor
) -> None:
    op = payment()
    made = await prepare(account, op)
    # The list finds what contains the text.
    await prepare(account, payment(payment_id=f"{op.payment_id}0"))
    answer = await look(account, op)
    assert isinstance(answer, ActionRequired)
    assert answer.reference == made.reference


async def test_of_two_orders_the_one_that_was_tried_counts_then_the_oldest(
    fake: FakeRazorpay, account: Processor
) -> None:
    op = payment()
    first, second = (await prepare(account, op)).reference, (await prepare(account, op)).reference
    fake.orders[second]["created_at"] += 5
    assert (await look(account, op)).reference == first
    fake.do_decline(op.payment_id)
    assert (await look(account, op)).reference == first
    fake.do_pay(op.payment_id, order=second)
    fake.do_capture_in_dashboard(op.payment_id)
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert answer.reference == second


async def test_an_order_that_nobody_paid_waits_for_the_shopper(account: Processor) -> None:
    op = await prepared(account)
    answer = await look(account, op)
    assert isinstance(answer, ActionRequired)
    assert answer.action == Fields("razorpay")
    assert answer.declined is None
    assert (answer.amount, answer.currency, answer.mode, answer.raw) == (50000, "INR", "test", "created")


async def test_a_payment_is_held_until_we_capture_it(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    told = fake.do_pay(op.payment_id)
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert not answer.captured
    assert answer.charge == told["razorpay_payment_id"]
    assert (answer.reference, answer.amount, answer.currency, answer.mode) == (op.reference, 50000, "INR", "test")
    fake.do_capture_in_dashboard(op.payment_id)
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert answer.captured


async def test_a_upi_payment_tells_the_address(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account, method="upi")
    fake.do_pay(op.payment_id, "upi", vpa="someone@bank")
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert answer.vpa == "someone@bank"


async def test_a_refused_try_is_told_and_another_may_succeed(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    charge = fake.do_decline(op.payment_id, "insufficient_funds")["id"]
    answer = await look(account, op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is not None
    assert (answer.declined.code, answer.declined.charge) == ("INSUFFICIENT_FUNDS", charge)
    assert answer.declined.raw == "BAD_REQUEST_ERROR/insufficient_funds/customer/payment_authorization"
    fake.do_pay(op.payment_id)
    assert isinstance(await look(account, op), Approved)


async def test_of_several_refused_tries_the_newest_is_told(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    for age, reason in ((20, "incorrect_cvv"), (10, "card_expired"), (30, "insufficient_funds")):
        fake.do_decline(op.payment_id, reason)["created_at"] -= age
    answer = await look(account, op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is not None
    assert answer.declined.code == "CARD_EXPIRED"


async def test_while_another_try_is_under_way_no_refusal_is_told(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    fake.do_decline(op.payment_id)
    fake.do_process_later(op.payment_id)
    answer = await look(account, op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is None


async def test_what_was_called_failed_may_be_authorised_days_later(fake: FakeRazorpay, account: Processor) -> None:
    """razorpay-opencart#47."""
    op = await prepared(account, capture=False)
    fake.do_decline(op.payment_id, "payment_timed_out")
    fake.do_advance(2 * 86400)
    fake.do_authorize_late(op.payment_id)
    assert isinstance(await look(account, op), Approved)


async def test_what_was_given_back_uncaptured_is_no_success(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    fake.do_pay(op.payment_id)
    fake.do_advance(13 * 60)
    assert fake.books()[op.payment_id]["held"] == 0
    answer = await look(account, op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is not None
    assert (answer.declined.code, answer.declined.raw) == ("PAYMENT_TIMEOUT", "refunded")


async def test_what_was_captured_and_refunded_was_paid(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    fake.do_pay(op.payment_id)
    fake.do_capture_in_dashboard(op.payment_id)
    fake.do_refund_in_dashboard(op.payment_id, 50000)
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert answer.captured
    assert answer.raw == "refunded"


async def test_two_payments_of_one_order_are_one_and_an_extra(fake: FakeRazorpay, account: Processor) -> None:
    """Two tabs of one shopper."""
    op = await prepared(account)
    first, second = (fake.do_pay(op.payment_id)["razorpay_payment_id"] for _ in range(2))
    fake.payments[second]["created_at"] += 1
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert answer.charge == first
    assert [(one.charge, one.amount, one.captured) for one in answer.extra] == [(second, 50000, False)]
    # A captured one counts before an older one that is held; the one that we know counts before both.
    fake.take(fake.payments[second])
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert (answer.charge, [one.charge for one in answer.extra]) == (second, [first])
    answer = await look(account, replace(op, charge=first))
    assert isinstance(answer, Approved)
    assert (answer.charge, [(one.charge, one.captured) for one in answer.extra]) == (first, [(second, True)])


async def test_an_extra_that_has_gone_back_is_none(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    first, second = (fake.do_pay(op.payment_id)["razorpay_payment_id"] for _ in range(2))
    for back in (lambda: fake.give_back(fake.payments[second]), lambda: taken_and_paid_back(fake, second)):
        fake.payments[second] |= {"status": "authorized", "captured": False, "amount_refunded": 0}
        fake.take(fake.payments[first])
        back()
        answer = await look(account, replace(op, charge=first))
        assert isinstance(answer, Approved)
        assert (answer.charge, answer.extra) == (first, ())


async def test_of_an_extra_what_is_left_is_told(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    first, second = (fake.do_pay(op.payment_id)["razorpay_payment_id"] for _ in range(2))
    taken_and_paid_back(fake, second, 20000)
    answer = await look(account, replace(op, charge=first))
    assert isinstance(answer, Approved)
    assert [(one.charge, one.amount, one.currency) for one in answer.extra] == [(second, 30000, "INR")]


@pytest.mark.parametrize("wrong", [{"amount": 49999}, {"currency": "USD"}])
async def test_a_payment_of_another_sum_is_told_as_it_is(
    fake: FakeRazorpay, account: Processor, wrong: dict[str, Any]
) -> None:
    op = await prepared(account)
    fake.do_pay(op.payment_id, **wrong)
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert {"amount": answer.amount, "currency": answer.currency} == {"amount": 50000, "currency": "INR"} | wrong


async def test_an_order_of_another_sum_than_its_payment_is_told(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    fake.do_pay(op.payment_id)
    fake.fail("other_amount", "look_up")
    answer = await look(account, op)
    assert isinstance(answer, Approved)
    assert answer.amount == 50001


async def test_a_paid_order_without_its_payment_cannot_tell(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    fake.orders[op.reference or ""]["status"] = "paid"
    with pytest.raises(Unknown):
        await look(account, op)
