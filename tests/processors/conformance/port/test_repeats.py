"""What is sent again, and when never: rule 2, over what each processor's capabilities say."""

from dataclasses import replace

import pytest

from gateway.payments.ask import Asker, ask, may_repeat
from gateway.processors.protocol import Misconfigured, Prepared, Unknown
from tests.processors.conformance.port.bench import ORDER, Bench, following
from tests.processors.conformance.port.rules import again, claimed, sent
from tests.processors.rows import KEYRING

LONG = 400 * 86_400.0


async def test_a_key_per_verb_and_the_same_bytes_for_every_repeat(bench: Bench) -> None:
    """hyperswitch#1149, medusa#16293: a key that two verbs share is answered with the other's answer."""
    op, _ = await bench.ready("prepare")
    for return_url in (None, "https://shop.example/back"):
        assert isinstance(await bench.account.prepare(op, ORDER, return_url), Prepared)
    assert len(set(bench.sent("prepare"))) == 1
    paid = await bench.held()
    await bench.account.capture(following(paid, "capture"))
    for _ in range(2):
        await bench.account.refund(following(paid, "refund", 10_000, key="rfnd_0123456789abcdef:refund"))
    assert len(set(bench.sent("refund"))) == 1
    keys = [key for verb in ("prepare", "capture", "refund") for _, key, _ in set(bench.sent(verb)) if key]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("verb", ["prepare", "capture", "void", "refund"])
async def test_after_its_time_nothing_is_sent_again(bench: Bench, verb: str) -> None:
    """Looked up where that can tell; else a person looks. The books never show a second effect."""
    op, ask = await bench.ready(verb)
    bench.fake.fail("lose_answer", bench.party.call_of(verb))
    with pytest.raises(Unknown):
        await ask(bench.account)
    before, calls = bench.book(op), len(bench.sent(verb))
    # What was forgotten there, too: what is sent now would be done a second time.
    bench.fake.act("forget_keys") if bench.fake.name == "razorpay" else bench.fake.act("advance", seconds=90_000)
    looks = bench.party.can.look_up.get(verb)  # type: ignore[call-overload]
    if looks == "own_id":
        assert not may_repeat(bench.account, sent(op, LONG), claimed(op).payment.created_at)
        await again(bench.account, op, LONG)
    elif verb == "void" and bench.party.can.void == "expires":
        await again(bench.account, op, LONG)
    else:
        with pytest.raises(Unknown):
            await again(bench.account, op, LONG)
    assert len(bench.sent(verb)) == calls
    assert bench.book(op) == before


@pytest.mark.parametrize("verb", ["prepare", "refund"])
async def test_within_its_time_a_repeat_is_the_same_operation(bench: Bench, verb: str) -> None:
    """As long as the capabilities say, the fake (which is strict) makes no second one."""
    op, ask = await bench.ready(verb)
    first = await ask(bench.account)
    seconds = bench.party.can.repeat_seconds.get(verb)  # type: ignore[call-overload]
    if seconds is not None:
        bench.fake.act("advance", seconds=seconds - 60)
        assert (await ask(bench.account)).reference == first.reference
    assert (await again(bench.account, op, (seconds or LONG) - 60)).reference == first.reference
    assert bench.book(op)["objects"] == 1
    assert bench.sums(op)[2] == (20_000 if verb == "refund" else 0)


async def test_an_object_of_another_sum_is_shown_to_nobody(bench: Bench) -> None:
    """What was made under this payment's name is of another sum: nobody may pay it."""
    op = await bench.prepared()
    for wrong in (replace(op, amount=op.amount + 100), replace(op, currency="USD")):
        for reference in (op.reference, None):
            with pytest.raises(Unknown):
                await bench.account.prepare(sent(replace(wrong, reference=reference)), ORDER, None)
    assert bench.book(op)["objects"] == 1


async def test_our_own_key_for_something_else_is_never_sent(bench: Bench) -> None:
    """The row that was written down first holds: another amount under its key is a mistake of ours."""
    op, _ = await bench.ready("prepare")
    item = claimed(sent(op))
    other = replace(item, payment=replace(item.payment, amount=op.amount + 100))
    with pytest.raises(Misconfigured):
        await ask(other, bench.account, Asker(KEYRING, item.payment.created_at))
    assert bench.fake.requests == []
