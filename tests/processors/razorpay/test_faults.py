"""Whatever goes wrong is `NotSent`, `Unknown` or `Misconfigured`, never a refusal; a look-up mends it, and the
books show one effect.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Absent,
    Answer,
    Approved,
    Declined,
    Misconfigured,
    NotSent,
    Operation,
    OrderFacts,
    Prepared,
    Processor,
    Unknown,
)
from gateway.processors.razorpay.connector import CONNECTOR
from gateway.processors.transcript import recorded
from tests.processors.fakes.razorpay import KEY_SECRET, FakeRazorpay
from tests.processors.razorpay.conftest import CREDENTIALS
from tests.processors.razorpay.support import again, captured, payment, prepared, refund, to_capture

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
TWISTS = ["unknown_field", "unknown_value", "other_amount", "other_currency", "other_mode"]

Verb = Callable[[Operation], Awaitable[Any]]


async def _asked(account: Processor, fake: FakeRazorpay, verb: str) -> tuple[Operation, Verb]:
    """An operation that is about to be sent, and how it is sent."""
    if verb == "prepare":
        return payment(), lambda op: account.prepare(op, OrderFacts("order_of_ours"), None)
    if verb == "capture":
        op = await prepared(account)
        return to_capture(op, fake.do_pay(op.payment_id)["razorpay_payment_id"]), account.capture
    return refund(await captured(account, fake), 20000), account.refund


async def _mended(account: Processor, op: Operation, send: Verb) -> Answer | Prepared:
    """What the rules around a connector do: look up, and send again only what is absent."""
    found = await account.look_up(op)
    return await send(again(op)) if isinstance(found, Absent) else found


@pytest.mark.parametrize("fault", RAISED)
@pytest.mark.parametrize("verb", ["prepare", "capture", "refund"])
async def test_a_fault_is_sorted_and_mended(fake: FakeRazorpay, account: Processor, verb: str, fault: Any) -> None:
    op, send = await _asked(account, fake, verb)
    fake.fail(fault, verb, seconds=0.7)
    with pytest.raises(RAISED[fault]):
        await send(op)
    mended = await _mended(account, op, send)
    assert not isinstance(mended, Declined)
    book = fake.books()[op.payment_id]
    if verb == "prepare":
        assert book["objects"] == 1
    else:
        assert isinstance(mended, Approved)
        assert (book["captured"], book["refunded"]) == (50000, 20000 if verb == "refund" else 0)
        assert book["charges"] == 1


@pytest.mark.parametrize("fault", RAISED)
@pytest.mark.parametrize("kind", ["prepare", "capture", "void", "refund", "close"])
async def test_a_look_up_that_cannot_tell_is_never_absent_and_never_a_refusal(
    fake: FakeRazorpay, account: Processor, kind: Any, fault: Any
) -> None:
    op, _ = await _asked(account, fake, kind if kind in ("prepare", "capture", "refund") else "capture")
    fake.fail(fault, "look_up", seconds=0.7)
    with pytest.raises(RAISED[fault]):
        if kind == "close":
            await account.close(payment("close", op.payment_id))
        else:
            await account.look_up(op)


@pytest.mark.parametrize("twist", TWISTS)
@pytest.mark.parametrize("verb", ["prepare", "capture", "refund"])
async def test_an_answer_that_is_not_as_it_should_be_is_never_a_yes_to_our_sum(
    fake: FakeRazorpay, account: Processor, verb: str, twist: Any
) -> None:
    """The rules around a connector compare the sum; a connector has to tell it as it was told."""
    op, send = await _asked(account, fake, verb)
    fake.fail(twist, verb)
    try:
        answer = await send(op)
    except Unknown:
        assert twist != "unknown_field"
        return
    assert isinstance(answer, Prepared | Approved)
    if isinstance(answer, Approved):
        assert twist != "unknown_value"
        as_asked = (answer.amount, answer.currency, answer.mode) == (op.amount, op.currency, op.mode)
        # Which mode an answer is of Razorpay does not tell, and nobody can twist it.
        assert as_asked == (twist in ("unknown_field", "other_mode"))
    else:
        assert twist in ("unknown_field", "unknown_value", "other_mode")


@pytest.mark.parametrize("verb", ["prepare", "capture", "refund"])
async def test_nobody_there_is_not_sent(verb: str) -> None:
    client = ProcessorClient("http://127.0.0.1:9", 0.5)
    account = CONNECTOR.build(CREDENTIALS, "test", client)
    op = payment("capture", charge="pay_AAAAAAAAAAAAAA")
    with pytest.raises(NotSent):
        await getattr(account, verb)(op, *([None, None] if verb == "prepare" else []))
    await client.close()


async def test_a_5xx_with_a_reason_and_a_4xx_with_a_gateways_code_are_unknown(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.processors.fakes import razorpay_objects as make

    op = refund(await captured(account, fake), 20000)
    real = make.error
    for code in ("GATEWAY_ERROR", "SERVER_ERROR", "INTERNAL_SERVER_ERROR"):
        monkeypatch.setattr(make, "error", lambda *a, c=code: {"error": real(*a)["error"] | {"code": c}})
        fake.has_balance = False
        with pytest.raises(Unknown):
            await account.refund(op)


@pytest.mark.parametrize("body", [{"error": "no"}, {}, {"error": {"code": None}}])
async def test_a_refusal_without_a_reason_is_unknown(
    fake: FakeRazorpay, account: Processor, monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    from tests.processors.fakes import razorpay_objects as make

    op = refund(await captured(account, fake), 20000)
    monkeypatch.setattr(make, "error", lambda *_: body)
    fake.has_balance = False
    with pytest.raises(Unknown):
        await account.refund(op)


async def test_no_secret_and_no_person_is_in_a_transcript(fake: FakeRazorpay, client: ProcessorClient) -> None:
    account = CONNECTOR.build(CREDENTIALS, "test", client)
    with recorded() as calls:
        paid = await captured(account, fake)
        await account.refund(refund(paid, 100))
    kept = repr(calls)
    assert len(calls) == 6
    for canary in (KEY_SECRET, "void@example.com", "9999999999", "Authorization"):
        assert canary not in kept
    assert paid.payment_id in kept
