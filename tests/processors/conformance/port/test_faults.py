"""Every fault of a call at every verb of every processor: no refusal, one effect, mended by the rules.

hyperswitch#13180 #2380 #3675 #3716 #9622 #1149 (unknown is not declined); console#3449, adyen-commercetools#1305,
medusa#16293, active_merchant#866 #2082 (once).
"""

from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Absent,
    Approved,
    Closed,
    Declined,
    Misconfigured,
    NotSent,
    Pending,
    Prepared,
    Unknown,
)
from gateway.processors.registry import CONNECTORS
from tests.processors.conformance.port.bench import Bench, following, open_bench, payment, told
from tests.processors.conformance.port.parties import PARTIES, Party, cells
from tests.processors.conformance.port.rules import again, is_ours, sent
from tests.processors.fakes.faults import FaultKind

RAISED: dict[str, type[Exception]] = {
    "lose_request": Unknown,
    "lose_answer": Unknown,
    "error_before": Unknown,
    "error_after": Unknown,
    "html": Unknown,
    "conflict": Unknown,
    "too_many": NotSent,
    "refused_key": Misconfigured,
    "slow": Unknown,
    "silent": Unknown,
    "cut": Unknown,
    "empty": Unknown,
}
NOTHING_DONE = {"lose_request", "error_before", "html", "conflict", "too_many", "refused_key", "silent"}
TWISTS = ("unknown_field", "unknown_value", "other_amount", "other_currency", "other_mode")
IN_TIME = 0.3
"""Seconds for which a slow one keeps an answer back: three times what the hasty client waits."""

Case = tuple[Party, str, str]


@pytest.fixture
async def case(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bench, str, Any]]:
    """An account, a verb, a fault."""
    party, verb, fault = request.param
    bench = await open_bench(party)
    yield bench, verb, fault
    for client in bench.clients:
        await client.close()
    await bench.fake.stop()


def called(case: Case) -> str:
    """`stripe-capture-html`."""
    return "-".join((case[0].name, *case[1:]))


def test_no_fault_is_left_out() -> None:
    """A switch that is added to the fakes is tried here."""
    assert set(RAISED) | set(TWISTS) == set(get_args(FaultKind))


@pytest.mark.parametrize("case", cells(tuple(RAISED)), ids=called, indirect=True)
async def test_no_answer_is_no_refusal_and_is_mended_with_one_effect(case: tuple[Bench, str, Any]) -> None:
    bench, verb, fault = case
    op, ask = await bench.ready(verb)
    before = bench.book(op)
    call = bench.party.call_of(verb)
    bench.fake.fail(fault, call, seconds=IN_TIME)
    with pytest.raises(RAISED[fault]):
        await ask(bench.hasty if fault in ("slow", "silent") else bench.account)
    if fault in NOTHING_DONE:
        assert bench.book(op) == before
    await mended(bench, op, verb, fault)
    assert len(set(bench.sent(verb))) <= 1, "a repeat has the same key and the same bytes"


async def mended(bench: Bench, op: Any, verb: str, fault: str) -> None:
    """What the rules make of it, and what the books say then."""
    held = (0, 50_000, 0) if verb == "capture" else (0, 0, 0)
    if fault == "error_after" and verb in bench.party.keeps_500 and verb == "prepare":
        with pytest.raises(Unknown):  # it is the answer for a day; `payments.elsewhere` takes a new key
            await again(bench.account, op)
        assert bench.book(op)["objects"] == 1
        return
    answer = await (bench.account.look_up(op) if verb == "look_up" else again(bench.account, op))
    book = bench.book(op)
    if verb == "prepare":
        assert isinstance(answer, Prepared)
        assert (book["objects"], book["charges"]) == (1, 0)
    elif verb == "close":
        assert isinstance(answer, Closed)
        assert (book["objects"], book["charges"]) == (1, 0)
    elif verb == "void" and bench.party.can.void == "expires":
        assert isinstance(answer, Pending)
        assert bench.sums(op) == (50_000, 0, 0)
    else:
        assert isinstance(answer, Approved)
        assert is_ours(op, answer)
        if verb in ("refund", "look_up"):
            held = (0, 50_000, 20_000 if verb == "refund" else 0)
        assert bench.sums(op) == held
        assert book["charges"] == 1


