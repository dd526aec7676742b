"""Refunds of an order: which payment they are of, what is asked for again, what others have made."""

from dataclasses import replace

from gateway.ids import new_id
from gateway.processors.protocol import Absent, Approved, Declined, Pending, Processor, Unknown
from tests.processors.cashfree.support import captured, refund
from tests.processors.fakes.cashfree import FakeCashfree


async def test_which_payment_it_is_of_stands_in_its_note(fake: FakeCashfree, account: Processor) -> None:
    """Of an order that was paid twice Cashfree takes it from whichever it likes."""
    op = await captured(account, fake)
    fake.act("pay", payment_id=op.payment_id, another=True)
    fake.act("capture_in_dashboard", payment_id=op.payment_id)
    second = fake.tries[op.payment_id][1]["cf_payment_id"]
    ask = refund(replace(op, charge=second), 50_000, new_id("unex"))
    back = await account.refund(ask)
    assert isinstance(back, Approved)
    assert back.charge == second
    [made] = fake.refunds.values()
    assert made["cf_payment_id"] == op.charge, "it was taken from the first"
    looked = replace(op, kind="prepare", reference=op.parent)
    assert await account.refunds_of(looked) == []
    [ours] = await account.refunds_of(replace(looked, charge=second))
    assert (ours.own_id, ours.amount) == (ask.own_id, 50_000)
    answer = await account.look_up(looked)
    assert isinstance(answer, Approved)
    assert answer.extra == ()
    assert isinstance(await account.refund(refund(op, 50_000)), Approved), "and ours can be paid back as well"
    assert fake.books()[op.payment_id]["refunded"] == 100_000


async def test_what_was_refused_is_asked_for_under_another_id(fake: FakeCashfree, account: Processor) -> None:
    """Cashfree takes an id once, also of a refund that was cancelled."""
    op = await captured(account, fake)
    name = new_id("unex")
    fake.act("refunds_become", status="failed")
    assert isinstance(await account.refund(refund(op, 50_000, name)), Declined)
    fake.act("refunds_become", status="succeeded")
    second = refund(op, 50_000, name, ":2")
    assert isinstance(await account.look_up(second), Absent)
    assert isinstance(await account.refund(second), Approved)
    assert list(fake.refunds) == [name, f"{name}-2"]
    found = await account.refunds_of(replace(op, kind="prepare", reference=op.parent))
    assert {one.own_id for one in found} == {name}


async def test_an_id_that_is_taken_is_the_refund_that_has_it(fake: FakeCashfree, account: Processor) -> None:
    """409: of whatever sum, which the rules compare."""
    op = await captured(account, fake)
    ask = refund(op, 10_000)
    first = await account.refund(ask)
    fake.act("forget_keys")
    again = await account.refund(replace(ask, amount=20_000))
    assert (again.reference, again.amount) == (first.reference, 10_000)


async def test_one_that_is_on_hold_is_waited_for(fake: FakeCashfree, account: Processor) -> None:
    """ONHOLD: the account has too little money for it."""
    op = await captured(account, fake)
    fake.act("refunds_become", status="onhold")
    ask = refund(op, 10_000)
    answer = await account.refund(ask)
    assert isinstance(answer, Pending)
    assert answer.raw == "ONHOLD"
    fake.act("fail_refund", refund=ask.own_id)
    assert isinstance(await account.look_up(ask), Declined)


async def test_one_that_somebody_else_made_is_found_by_its_reference(
    fake: FakeCashfree, account: Processor
) -> None:
    op = await captured(account, fake)
    theirs = fake.act("refund_in_dashboard", payment_id=op.payment_id, amount=1_034)["id"]
    answer = await account.look_up(replace(refund(op, 1_034), reference=theirs))
    assert isinstance(answer, Approved)
    assert (answer.reference, answer.amount) == (theirs, 1_034)


async def test_an_order_that_is_not_found_says_nothing_of_its_refund(
    fake: FakeCashfree, account: Processor
) -> None:
    """These are the keys of another account."""
    op = await captured(account, fake)
    ask = refund(op, 10_000)
    fake.orders.clear()
    try:
        await account.look_up(ask)
    except Unknown:
        return
    raise AssertionError("absent, where nobody can tell")
