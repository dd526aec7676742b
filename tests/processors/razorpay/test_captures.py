"""Captures, and the release of a hold that nobody captures."""

import asyncio
from dataclasses import replace

import pytest

from gateway.processors.protocol import (
    Absent,
    Approved,
    Declined,
    Misconfigured,
    Operation,
    Pending,
    Processor,
    Unknown,
)
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.fakes.razorpay_books import Refused
from tests.processors.razorpay.support import prepared, to_capture


async def held(account: Processor, fake: FakeRazorpay) -> Operation:
    """The capture of a payment that is authorised."""
    op = await prepared(account)
    return to_capture(op, fake.do_pay(op.payment_id, last4="4242", network="MasterCard")["razorpay_payment_id"])


async def test_the_whole_amount_is_captured_and_the_card_told(fake: FakeRazorpay, account: Processor) -> None:
    op = await held(account, fake)
    assert await account.look_up(op) == Absent(mode="test")
    answer = await account.capture(op)
    assert isinstance(answer, Approved)
    assert answer.captured
    assert (answer.charge, answer.reference) == (op.charge, op.parent)
    assert (answer.amount, answer.currency, answer.mode) == (50000, "INR", "test")
    assert (answer.card_network, answer.card_last4) == ("mastercard", "4242")
    assert fake.books()[op.payment_id]["captured"] == 50000
    assert isinstance(await account.look_up(op), Approved)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("Visa", "visa"), ("American Express", "amex"), ("RuPay", "rupay"), ("Diners Club", "unknown")],
)
async def test_a_network_has_our_name(fake: FakeRazorpay, account: Processor, theirs: str, ours: str) -> None:
    op = await prepared(account)
    charge = fake.do_pay(op.payment_id, network=theirs)["razorpay_payment_id"]
    answer = await account.capture(to_capture(op, charge))
    assert isinstance(answer, Approved)
    assert answer.card_network == ours


async def test_what_is_captured_already_is_a_yes_and_sends_nothing(fake: FakeRazorpay, account: Processor) -> None:
    op = await held(account, fake)
    fake.do_capture_in_dashboard(op.payment_id)
    fake.requests.clear()
    assert isinstance(await account.capture(op), Approved)
    assert [one["method"] for one in fake.requests] == ["GET"]


async def test_a_capture_that_is_refused_as_done_is_a_yes(fake: FakeRazorpay, account: Processor) -> None:
    """razorpay-woocommerce#73: somebody captures between our look and our capture."""
    op = await held(account, fake)
    fake.fail("slow", "look_up", seconds=0.2)
    asked = asyncio.create_task(account.capture(op))
    async with asyncio.timeout(5):
        while not fake.requests or fake.requests[-1]["operation"] != "look_up":
            await asyncio.sleep(0.005)
    fake.do_capture_in_dashboard(op.payment_id)
    assert isinstance(await asked, Approved)
    assert [one["status"] for one in fake.requests[-3:]] == [200, 400, 200]
    assert fake.books()[op.payment_id]["captured"] == 50000


async def test_many_captures_at_once_take_it_once(fake: FakeRazorpay, account: Processor) -> None:
    op = await held(account, fake)
    answers = await asyncio.gather(*(account.capture(op) for _ in range(8)))
    assert all(isinstance(answer, Approved) for answer in answers)
    assert fake.books()[op.payment_id] == {
        "currency": "INR",
        "held": 0,
        "captured": 50000,
        "refunded": 0,
        "charges": 1,
        "objects": 1,
    }


@pytest.mark.parametrize("amount", [49999, 50001])
async def test_a_part_or_more_is_refused_by_them(fake: FakeRazorpay, account: Processor, amount: int) -> None:
    op = replace(await held(account, fake), amount=amount)
    answer = await account.capture(op)
    assert isinstance(answer, Declined)
    assert answer.code == "CAPTURE_REFUSED"
    assert answer.raw is not None and "equal to the amount authorized" in answer.raw
    assert fake.books()[op.payment_id]["held"] == 50000


async def test_a_refusal_after_which_nobody_can_be_asked_is_unknown(
    fake: FakeRazorpay, account: Processor
) -> None:
    """Not `NotSent`: something was sent."""
    op = replace(await held(account, fake), amount=49999)
    fake.fail("slow", "look_up")  # the look before is answered
    fake.fail("too_many", "look_up")
    with pytest.raises(Unknown):
        await account.capture(op)


async def test_a_yes_that_does_not_say_captured_is_unknown(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Received" is not "done"."""
    op = await held(account, fake)
    monkeypatch.setattr(fake, "_capture", lambda _, name: fake.payments[name])
    with pytest.raises(Unknown):
        await account.capture(op)
    assert await account.look_up(op) == Absent(mode="test")


async def test_a_wrong_key_that_is_told_with_400_is_no_refusal_of_a_capture(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("The api key/secret provided is invalid")

    op = await held(account, fake)
    monkeypatch.setattr(fake, "_capture", refuse)
    with pytest.raises(Misconfigured):
        await account.capture(op)


async def test_a_capture_in_progress_is_unknown(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 400 with a text that says so."""

    def busy(*_: object) -> None:
        raise Refused("Request failed because another payment operation is in progress")

    op = await held(account, fake)
    monkeypatch.setattr(fake, "_capture", busy)
    with pytest.raises(Unknown):
        await account.capture(op)


async def test_what_was_given_back_cannot_be_captured(fake: FakeRazorpay, account: Processor) -> None:
    op = await held(account, fake)
    fake.do_advance(13 * 60)
    for answer in (await account.capture(op), await account.look_up(op)):
        assert isinstance(answer, Declined)
        assert (answer.code, answer.raw) == ("CAPTURE_REFUSED", "refunded")


async def test_a_charge_that_is_not_known_is_found_by_the_order(fake: FakeRazorpay, account: Processor) -> None:
    op = await held(account, fake)
    assert isinstance(await account.capture(replace(op, charge=None)), Approved)
    with pytest.raises(Unknown):
        await account.capture(to_capture(await prepared(account), None))


async def test_a_hold_is_released_by_time_and_nothing_is_sent(fake: FakeRazorpay, account: Processor) -> None:
    """A void is not a refund: odoo#259230."""
    op = replace(await held(account, fake), kind="void")
    fake.requests.clear()
    for answer in (await account.void(op), await account.look_up(op)):
        assert isinstance(answer, Pending)
        assert answer.ask_after
    assert {one["method"] for one in fake.requests} == {"GET"}
    fake.do_advance(13 * 60)
    answer = await account.look_up(op)
    assert isinstance(answer, Approved)
    assert not answer.captured
    assert fake.books()[op.payment_id] | {"objects": 1} == {
        "currency": "INR",
        "held": 0,
        "captured": 0,
        "refunded": 0,
        "charges": 0,
        "objects": 1,
    }


async def test_what_is_captured_is_not_released(fake: FakeRazorpay, account: Processor) -> None:
    op = await held(account, fake)
    await account.capture(op)
    answer = await account.void(replace(op, kind="void"))
    assert isinstance(answer, Declined)
    assert answer.code == "NOT_PERMITTED"