@pytest.mark.parametrize("fault", RAISED)
@pytest.mark.parametrize("verb", ["capture", "void", "refund", "close", "prepare"])
async def test_a_look_up_that_goes_wrong_says_neither_absent_nor_refused(
    bench: Bench, verb: str, fault: Any
) -> None:
    """Whatever was asked before: the worker looks first, and then has to know."""
    op, _ = await bench.ready(verb)
    if verb == "prepare" and bench.party.can.look_up["prepare"] != "own_id":
        with pytest.raises(Unknown):
            await bench.account.look_up(sent(op))
        return
    bench.fake.fail(fault, "look_up", seconds=IN_TIME)
    account = bench.hasty if fault in ("slow", "silent") else bench.account
    with pytest.raises(RAISED[fault]):
        await (account.close(op) if verb == "close" else account.look_up(sent(op)))
    assert bench.sent(verb) == []


@pytest.mark.parametrize("case", cells(TWISTS), ids=called, indirect=True)
async def test_an_answer_that_is_not_as_it_should_be_is_never_a_yes_to_our_sum(
    case: tuple[Bench, str, Any],
) -> None:
    """Paymenter#1258, InvoicePlane#1677, woocommerce-gateway-stripe#2720: it is told as it was said, and the
    rules refuse it; or it cannot be told."""
    bench, verb, twist = case
    op, ask = await bench.ready(verb)
    bench.fake.fail(twist, bench.party.call_of(verb), times=2)  # a look-up may be two calls
    says_it = twist != "other_mode" or verb in bench.party.tells_mode
    try:
        answer = await ask(bench.account)
    except (Unknown, Misconfigured):
        assert twist != "unknown_field" and says_it
        return
    assert not isinstance(answer, Declined)
    if isinstance(answer, Approved):
        assert twist != "unknown_value"
        assert is_ours(op, answer) == (twist == "unknown_field" or not says_it)
    elif twist in ("other_amount", "other_currency"):
        # Nobody is shown an object of another sum; that nothing is held any more has none.
        assert not isinstance(answer, Prepared)


@pytest.mark.parametrize("verb", ["prepare", "capture", "refund", "look_up", "close", "void"])
async def test_nobody_there_is_not_sent(party: Party, verb: str) -> None:
    client = ProcessorClient("http://127.0.0.1:9", 5)
    account = CONNECTORS[party.name].build(party.credentials, "test", client)
    op = payment(reference="order_1", parent="pi_1", charge="pay_1", kind="capture")
    op = payment(reference="pi_1") if party.name == "stripe" and verb in ("look_up", "close") else op
    with pytest.raises(NotSent):
        await getattr(account, verb)(op, *([None, None] if verb == "prepare" else []))
    await client.close()


async def test_too_many_says_when_to_come_again(bench: Bench) -> None:
    """A 429 with `Retry-After` costs no attempt, and is waited for."""
    op, ask = await bench.ready("prepare")
    bench.fake.fail("too_many", "prepare")
    with pytest.raises(NotSent) as not_sent:
        await ask(bench.account)
    assert not_sent.value.retry_after == 1
    assert bench.book(op) == {}


async def test_what_was_never_made_is_absent_only_where_that_can_be_known(bench: Bench) -> None:
    """hyperswitch#3716: a search that finds nothing says nothing. Absent, it may be sent; else never again."""
    op = sent(payment())
    if bench.party.can.look_up["prepare"] == "own_id":
        assert isinstance(await bench.account.look_up(op), Absent)
    else:
        with pytest.raises(Unknown):
            await bench.account.look_up(op)
    assert bench.book(op) == {}
    paid = await bench.taken()
    for ask in (following(paid, "refund", 100), following(await bench.held(), "capture")):
        assert isinstance(await bench.account.look_up(ask), Absent)


async def test_a_reference_that_was_theirs_and_is_not_found_cannot_tell(bench: Bench) -> None:
    """These are another account's credentials, or of the other mode; and no path is made of what is no id."""
    known = await bench.prepared()
    for reference in (f"{(known.reference or '')[:-3]}xyz", "../v1/account", "../payments"):
        asked = len(bench.fake.requests)
        for kind in ("prepare", "capture", "void", "close"):
            op = payment(kind=kind, reference=reference, parent=reference)
            with pytest.raises(Unknown):
                await (bench.account.close(op) if kind == "close" else bench.account.look_up(op))
        assert (len(bench.fake.requests) == asked) == reference.startswith("..")


async def test_an_answer_carries_what_the_rules_compare(bench: Bench) -> None:
    """Amount, currency and mode of each yes, and the ids there."""
    held = await bench.held()
    taken = await bench.account.capture(following(held, "capture"))
    refund = following(await bench.taken(), "refund", 20_000)
    back = await bench.account.refund(refund)
    assert (told(taken), taken.charge) == ((50_000, "INR", "test"), held.charge)
    assert told(back) == (20_000, "INR", "test")
    assert back.reference is not None and taken.reference == held.reference


def test_every_connector_is_tried() -> None:
    """One that is registered and not here would be tried by nobody."""
    assert {party.name for party in PARTIES} == set(CONNECTORS)
