"""What goes wrong on the way: never a refusal, and mended by a look or a repeat, with one effect in the books."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Approved,
    Closed,
    Credentials,
    Declined,
    Misconfigured,
    NotSent,
    Operation,
    Prepared,
    Unknown,
)
from gateway.processors.stripe.connector import Stripe, build
from tests.processors.fakes.base import FaultKind
from tests.processors.stripe.asking import ORDER, PATIENCE_SECONDS, Shop, following, open_account, payment

VERBS = ("prepare", "capture", "void", "refund", "close", "look_up")

RAISED: dict[FaultKind, type[Exception]] = {
    "lose_request": Unknown,
    "lose_answer": Unknown,
    "error_after": Unknown,
    "error_before": Unknown,
    "html": Unknown,
    "conflict": Unknown,
    "too_many": NotSent,
    "refused_key": Misconfigured,
    "slow": Unknown,
    "silent": Unknown,
    "cut": Unknown,
    "empty": Unknown,
}
NOTHING_DONE = ("lose_request", "error_before", "html", "conflict", "too_many", "refused_key", "silent")


Ask = Callable[[Stripe], Awaitable[Any]]


async def _ready(shop: Shop, verb: str) -> tuple[Operation, Ask, dict[str, Any]]:
    """The operation of a verb, how an account is asked, and what the books have to say once it is done."""
    if verb == "prepare":
        op = payment()
        return op, lambda stripe: stripe.prepare(op, ORDER, None), {"objects": 1, "charges": 0}
    if verb in ("capture", "void"):
        op = following(await shop.held(), verb)
        done = {"held": 0, "captured": 50_000 if verb == "capture" else 0, "charges": 1, "refunded": 0}
    elif verb == "refund":
        op = following(await shop.taken(), verb, 20_000)
        done = {"captured": 50_000, "refunded": 20_000}
    else:
        op = replace(await shop.prepared(), kind="close") if verb == "close" else await shop.taken()
        done = {"objects": 1}
    return op, lambda stripe: getattr(stripe, verb)(op), done


@pytest.mark.parametrize("fault", RAISED)
@pytest.mark.parametrize("verb", VERBS)
async def test_no_answer_is_no_refusal_and_a_repeat_has_one_effect(
    shop: Shop, verb: str, fault: FaultKind
) -> None:
    """hyperswitch#13180 #2380 #9622: a time-out, a 500, a 502 with HTML, a 429 are no decline."""
    op, ask, done = await _ready(shop, verb)
    before = shop.fake.books().get(op.payment_id)
    shop.fake.fail(fault, verb, seconds=5)
    hasty = open_account(shop.fake, shop.port, timeout=1.0 if fault in ("slow", "silent") else PATIENCE_SECONDS)
    with pytest.raises(RAISED[fault]):
        await ask(hasty.stripe)
    await hasty.stripe.client.close()
    now = shop.fake.books().get(op.payment_id)
    assert now == (before if fault in NOTHING_DONE or now is None else now | done)
    if fault == "error_after" and verb in ("prepare", "refund"):
        # Stripe keeps the 500 under the key: a repeat tells nothing, a look does.
        with pytest.raises(Unknown):
            await ask(shop.stripe)
        if verb == "refund":
            assert isinstance(await shop.stripe.look_up(op), Approved)
    else:
        answer = await ask(shop.stripe)
        assert isinstance(answer, Closed if verb == "close" else Prepared if verb == "prepare" else Approved)
    book = shop.book(op)
    assert book | done == book
    if verb == "prepare":
        bodies = {call["body"] for call in shop.sent("prepare")}
        assert len(bodies) == 1


@pytest.mark.parametrize("verb", VERBS)
async def test_a_field_that_nobody_knows_changes_nothing(shop: Shop, verb: str) -> None:
    """Stripe adds fields at any time."""
    _, ask, _ = await _ready(shop, verb)
    shop.fake.fail("unknown_field", "*", times=2)
    assert isinstance(await ask(shop.stripe), Approved | Prepared | Closed)


@pytest.mark.parametrize("verb", ["capture", "void", "refund", "close", "look_up"])
async def test_a_status_that_nobody_knows_cannot_be_told(shop: Shop, verb: str) -> None:
    """Neither a yes nor a no (hyperswitch#3675)."""
    _, ask, _ = await _ready(shop, verb)
    shop.fake.fail("unknown_value", verb)
    with pytest.raises(Unknown) as unknown:
        await ask(shop.stripe)
    assert unknown.value.raw == "a_status_of_tomorrow"


