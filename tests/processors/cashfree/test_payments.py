"""What becomes of a Cashfree order: accounts of both kinds, tries beside each other, money that comes late."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from gateway.processors.cashfree.answers import read_order, state_of
from gateway.processors.protocol import (
    Absent,
    ActionRequired,
    Approved,
    Closed,
    Declined,
    ExtraCharge,
    Misconfigured,
    Pending,
    Processor,
    Unknown,
)
from tests.processors.cashfree.support import (
    as_read,
    captured,
    held,
    known,
    payment,
    prepare,
    prepared,
    to_capture,
    to_void,
)
from tests.processors.fakes import cashfree_objects as make
from tests.processors.fakes.cashfree import FakeCashfree


async def test_an_order_has_our_id_and_a_session_for_the_page_alone(
    fake: FakeCashfree, account: Processor
) -> None:
    op = payment()
    made = await prepare(account, op)
    assert made.reference == op.payment_id
    assert made.session["payment_session_id"].startswith("session_")
    assert made.session["mode"] == "sandbox"
    assert fake.requests[0]["fields"]["order_meta"] == {"payment_methods": "cc,dc,ccc,ppc"}
    await prepare(account, payment(method="upi"))
    assert fake.requests[1]["fields"]["order_meta"] == {"payment_methods": "upi"}


async def test_an_order_that_is_there_already_is_adopted_at_once(fake: FakeCashfree, account: Processor) -> None:
    """409 `order_already_exists`: an answer that was lost, and a key that Cashfree has forgotten."""
    op = payment()
    first = await prepare(account, op)
    fake.act("forget_keys")
    assert await prepare(account, op) == first
    assert [one["status"] for one in fake.requests] == [200, 409, 200]
    with pytest.raises(Unknown):  # of another sum: shown to nobody
        await prepare(account, replace(op, amount=100))


async def test_what_cashfree_says_no_to_is_this_payments_or_this_accounts(
    fake: FakeCashfree, account: Processor
) -> None:
    fake.act("switch", name="most", value=10_000)
    answer = await account.prepare(payment(), None, None)  # type: ignore[arg-type]
    assert isinstance(answer, Declined)
    assert answer.code == "LIMIT_EXCEEDED"
    fake.answer = _refusing(fake, "payment_method_unsupported")  # type: ignore[method-assign]
    with pytest.raises(Misconfigured):
        await prepare(account, payment())


def _refusing(fake: FakeCashfree, code: str) -> Any:
    from tests.processors.fakes.exchange import FakeReply

    return lambda _: FakeReply(400, make.error("not for you", code))


async def test_without_preauthorisation_a_payment_is_taken_when_it_is_paid(
    fake: FakeCashfree, account: Processor
) -> None:
    """And a manual one as well: it is told as captured, since that is what it is."""
    fake.act("switch", name="preauth", value=False)
    op = await prepared(account, capture=False)
    fake.act("pay", payment_id=op.payment_id)
    answer = await account.look_up(op)
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.amount) == (True, 50_000)
    capture = to_capture(await known(account, op))
    assert isinstance(await account.look_up(capture), Approved)
    void = await account.void(to_void(op))
    assert isinstance(void, Declined)
    assert void.code == "NOT_PERMITTED"


async def test_upi_is_taken_at_once_and_tells_who_paid(fake: FakeCashfree, account: Processor) -> None:
    op = await prepared(account, method="upi")
    fake.act("pay", payment_id=op.payment_id, vpa="shopper@okbank")
    answer = await account.look_up(op)
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.vpa, answer.card_last4) == (True, "shopper@okbank", None)


async def test_a_card_is_told_by_its_network_and_its_last_digits(fake: FakeCashfree, account: Processor) -> None:
    op = await prepared(account)
    fake.act("pay", payment_id=op.payment_id, network="rupay", last4="1005")
    answer = await account.look_up(op)
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.card_network, answer.card_last4) == (False, "rupay", "1005")


async def test_a_capture_that_is_pending_there_is_pending_here(fake: FakeCashfree, account: Processor) -> None:
    fake.act("switch", name="captures_later", value=True)
    op = to_capture(await held(account, fake, amount=50_034))
    for answer in (await account.capture(op), await account.look_up(op), await account.capture(op)):
        assert isinstance(answer, Pending)
    fake.act("finish_capture", payment_id=op.payment_id)
    answer = await account.look_up(op)
    assert isinstance(answer, Approved)
    assert answer.amount == 50_034


async def test_a_capture_answered_for_another_payment_of_the_order_is_unknown(
    fake: FakeCashfree, account: Processor
) -> None:
    """Cashfree is told an order only: which payment it has taken, it has to say."""
    op = await held(account, fake)
    fake.act("pay", payment_id=op.payment_id, another=True)
    second = fake.tries[op.payment_id][1]["cf_payment_id"]
    with pytest.raises(Unknown):
        await account.capture(to_capture(replace(op, charge=second)))


async def test_several_payments_of_one_order_are_one_payment_and_extra_money(
    fake: FakeCashfree, account: Processor
) -> None:
    op = await captured(account, fake)
    fake.act("pay", payment_id=op.payment_id, another=True)
    looked = replace(op, kind="prepare", reference=op.parent)
    answer = await account.look_up(looked)
    second = fake.tries[op.payment_id][1]["cf_payment_id"]
    assert isinstance(answer, Approved)
    assert (answer.charge, answer.captured) == (op.charge, True)
    assert answer.extra == (ExtraCharge(second, 50_000, "INR", captured=False),)
    fake.act("capture_in_dashboard", payment_id=op.payment_id)
    assert await account.look_up(looked) == replace(
        answer, extra=(ExtraCharge(second, 50_000, "INR", captured=True),)
    )
    fake.act("refund_by_itself", payment_id=op.payment_id, charge=second)
    found = await account.look_up(looked)
    assert isinstance(found, Approved)
    assert found.extra == (), "Cashfree has given it back by itself"
    assert await account.refunds_of(looked) == [], "and that is no refund of ours"
    [theirs] = await account.refunds_of(replace(looked, charge=second))
    assert (theirs.own_id, theirs.amount) == (None, 50_000)


async def test_a_try_that_failed_and_was_debited_after_all_is_told(fake: FakeCashfree, account: Processor) -> None:
    """PENDING, FAILED, and SUCCESS hours later."""
    op = await prepared(account, method="upi")
    fake.act("process_later", payment_id=op.payment_id)
    fake.act("advance", seconds=16 * 60)
    waiting = await account.look_up(op)
    assert isinstance(waiting, ActionRequired)
    assert waiting.declined is not None and waiting.declined.code == "PAYMENT_TIMEOUT"
    assert isinstance(await account.close(replace(op, kind="close")), Closed)
    fake.act("authorize_late", payment_id=op.payment_id)
    for answer in (await account.look_up(op), await account.close(replace(op, kind="close"))):
        assert isinstance(answer, Approved)
        assert (answer.captured, answer.amount) == (True, 50_000)
    assert account.capabilities.late_success_seconds > 0


async def test_an_order_whose_end_is_only_asked_for_is_not_closed(fake: FakeCashfree, account: Processor) -> None:
    """`TERMINATION_REQUESTED`: a try is under way, and may still end well."""
    op = replace(await prepared(account), kind="close")
    fake.act("process_later", payment_id=op.payment_id)
    for _ in range(2):
        answer = await account.close(op)
        assert isinstance(answer, Pending)
        assert (answer.ask_after, answer.raw) == (60, "TERMINATION_REQUESTED")
    fake.act("pay", payment_id=op.payment_id)
    assert isinstance(await account.close(op), Approved)


async def test_what_cashfree_does_not_terminate_is_unknown(fake: FakeCashfree, account: Processor) -> None:
    op = replace(await prepared(account), kind="close")
    terminate, fake._terminate = fake._terminate, lambda *_: fake.order_of("nobody")  # type: ignore[method-assign]
    fake.fail("conflict", "close")
    with pytest.raises(Unknown):
        await account.close(op)
    fake._terminate = terminate  # type: ignore[method-assign]
    assert isinstance(await account.close(op), Closed)


async def test_an_order_that_has_expired_is_closed_without_a_word(fake: FakeCashfree, account: Processor) -> None:
    op = replace(await prepared(account), kind="close")
    fake.act("advance", seconds=31 * 86_400)
    assert isinstance(await account.look_up(replace(op, kind="prepare")), Closed)
    assert isinstance(await account.close(op), Closed)
    assert [one["operation"] for one in fake.requests if one["method"] != "GET"] == ["prepare"]


async def test_a_hold_that_was_released_ends_the_payment(fake: FakeCashfree, account: Processor) -> None:
    op = await held(account, fake)
    assert isinstance(await account.void(to_void(op)), Approved)
    assert isinstance(await account.look_up(op), Closed)


@pytest.mark.parametrize(
    ("status", "more", "state"),
    [
        ("SUCCESS", {"is_captured": True}, "captured"),
        ("SUCCESS", {"is_captured": None}, "captured"),
        ("SUCCESS", {"is_captured": False}, "held"),
        (
            "SUCCESS",
            {"is_captured": False, "authorization": {"action": "CAPTURE", "status": "PENDING"}},
            "capturing",
        ),
        ("SUCCESS", {"is_captured": False, "authorization": {"action": "VOID", "status": "PENDING"}}, "voiding"),
        ("VOID", {}, "voided"),
        ("PENDING", {}, "pending"),
        ("NOT_ATTEMPTED", {}, "pending"),
        ("FAILED", {}, "failed"),
        ("USER_DROPPED", {}, "failed"),
        ("CANCELLED", {}, "failed"),
    ],
)
def test_each_status_of_a_payment_is_read(status: str, more: dict[str, Any], state: str) -> None:
    assert state_of({"payment_status": status, **more}) == state


def _order(status: str) -> dict[str, Any]:
    fields = {"order_id": "pay_1", "order_currency": "INR", "customer_details": {}}
    return as_read(make.order(fields, 50_000, 0) | {"order_status": status})


def test_what_cannot_be_told_of_an_order_is_unknown() -> None:
    for status in ("PAID", "A_STATUS_OF_TOMORROW"):
        with pytest.raises(Unknown):
            read_order(_order(status), [], "test", None)
    with pytest.raises(Unknown):
        state_of({"payment_status": "FLAGGED"})


async def test_a_released_hold_that_is_under_way_is_waited_for() -> None:
    order = _order("PAID")
    paid = make.payment(
        make.order({"order_id": "pay_1", "order_currency": "INR", "customer_details": {}}, 1, 0), 0
    )
    asked = {"action": "VOID", "status": "PENDING"}
    paid |= {"payment_status": "SUCCESS", "is_captured": False, "authorization": asked}
    assert isinstance(read_order(order, [as_read(paid)], "test", None), Pending)


async def test_many_captures_and_a_void_at_once_end_in_one(fake: FakeCashfree, account: Processor) -> None:
    op = await held(account, fake)
    answers = await asyncio.gather(
        account.capture(to_capture(op)), account.void(to_void(op)), account.capture(to_capture(op))
    )
    kinds = {type(one) for one in answers}
    assert kinds == {Approved, Declined}
    assert fake.books()[op.payment_id]["held"] == 0


async def test_an_order_of_nobodys_is_absent_and_a_wrong_address_is_not(
    fake: FakeCashfree, account: Processor
) -> None:
    assert isinstance(await account.look_up(payment()), Absent)
    fake._order = lambda _: (_ for _ in ()).throw(_bad_url())  # type: ignore[method-assign]
    with pytest.raises(Unknown):
        await account.look_up(payment())


def _bad_url() -> Exception:
    from tests.processors.fakes.cashfree_books import Refused

    return Refused("bad URL, please check API documentation", "request_failed", 404)
