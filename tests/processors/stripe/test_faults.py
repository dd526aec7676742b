"""What goes wrong on the way: never a refusal, and mended by a look or a repeat, with one effect in the books."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Credentials,
    Declined,
    Misconfigured,
    NotSent,
    Unknown,
)
from gateway.processors.stripe.connector import Stripe, build
from tests.processors.fakes.faults import FaultKind
from tests.processors.stripe.asking import PATIENCE_SECONDS, following, payment

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
