"""Refunds: parts, what becomes of them, those of the dashboard, and a key that is forgotten.

commerce-stripe#134, woocommerce-gateway-stripe#4405, gumroad#5779, hyperswitch#5298 #3751.
"""

import asyncio
from dataclasses import replace

import pytest

from gateway.processors.protocol import Absent, Approved, Declined, Operation, Pending, Unknown
from tests.processors.conformance.port.bench import Bench, following, told
from tests.processors.conformance.port.rules import again


async def test_a_refund_carries_our_id_and_is_found_by_it(bench: Bench) -> None:
    """By its reference, or by ours among all."""
    op = await bench.taken()
    ask = following(op, "refund", 20_000)
    assert isinstance(await bench.account.look_up(ask), Absent)
    first = await bench.account.refund(ask)
    for answer in (
        first,
        await bench.account.look_up(ask),
        await bench.account.look_up(replace(ask, reference=first.reference)),
    ):
        assert isinstance(answer, Approved)
        assert (answer.reference, told(answer)) == (first.reference, (20_000, "INR", "test"))
    [(_, key, body)] = bench.sent("refund")
    assert key and ask.own_id in body
    assert bench.sums(op) == (0, 50_000, 20_000)


async def test_two_parts_are_two_refunds_and_a_repeat_is_none(bench: Bench) -> None:
    """Also of the same amount; then nothing is left."""
    op = await bench.taken()
    first, second = following(op, "refund", 20_000), following(op, "refund", 20_000)
    one, two, repeat = [await bench.account.refund(ask) for ask in (first, second, first)]
    assert told(one) == told(repeat)
    assert one.reference == repeat.reference != two.reference
    calls = bench.sent("refund")
    assert calls[0] == calls[2] != calls[1]
    assert bench.sums(op) == (0, 50_000, 40_000)
    await declined(bench, following(op, "refund", 10_001))
    assert isinstance(await bench.account.refund(following(op, "refund", 10_000)), Approved)
    await declined(bench, following(op, "refund", 100))
    assert bench.sums(op) == (0, 50_000, 50_000)


async def declined(bench: Bench, ask: Operation) -> None:
    """A no, with the processor's word."""
    answer = await bench.account.refund(ask)
    assert isinstance(answer, Declined)
    assert answer.code == "REFUND_DECLINED"
    assert answer.raw


async def test_a_key_at_once_many_times_pays_back_once(bench: Bench) -> None:
    op = await bench.taken()
    ask = following(op, "refund", 20_000)
    answers = await asyncio.gather(*(bench.account.refund(ask) for _ in range(5)))
    assert len({answer.reference for answer in answers}) == 1
    assert len(set(bench.sent("refund"))) == 1
    assert bench.sums(op) == (0, 50_000, 20_000)


async def test_a_key_with_another_body_is_unknown(bench: Bench) -> None:
    """The first request may have done something: a processor does not say what."""
    ask = following(await bench.taken(), "refund", 20_000)
    await bench.account.refund(ask)
    with pytest.raises(Unknown):
        await bench.account.refund(replace(ask, amount=10_000))
    assert bench.sums(ask) == (0, 50_000, 20_000)


async def test_pending_becomes_paid_back_or_failed_and_what_was_paid_back_may_fail(bench: Bench) -> None:
    """hyperswitch#5298, commerce-stripe#134."""
    op = await bench.taken()
    bench.fake.act("refunds_become", status="pending")
    good, bad = following(op, "refund", 20_000), following(op, "refund", 10_000)
    for ask in (good, bad):
        answer = await bench.account.refund(ask)
        assert isinstance(answer, Pending)
        assert (answer.raw or "").lower() == "pending"
    bench.fake.act("settle_refund", refund=good.own_id)
    bench.fake.act("fail_refund", refund=bad.own_id)
    assert isinstance(await bench.account.look_up(good), Approved)
    answer = await bench.account.look_up(bad)
    assert isinstance(answer, Declined)
    assert answer.code == "REFUND_DECLINED"
    assert bench.sums(op) == (0, 50_000, 20_000)
    bench.fake.act("fail_refund", refund=good.own_id)
    assert isinstance(await bench.account.look_up(good), Declined)
    assert bench.sums(op) == (0, 50_000, 0)


async def test_a_refund_that_waits_for_the_shopper_or_is_cancelled(bench: Bench) -> None:
    """`requires_action` is pending, `canceled` is a no; who has no such states says that they cannot be told."""
    op = await bench.taken()
    bench.fake.act("refunds_become", status="requires_action")
    ask = following(op, "refund", 10_000)
    if not hasattr(bench.fake, "do_cancel_refund"):
        with pytest.raises(Unknown):
            await bench.account.refund(ask)
        return
    assert isinstance(await bench.account.refund(ask), Pending)
    bench.fake.act("cancel_refund", refund=ask.own_id)
    answer = await bench.account.look_up(ask)
    assert isinstance(answer, Declined)
    assert (answer.code, answer.raw, answer.amount) == ("REFUND_DECLINED", "canceled", 10_000)


async def test_refunds_of_the_dashboard_are_told_beside_ours(bench: Bench) -> None:
    """Ours with our id, the other without (gumroad#5779)."""
    op = await bench.taken()
    ask = following(op, "refund", 10_000)
    await bench.account.refund(ask)
    theirs = bench.fake.act("refund_in_dashboard", payment_id=op.payment_id, amount=5_000)["id"]
    found = await bench.account.refunds_of(op)
    assert {(one.reference == theirs, one.own_id, one.amount, one.currency) for one in found} == {
        (False, ask.own_id, 10_000, "INR"),
        (True, None, 5_000, "INR"),
    }
    assert all(isinstance(one.answer, Approved) for one in found)


async def test_ours_is_found_beyond_the_first_page(bench: Bench) -> None:
    """A list has a hundred; absent is said only of all of them."""
    op = await bench.taken(amount=1_000_000)
    ask = following(op, "refund", 100)
    await bench.account.refund(ask)
    for _ in range(105):
        bench.fake.act("refund_in_dashboard", payment_id=op.payment_id, amount=100)
    assert isinstance(await bench.account.look_up(ask), Approved)
    assert len(await bench.account.refunds_of(op)) == 106


@pytest.mark.parametrize("amount", [50_000, 20_000])
async def test_after_the_key_is_forgotten_nothing_is_paid_back_twice(bench: Bench, amount: int) -> None:
    """The rules look first, however old it is; and a whole refund that is sent again is refused as done: a yes."""
    op = await bench.taken()
    ask = following(op, "refund", amount)
    first = await bench.account.refund(ask)
    bench.fake.act("forget_keys") if bench.fake.name == "razorpay" else bench.fake.act(
        "advance", seconds=25 * 3600
    )
    found = await again(bench.account, ask, seconds_ago=25 * 3600)
    assert found.reference == first.reference
    assert len(bench.sent("refund")) == 1
    if amount == 50_000:
        assert (await bench.account.refund(ask)).reference == first.reference
        for fault in ("error_before", "too_many"):
            bench.fake.fail(fault, "look_up")  # type: ignore[arg-type]
            with pytest.raises(Unknown):
                await bench.account.refund(ask)
    assert bench.sums(op) == (0, 50_000, amount)
