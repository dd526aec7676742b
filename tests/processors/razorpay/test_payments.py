"""Prepare, look up, close: an order and what the shopper does with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Absent,
    ActionRequired,
    Approved,
    Closed,
    Credentials,
    Declined,
    Fields,
    Misconfigured,
    OrderFacts,
    Pending,
    Processor,
    Unknown,
)
from gateway.processors.razorpay.connector import CONNECTOR
from tests.processors.fakes.razorpay import KEY_ID, KEY_SECRET, FakeRazorpay
from tests.processors.fakes.razorpay_books import Refused
from tests.processors.razorpay.conftest import CREDENTIALS
from tests.processors.razorpay.support import again, look, payment, prepare, prepared, to_capture

FACTS = OrderFacts("order_of_ours")


def refusing(text: str) -> Callable[[Any], None]:
    """An API that answers every call with a 400."""

    def refuse(_: Any) -> None:
        raise Refused(text)

    return refuse


def taken_and_paid_back(fake: FakeRazorpay, charge: str, amount: int = 50000) -> None:
    """A payment is captured and refunded, and not by us."""
    fake.pay_back(fake.take(fake.payments[charge]), {"amount": amount})


# --- prepare


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


async def test_an_order_of_another_sum_is_shown_to_nobody(fake: FakeRazorpay, account: Processor) -> None:
    op = payment()
    await prepare(account, op)
    for wrong in (replace(op, amount=op.amount + 1), replace(op, currency="USD")):
        with pytest.raises(Unknown):
            await account.prepare(again(wrong), FACTS, None)
    assert fake.books()[op.payment_id]["objects"] == 1


async def test_an_amount_that_is_too_large_for_this_account_is_declined(
    fake: FakeRazorpay, account: Processor
) -> None:
    fake.most = 40000
    answer = await account.prepare(payment(), FACTS, None)
    assert isinstance(answer, Declined)
    assert answer.code == "LIMIT_EXCEEDED"
    assert answer.raw is not None and "maximum" in answer.raw


@pytest.mark.parametrize(
    ("amount", "currency"), [(99, "INR"), (1, "ZZZ"), (50000, "HRK"), (12345, "KWD"), (0, "JPY")]
)
async def test_what_it_does_not_take_is_not_sent(
    fake: FakeRazorpay, account: Processor, amount: int, currency: str
) -> None:
    with pytest.raises(Misconfigured):
        await account.prepare(payment(amount=amount, currency=currency), FACTS, None)
    assert fake.requests == []


@pytest.mark.parametrize(("amount", "currency"), [(100, "INR"), (500, "JPY"), (295990, "KWD"), (1, "USD")])
async def test_the_same_integers_are_sent_and_read(
    fake: FakeRazorpay, account: Processor, amount: int, currency: str
) -> None:
    op = await prepared(account, amount=amount, currency=currency)
    assert fake.requests[-1]["fields"]["amount"] == amount
    fake.do_pay(op.payment_id)
    answer = await look(account, op)
    assert (answer.amount, answer.currency) == (amount, currency)


async def test_card_numbers_are_not_taken(account: Processor) -> None:
    with pytest.raises(Misconfigured):
        await account.authorize(payment("authorize"), None)  # type: ignore[arg-type]


# --- keys and modes


async def test_a_harmless_get_checks_the_key(fake: FakeRazorpay, account: Processor) -> None:
    facts = await account.check()
    assert facts.mode == "test"
    assert facts.external_id is None
    assert [(one["method"], one["path"]) for one in fake.requests] == [("GET", "/v1/orders")]


async def test_a_wrong_secret_is_the_operators_matter(client: ProcessorClient) -> None:
    wrong = CONNECTOR.build(Credentials(KEY_ID, {"key_secret": "no"}), "test", client)
    with pytest.raises(Misconfigured):
        await wrong.check()


async def test_a_wrong_key_that_is_told_with_400_is_no_refusal_either(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("Authentication failed", "The api key provided is invalid", "Access Denied"):
        monkeypatch.setattr(fake, "_route", refusing(text))
        with pytest.raises(Misconfigured):
            await account.prepare(payment(), FACTS, None)
        assert fake.requests[-1]["status"] == 400


def test_the_prefix_tells_the_mode() -> None:
    modes = [CONNECTOR.mode_of(Credentials(key, {})) for key in ("rzp_test_1", "rzp_live_1", "sk_test_1")]
    assert modes == ["test", "live", None]


async def test_a_key_of_no_known_shape_is_not_sent(fake: FakeRazorpay, client: ProcessorClient) -> None:
    stranger = CONNECTOR.build(Credentials("sk_test_1", {"key_secret": KEY_SECRET}), "test", client)
    with pytest.raises(Misconfigured):
        await stranger.check()
    assert fake.requests == []


async def test_a_test_key_sends_nothing_of_a_live_payment(fake: FakeRazorpay, client: ProcessorClient) -> None:
    misfiled = CONNECTOR.build(CREDENTIALS, "live", client)
    live: Any = {"mode": "live"}
    for ask in (
        misfiled.prepare(payment(**live), FACTS, None),
        misfiled.capture(payment("capture", charge="pay_1", **live)),
        misfiled.refund(payment("refund", charge="pay_1", **live)),
    ):
        with pytest.raises(Misconfigured):
            await ask
    assert fake.requests == []


def test_a_secret_is_in_no_repr(client: ProcessorClient) -> None:
    assert KEY_SECRET not in repr(CONNECTOR.build(CREDENTIALS, "test", client))


# --- look up


async def test_what_was_never_made_is_absent(account: Processor) -> None:
    assert await look(account, payment()) == Absent(mode="test")


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


async def test_an_order_that_was_there_and_is_not_found_cannot_tell(account: Processor) -> None:
    """Never `Absent`: the reference was theirs. Perhaps these are another account's credentials."""
    with pytest.raises(Unknown):
        await look(account, payment(reference="order_AAAAAAAAAAAAAA"))


