"""Capture in full, in part, twice, too much; a hold that is released. A void is no refund."""

import asyncio
from dataclasses import replace

import pytest

from gateway.processors.protocol import Absent, Approved, Closed, Declined, Pending, Unknown
from tests.processors.conformance.port.bench import Bench, following, told
from tests.processors.conformance.port.rules import again, is_ours


async def test_what_is_held_is_taken_and_told_so_ever_after(bench: Bench) -> None:
    op = await bench.held()
    ask = following(op, "capture")
    assert isinstance(await bench.account.look_up(ask), Absent)
    for answer in (await bench.account.capture(ask), await bench.account.look_up(ask), await again_of(bench, ask)):
        assert isinstance(answer, Approved)
        assert answer.captured
        assert (told(answer), answer.charge) == ((50_000, "INR", "test"), op.charge)
    assert (bench.sums(op), bench.book(op)["charges"]) == ((0, 50_000, 0), 1)
    assert len(bench.sent("capture")) == 1


async def again_of(bench: Bench, ask: object) -> object:
    """What a worker does that does not know whether it was sent: whoever can tell is asked, and nothing sent."""
    reference = bench.fake.name == "stripe"
    return await again(bench.account, replace(ask, reference=ask.parent if reference else ask.charge))  # type: ignore[type-var, attr-defined]


async def test_a_part_is_taken_and_the_rest_released_or_nothing_is(bench: Bench) -> None:
    """medusa#13301, hyperswitch#2133: who takes all or nothing says so, in its capabilities and by a no."""
    op = await bench.held()
    answer = await bench.account.capture(following(op, "capture", 20_000))
    if bench.party.can.partial_capture:
        assert isinstance(answer, Approved)
        assert (answer.amount, bench.sums(op)) == (20_000, (0, 20_000, 0))
    else:
        assert isinstance(answer, Declined)
        assert (answer.code, bench.sums(op)) == ("CAPTURE_REFUSED", (50_000, 0, 0))


async def test_more_than_is_held_is_refused_and_the_whole_can_still_be_taken(bench: Bench) -> None:
    """hyperswitch#2935."""
    op = await bench.held()
    answer = await bench.account.capture(following(op, "capture", 50_001))
    assert isinstance(answer, Declined)
    assert answer.code == "CAPTURE_REFUSED"
    assert answer.raw
    assert bench.sums(op) == (50_000, 0, 0)
    again = following(op, "capture", key=f"{op.payment_id}:capture:2")
    assert isinstance(await bench.account.capture(again), Approved)


async def test_what_is_captured_already_is_a_yes(bench: Bench) -> None:
    """By us, or in the processor's dashboard (hyperswitch#10045, django-payments#469, medusa#6370)."""
    op = await bench.held()
    ask = following(op, "capture")
    first = await bench.account.capture(ask)
    assert told(await bench.account.capture(ask)) == told(first)
    other = await bench.held()
    bench.fake.act("capture_in_dashboard", payment_id=other.payment_id)
    answer = await bench.account.capture(following(other, "capture"))
    assert isinstance(answer, Approved)
    assert is_ours(other, answer)
    assert (bench.sums(op), bench.sums(other)) == ((0, 50_000, 0), (0, 50_000, 0))


async def test_what_is_captured_while_we_ask_is_a_yes(bench: Bench) -> None:
    """razorpay-woocommerce#73: between our look and our capture somebody else's comes."""
    op = await bench.held()
    ask = following(op, "capture")
    bench.fake.meanwhile("look_up", "capture_in_dashboard", payment_id=op.payment_id)
    await bench.account.look_up(op) if not bench.party.looks_first else None
    assert isinstance(await bench.account.capture(ask), Approved)
    assert bench.sums(op) == (0, 50_000, 0)
    assert [one["status"] for one in bench.fake.requests if one["operation"] == "capture"] == [400]


async def test_many_captures_at_once_take_it_once(bench: Bench) -> None:
    op = await bench.held()
    ask = following(op, "capture")
    answers = await asyncio.gather(*(bench.account.capture(ask) for _ in range(6)))
    assert all(isinstance(answer, Approved) for answer in answers)
    assert (bench.sums(op), bench.book(op)["charges"]) == ((0, 50_000, 0), 1)


