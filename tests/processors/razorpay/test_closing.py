"""A payment at Razorpay is closed, and orders are listed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.processors.protocol import (
    ActionRequired,
    Approved,
    Closed,
    Pending,
    Processor,
)
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.razorpay.support import payment, prepared, to_capture

# --- close


async def test_nothing_paid_and_nothing_under_way_is_closed(fake: FakeRazorpay, account: Processor) -> None:
    op = await prepared(account)
    close = replace(op, kind="close")
    assert isinstance(await account.close(close), Closed)
    fake.do_decline(op.payment_id)
    assert isinstance(await account.close(close), Closed)
    assert isinstance(await account.close(payment("close")), Closed)


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
