"""Captures, and the release of a hold that nobody captures."""

from dataclasses import replace

import pytest

from gateway.processors.protocol import (
    Absent,
    Approved,
    Declined,
    Misconfigured,
    Operation,
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