@pytest.mark.parametrize("fault", ["too_many", "refused_key", "lose_request"])
async def test_a_refused_capture_whose_reason_cannot_be_asked_is_unknown(bench: Bench, fault: str) -> None:
    """Not `NotSent` and not `Misconfigured`: a capture was sent."""
    op = await bench.held()
    ask = following(op, "capture", 50_001)
    if bench.party.looks_first:
        bench.fake.fail("unknown_field", "look_up")
    bench.fake.fail(fault, "look_up")  # type: ignore[arg-type]
    with pytest.raises(Unknown):
        await bench.account.capture(ask)


async def test_a_hold_that_ran_out_cannot_be_captured(bench: Bench) -> None:
    op = await bench.held()
    bench.fake.act("advance", seconds=(bench.party.can.hold_seconds or 0) + 1)
    ask = following(op, "capture")
    for answer in (await bench.account.capture(ask), await bench.account.look_up(ask)):
        assert isinstance(answer, Declined)
        assert answer.code == "CAPTURE_REFUSED"
    assert bench.sums(op) == (0, 0, 0)


async def test_a_hold_is_released_and_never_paid_back(bench: Bench) -> None:
    """odoo#259230: a void is not a refund. Where only its time ends a hold, nothing is sent."""
    op = await bench.held()
    ask = following(op, "void")
    if bench.party.can.void == "yes":
        assert isinstance(await bench.account.look_up(ask), Absent)
    first = await bench.account.void(ask)
    if bench.party.can.void == "expires":
        assert isinstance(first, Pending)
        assert first.ask_after and bench.sent("void") == []
        bench.fake.act("advance", seconds=(bench.party.can.hold_seconds or 0) + 1)
    for answer in (await bench.account.look_up(ask), await bench.account.void(ask)):
        assert isinstance(answer, Approved)
        assert (answer.captured, answer.amount) == (False, 50_000)
    assert bench.sums(op) == (0, 0, 0)
    assert bench.sent("refund") == []


async def test_what_is_taken_cannot_be_voided(bench: Bench) -> None:
    op = await bench.held()
    await bench.account.capture(following(op, "capture"))
    for answer in (
        await bench.account.void(following(op, "void")),
        await bench.account.look_up(following(op, "void")),
    ):
        assert isinstance(answer, Declined)
        assert answer.code == "NOT_PERMITTED"
    assert bench.sums(op) == (0, 50_000, 0)


async def test_close_tells_what_came_before_it_and_nothing_else_is_closed(bench: Bench) -> None:
    """Taken or held is told, and left alone; what may still come keeps it open (rule 4)."""
    for paid, captured in ((await bench.taken(), True), (await bench.held(), False)):
        before = bench.sums(paid)
        answer = await bench.account.close(replace(paid, kind="close"))
        assert isinstance(answer, Approved)
        assert (answer.captured, bench.sums(paid)) == (captured, before)
    later = await bench.prepared()
    bench.fake.act("process_later", payment_id=later.payment_id)
    assert isinstance(await bench.account.close(replace(later, kind="close")), Pending)
    bench.fake.act("decline", payment_id=later.payment_id)
    for _ in range(2):
        assert isinstance(await bench.account.close(replace(later, kind="close")), Closed)


async def test_a_close_that_races_with_the_shopper_tells_the_truth(bench: Bench) -> None:
    """razorpay-opencart#47: whoever is faster, it is one or the other. (The first look is the close's own.)"""
    op = await bench.prepared()
    bench.fake.meanwhile("look_up", "pay", payment_id=op.payment_id)
    answer = await bench.account.close(replace(op, kind="close"))
    assert isinstance(answer, Approved)
    held, taken, _ = bench.sums(op)
    assert held + taken == 50_000


async def test_what_is_closed_takes_no_money_however_the_shopper_tries(bench: Bench) -> None:
    """Refused there, or given back by itself; never captured by us (rule 4)."""
    op = await bench.prepared()
    assert isinstance(await bench.account.close(replace(op, kind="close")), Closed)
    paid = bench.fake.act("pay", payment_id=op.payment_id)
    if bench.party.can.void == "yes":
        assert "refused" in paid
        assert isinstance(await bench.account.look_up(op), Closed)
    else:
        bench.fake.act("advance", seconds=(bench.party.can.auto_refund_seconds or 0) + 1)
    assert bench.sums(op) == (0, 0, 0)