@pytest.mark.parametrize("verb", ["capture", "refund", "look_up"])
async def test_another_amount_currency_or_mode_is_told_as_stripe_says_it(shop: Shop, verb: str) -> None:
    """For the rules to see (rule 3): Paymenter#1258, InvoicePlane#1677, woocommerce-gateway-stripe#2720."""
    op, ask, _ = await _ready(shop, verb)
    shop.fake.fail("other_amount", verb)
    answer = await ask(shop.stripe)
    assert isinstance(answer, Approved)
    assert answer.amount == op.amount + 1
    op, ask, _ = await _ready(shop, verb)
    shop.fake.fail("other_currency", verb)
    answer = await ask(shop.stripe)
    assert isinstance(answer, Approved)
    assert answer.currency == "USD"
    op, ask, _ = await _ready(shop, verb)
    shop.fake.fail("other_mode", verb)
    answer = await ask(shop.stripe)
    assert isinstance(answer, Approved)
    # A refund does not say its mode: there is nothing to twist.
    assert answer.mode == ("test" if verb == "refund" else "live")


async def test_prepare_shows_no_shopper_an_intent_that_is_not_ours(shop: Shop) -> None:
    """Of another amount or currency: unknown. Of the other mode: these are not the account's keys."""
    faults: dict[FaultKind, type[Exception]] = {
        "other_amount": Unknown, "other_currency": Unknown, "other_mode": Misconfigured,
    }  # fmt: skip
    for fault, error in faults.items():
        shop.fake.fail(fault, "prepare")
        with pytest.raises(error):
            await shop.stripe.prepare(payment(), ORDER, None)


async def test_nobody_there_is_not_sent(shop: Shop) -> None:
    """No connection: nothing has happened."""
    await shop.fake.stop()
    for ask in (shop.stripe.capture, shop.stripe.refund, shop.stripe.look_up, shop.stripe.close):
        with pytest.raises(NotSent):
            await ask(payment(parent="pi_1"))
    with pytest.raises(NotSent):
        await shop.stripe.prepare(payment(), ORDER, None)


async def test_too_many_says_when_to_come_again(shop: Shop) -> None:
    """429 with `Retry-After`."""
    shop.fake.fail("too_many", "prepare")
    with pytest.raises(NotSent) as not_sent:
        await shop.stripe.prepare(payment(), ORDER, None)
    assert not_sent.value.retry_after == 1


async def test_an_answer_of_another_kind_is_unknown() -> None:
    """A proxy that answers 200 with something else, a list without an end, an amount that is text."""
    import json

    import httpx

    bodies: list[Any] = []
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=json.dumps(bodies[0]).encode()))
    client = ProcessorClient("http://stripe.invalid", PATIENCE_SECONDS, transport)
    stripe = build(Credentials("pk_test_x", {"secret_key": "sk_test_x"}), "test", client)
    intent = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "succeeded",
        "currency": "inr",
        "livemode": False,
    }
    wrong = [
        [],
        {"status": "ok"},
        {**intent, "amount": "50000", "amount_received": "50000"},
        {**intent, "amount": 50000.0, "amount_received": 50000.0},
        {**intent, "amount": True, "amount_received": True},
        {**intent, "amount": 5, "amount_received": 5, "currency": "xyz"},
        {**intent, "amount": 5, "amount_received": 5, "id": None},
        {**intent, "amount": 5, "amount_received": 5, "currency": "isk"},
    ]
    for body in wrong:
        bodies[:] = [body]
        with pytest.raises(Unknown):
            await stripe.look_up(payment(reference="pi_1"))
    for page in ({"data": None}, {"data": []}, {"data": [1], "has_more": False}, {"data": [], "has_more": True}):
        bodies[:] = [page]
        with pytest.raises(Unknown):
            await stripe.look_up(following(payment(reference="pi_1"), "refund"))
    await client.close()


async def test_refusals_that_say_nothing_are_unknown() -> None:
    """A 400 without an error of Stripe's, or with one that is about a key and not about the request."""
    import httpx

    answers: list[httpx.Response] = []
    client = ProcessorClient(
        "http://stripe.invalid", PATIENCE_SECONDS, httpx.MockTransport(lambda _: answers.pop(0))
    )
    stripe = build(Credentials("pk_test_x", {"secret_key": "sk_test_x"}), "test", client)
    for status, body in (
        (400, {"message": "blocked"}),
        (404, {"error": "not found"}),
        (400, {"error": {"type": "idempotency_error", "message": "other parameters"}}),
        (402, {"error": {"type": "api_error", "message": "try again"}}),
        (400, {"error": {}}),
    ):
        for ask in (stripe.capture, stripe.refund, stripe.void):
            answers[:] = [httpx.Response(status, json=body)]
            answer: Any = None
            with pytest.raises(Unknown):
                answer = await ask(payment(parent="pi_1"))
            assert not isinstance(answer, Declined)
    await client.close()
