"""Amounts: what is sent, charged and told is the same sum, in whatever units the processor counts.

lunar#2601, saleor#18196, woocommerce-gateway-stripe#2720, adyen-commercetools#1085: never rounded, never guessed.
"""

from collections.abc import AsyncIterator

import pytest

from gateway.money import CURRENCY_DIGITS
from gateway.processors.protocol import Approved, Misconfigured
from gateway.processors.routes.model import Wanted
from gateway.processors.routes.terms import RoutedAccount
from tests.processors.conformance.port.bench import ORDER, Bench, following, open_bench, payment, told
from tests.processors.conformance.port.parties import PARTIES, RAZORPAY, STRIPE, Party
from tests.processors.conformance.port.rules import is_ours

LARGE = 1_234_500


def amounts(party: Party) -> list[tuple[str, int]]:
    """Of every number of digits and every exception: the least and the most that it takes, and one between."""
    of_digits = {CURRENCY_DIGITS[code]: code for code in ("JPY", "INR", "KWD")}
    codes = [*of_digits.values(), "USD", "HUF", *party.exceptional]
    return [
        (code, amount)
        for code in codes
        for step in [party.can.steps.get(code, 1)]
        for least in [max(party.can.least.get(code, step), step)]
        for most in [party.can.most.get(code, 10**11)]
        for amount in (least, LARGE, most - most % step)
    ]


def refused(party: Party) -> list[tuple[str, int]]:
    """What it does not take: under the least, over the most, between the steps, an unlisted currency, nothing."""
    can = party.can
    return [
        *((code, least - 1) for code, least in can.least.items() if code in ("INR", "USD", "JPY", "HUF")),
        *((code, most + can.steps.get(code, 1)) for code, most in can.most.items() if code in ("INR", "ISK")),
        *((code, 10 * step + 1) for code, step in can.steps.items()),
        *((code, 50_000) for code in party.unlisted),
        ("JPY", 0),
    ]


@pytest.fixture
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """An account with empty books."""
    made = await open_bench(request.param)
    yield made
    for client in made.clients:
        await client.close()
    await made.fake.stop()


def spelled(value: object) -> str:
    """The part of a case's name."""
    return value.name if isinstance(value, Party) else str(value)


@pytest.mark.parametrize(
    ("bench", "code", "amount"),
    [(party, *one) for party in PARTIES for one in amounts(party)],
    indirect=["bench"],
    ids=spelled,
)
async def test_the_same_sum_is_charged_and_told(bench: Bench, code: str, amount: int) -> None:
    """The fakes' books count by tables of their own."""
    op = await bench.held(amount=amount, currency=code)
    answer = await bench.account.capture(following(op, "capture"))
    assert isinstance(answer, Approved)
    assert told(answer) == (amount, code, "test")
    back = following(op, "refund", amount)
    answer = await bench.account.refund(back)
    assert is_ours(back, answer)
    assert bench.sums(op) == (0, amount, amount)
    assert bench.book(op)["currency"] == code


@pytest.mark.parametrize(
    ("bench", "code", "amount"),
    [(party, *one) for party in PARTIES for one in refused(party)],
    indirect=["bench"],
    ids=spelled,
)
async def test_what_is_not_taken_is_refused_unsent(bench: Bench, code: str, amount: int) -> None:
    """And routing knows: such a payment goes to somebody else."""
    op = payment(amount=amount, currency=code)
    with pytest.raises(Misconfigured):
        await bench.account.prepare(op, ORDER, None)
    assert bench.fake.requests == []
    assert bench.party.can.why_not("card", code, amount) is not None


@pytest.mark.parametrize("bench", PARTIES, indirect=True, ids=spelled)
async def test_what_cannot_be_said_in_its_units_is_not_paid_back_or_captured_in_part(bench: Bench) -> None:
    """Three digits go in tens: refused, not rounded, and not sent."""
    op = await bench.taken(currency="KWD", amount=99_990)
    for kind, code in (
        ("refund", "REFUND_DECLINED"),
        *([("capture", "CAPTURE_REFUSED")] if _parts(bench) else []),
    ):
        answer = await getattr(bench.account, kind)(following(op, kind, 12_345))  # type: ignore[arg-type]
        assert answer.code == code
        assert bench.sent(kind) == []


def _parts(bench: Bench) -> bool:
    return bench.party.can.partial_capture


@pytest.mark.parametrize("bench", PARTIES, indirect=True, ids=spelled)
async def test_an_operation_of_the_other_mode_is_sent_to_nobody(bench: Bench) -> None:
    """A live operation never reaches a test account."""
    op = payment(mode="live", reference="order_1", parent="order_1", charge="pay_1")
    with pytest.raises(Misconfigured):
        await bench.account.prepare(op, ORDER, None)
    for kind in ("capture", "refund"):
        with pytest.raises(Misconfigured):
            await getattr(bench.account, kind)(op)
    assert bench.fake.requests == []


@pytest.mark.parametrize("bench", PARTIES, indirect=True, ids=spelled)
async def test_money_that_was_taken_of_another_sum_is_told_as_it_is(bench: Bench) -> None:
    """Whoever took it: it is a question for a person, and neither a yes nor a refusal (rule 3)."""
    op = await bench.held()
    if bench.party.can.partial_capture:
        bench.fake.act("capture_in_dashboard", payment_id=op.payment_id, amount=20_000)
    else:
        op = await bench.prepared()
        bench.fake.act("pay", payment_id=op.payment_id, amount=20_000)
    answer = await bench.account.look_up(op)
    assert isinstance(answer, Approved)
    assert answer.amount == 20_000
    assert not is_ours(op, answer)


LIMITS = (
    (STRIPE, "INR", 99, True),
    (STRIPE, "INR", 10_000_001, True),
    (STRIPE, "USD", 50_000, True),
    (STRIPE, "INR", 50_000, False),
    (RAZORPAY, "USD", 50_000, True),
)
"""Of UPI: the least, the most, another currency, and money that is to be held."""


@pytest.mark.parametrize(("bench", "code", "amount", "capture"), LIMITS, indirect=["bench"], ids=spelled)
async def test_what_a_method_does_not_take_routing_knows(
    bench: Bench, code: str, amount: int, capture: bool
) -> None:
    """Refused unsent here, and by routes before it comes here, so that another account takes it."""
    op = payment(method="upi", amount=amount, currency=code, capture=capture)
    with pytest.raises(Misconfigured):
        await bench.account.prepare(op, ORDER, None)
    assert bench.fake.requests == []
    wanted = Wanted("upi", code, amount, "qr", manual=not capture)
    account = RoutedAccount("acct_1", bench.party.name, None, "enabled", False, False)
    assert account.why_not(wanted) is not None
    assert account.why_not(Wanted("card", code, amount, manual=not capture)) is None or amount < 100


@pytest.mark.parametrize("bench", PARTIES, indirect=True, ids=spelled)
async def test_upi_is_taken_from_its_least_to_its_most(bench: Bench) -> None:
    for amount in (100, 10_000_000):
        op = await bench.taken(method="upi", amount=amount)
        assert bench.sums(op) == (0, amount, 0)
        assert bench.party.can.why_not("upi", "INR", amount, "intent") is None