async def test_no_path_is_made_of_what_is_no_id(fake: FakeRazorpay, account: Processor) -> None:
    with pytest.raises(Unknown):
        await look(account, payment(reference="../payments"))
    assert fake.requests == []


# --- close


async def test_nothing_paid_and_nothing_under_way_is_closed(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    close = replace(op, kind="close")
    assert isinstance(await account.close(close), Closed)
    fake.do_decline(op.payment_id)
    assert isinstance(await account.close(close), Closed)
    assert isinstance(await account.close(payment("close")), Closed)


async def test_a_held_payment_is_told_at_the_close(fake: FakeRazorpay, account: Processor) -> None:
    """A late success: the caller takes it, or leaves it to be given back."""
    op = await prepared(account)
    fake.do_pay(op.payment_id)
    answer = await account.close(replace(op, kind="close"))
    assert isinstance(answer, Approved)
    assert not answer.captured


async def test_a_try_under_way_keeps_it_open_and_not_for_ever(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    close = replace(op, kind="close")
    charge = fake.do_process_later(op.payment_id)["id"]
    answer = await account.close(close)
    assert isinstance(answer, Pending)
    assert answer.ask_after
    # Razorpay's own clock tells the age. A try that it never calls failed does not keep a payment open.
    fake.payments[charge]["created_at"] -= int(timedelta(minutes=15).total_seconds())
    assert isinstance(await account.close(close), Closed)


async def test_money_after_the_close_goes_back_by_itself(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    fake.do_decline(op.payment_id, "payment_timed_out")
    assert isinstance(await account.close(replace(op, kind="close")), Closed)
    fake.do_advance(86400)
    fake.do_authorize_late(op.payment_id)
    assert fake.books()[op.payment_id]["held"] == 0
    assert isinstance(await account.close(replace(op, kind="close")), Closed)


# --- after a restore


async def test_every_order_is_listed_once_over_all_pages(fake: FakeRazorpay, account: Processor) -> None:
    ops = [await prepared(account) for _ in range(103)]
    fake.do_pay(ops[0].payment_id)
    fake.do_decline(ops[1].payment_id)
    fake.orders[ops[2].reference or ""] |= {"receipt": "theirs", "notes": []}
    since = fake.now() - 60
    known = [one async for one in account.list_since(datetime.fromtimestamp(since, UTC))]
    assert {one.reference for one in known} == {op.reference for op in ops}
    assert len(known) == 103
    by_id = {one.own_id: one.answer for one in known}
    assert isinstance(by_id[ops[0].payment_id], Approved)
    refused = by_id[ops[1].payment_id]
    assert isinstance(refused, ActionRequired) and refused.declined is not None
    assert isinstance(by_id[None], ActionRequired)
    assert [one async for one in account.list_since(datetime.fromtimestamp(fake.now() + 60, UTC))] == []


async def test_an_order_that_is_made_meanwhile_lists_none_twice(fake: FakeRazorpay, account: Processor) -> None:
    """It moves the others to the next page."""
    ops = [await prepared(account) for _ in range(101)]
    known = []
    async for one in account.list_since(datetime.fromtimestamp(fake.now() - 60, UTC)):
        known.append(one.reference)
        if len(known) == 50:
            await prepared(account)
    assert len(known) == len(set(known)) == 101
    assert set(known) == {op.reference for op in ops}


def test_a_capture_names_its_order() -> None:
    op = to_capture(payment(reference="order_1"), "pay_1")
    assert (op.parent, op.charge, op.own_id) == ("order_1", "pay_1", op.payment_id)
