"""`localstripe` as a second Stripe: a stateful one that somebody else wrote, run as a program beside ours.

It judges what it knows: intents, capture in full and in part, cancel, declines, challenges, refunds. Where it is
behind, `Newer` speaks to it for the API version that we pin, and says nothing that localstripe does not:

* methods are set (`payment_method_types`, until 2026-09-30.endive) and not allowed; it does not tell them back;
* it does not tell `amount_capturable` and `amount_received`: they follow from its charge, and from the refund that
  it makes of the rest of a partial capture (Stripe did, until 2025-03-31.basil).

What it cannot judge: idempotency keys (it ignores them, so a repeated prepare makes a second intent), a refund of
more than was taken (it pays it), `created` filters of lists, `description`, disputes, payouts, `GET /v1/account`,
UPI, error codes, signatures. These are judged by the SDK's types, or by nothing but our own fake.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import (
    Absent,
    ActionRequired,
    Approved,
    Closed,
    Credentials,
    Declined,
    Operation,
    OrderFacts,
    Prepared,
    Unknown,
)
from gateway.processors.stripe.connector import Stripe, build
from tests.processors.stripe.asking import PATIENCE_SECONDS, following, payment

# It listens on every address by itself; here on loopback.
_PROGRAM = (
    "import sys; from aiohttp import web; from localstripe.server import app;"
    "web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]))"
)
_KEY = ("sk_test_12345", "")


class Newer(httpx.AsyncBaseTransport):
    """Between our connector and localstripe: the words of a later API version."""

    def __init__(self) -> None:
        self._http = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask as localstripe knows it, and add what it leaves out."""
        content = (await request.aread()).replace(b"allowed_payment_method_types", b"payment_method_types")
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        asked = httpx.Request(request.method, request.url, headers=headers, content=content)
        answer = await self._http.handle_async_request(asked)
        body = json.loads(await answer.aread())
        if isinstance(body, dict) and body.get("object") == "payment_intent":
            body = self._told(body)
        return httpx.Response(answer.status_code, json=body)

    def _told(self, intent: dict[str, Any]) -> dict[str, Any]:
        charge = intent["latest_charge"] or {}
        # Our refunds have our id; the rest of a partial capture has none.
        rest = [refund for refund in charge.get("refunds", {}).get("data", []) if not refund["metadata"]]
        left = charge.get("amount", 0) - sum(refund["amount"] for refund in rest)
        return intent | {
            "payment_method_types": ["card"],
            "amount_capturable": intent["amount"] if intent["status"] == "requires_capture" else 0,
            "amount_received": left if intent["status"] == "succeeded" else 0,
        }

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """localstripe, running; nothing of earlier runs is loaded."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    program = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(number)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                probe.settimeout(1)
                if program.poll() is not None:
                    raise RuntimeError(f"localstripe ended with {program.returncode}")
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    break
            time.sleep(0.1)
        yield number
    finally:
        program.terminate()
        program.wait()


@pytest.fixture
async def stripe(port: int) -> AsyncIterator[Stripe]:
    """Our connector, at localstripe."""
    client = ProcessorClient(f"http://127.0.0.1:{port}", PATIENCE_SECONDS, Newer())
    yield build(Credentials("pk_test_12345", {"secret_key": _KEY[0]}), "test", client)
    await client.close()


async def prepared(stripe: Stripe, *, capture: bool = True) -> Operation:
    """An intent that can be paid."""
    op = payment(capture=capture)
    made = await stripe.prepare(op, OrderFacts("order_1"), None)
    assert isinstance(made, Prepared)
    return replace(op, reference=made.reference)


async def pay(port: int, op: Operation, number: str = "4242424242424242", *, ends: int = 200) -> None:
    """What the shopper's browser would do: a payment method for the card, then confirm the intent with it."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/v1", auth=_KEY, trust_env=False) as browser:
        card = {"card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2034", "card[cvc]": "123"}
        method = (await browser.post("/payment_methods", data={"type": "card", **card})).json()
        intent = f"/payment_intents/{op.reference}"
        assert (await browser.post(intent, data={"payment_method": method["id"]})).status_code == 200
        assert (await browser.post(f"{intent}/confirm")).status_code == ends


async def test_an_intent_is_prepared_paid_and_told_as_taken(stripe: Stripe, port: int) -> None:
    """Our form is one that localstripe takes whole: what it does not know it refuses."""
    op = await prepared(stripe)
    answer = await stripe.look_up(op)
    assert isinstance(answer, ActionRequired)
    assert (answer.amount, answer.currency, answer.mode, answer.declined) == (50_000, "INR", "test", None)
    await pay(port, op)
    answer = await stripe.look_up(op)
    assert isinstance(answer, Approved)
    assert (answer.captured, answer.amount, answer.currency) == (True, 50_000, "INR")
    assert answer.charge is not None
    assert answer.charge.startswith("ch_")


async def test_our_ids_are_on_its_intent(stripe: Stripe, port: int) -> None:
    """As it reads our form."""
    op = await prepared(stripe, capture=False)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/v1", auth=_KEY, trust_env=False) as http:
        intent = (await http.get(f"/payment_intents/{op.reference}")).json()
    assert intent["metadata"] == {"payment_id": op.payment_id, "order_id": "order_1"}
    assert (intent["amount"], intent["currency"], intent["capture_method"]) == (50_000, "inr", "manual")


async def test_a_decline_is_a_try_and_another_card_may_succeed(stripe: Stripe, port: int) -> None:
    """`requires_payment_method` with `last_payment_error`."""
    op = await prepared(stripe)
    await pay(port, op, "4000000000000341", ends=402)
    answer = await stripe.look_up(op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is not None
    assert (answer.declined.code, answer.declined.raw) == ("PAYMENT_DECLINED", "card_declined")


async def test_a_challenge_is_for_the_shopper(stripe: Stripe, port: int) -> None:
    """`requires_action`."""
    op = await prepared(stripe)
    await pay(port, op, "4000002500003155")
    answer = await stripe.look_up(op)
    assert isinstance(answer, ActionRequired)
    assert (answer.raw, answer.declined) == ("requires_action", None)


@pytest.mark.parametrize("amount", [50_000, 20_000])
async def test_a_hold_is_captured_once_in_full_or_in_part(stripe: Stripe, port: int, amount: int) -> None:
    """The second asking is refused by it, and a yes for us."""
    op = await prepared(stripe, capture=False)
    await pay(port, op)
    held = await stripe.look_up(op)
    assert isinstance(held, Approved)
    assert (held.captured, held.amount) == (False, 50_000)
    ask = following(op, "capture", amount)
    assert isinstance(await stripe.look_up(ask), Absent)
    for answer in (await stripe.capture(ask), await stripe.capture(ask), await stripe.look_up(ask)):
        assert isinstance(answer, Approved)
        assert (answer.captured, answer.amount) == (True, amount)


async def test_more_than_is_held_is_refused(stripe: Stripe, port: int) -> None:
    """And the hold stays."""
    op = await prepared(stripe, capture=False)
    await pay(port, op)
    answer = await stripe.capture(following(op, "capture", 50_001))
    assert isinstance(answer, Declined)
    assert answer.code == "CAPTURE_REFUSED"
    assert isinstance(await stripe.look_up(following(op, "capture")), Absent)


async def test_a_hold_is_released_and_twice_is_a_yes(stripe: Stripe, port: int) -> None:
    """`cancel`, without a parameter."""
    op = await prepared(stripe, capture=False)
    await pay(port, op)
    ask = following(op, "void")
    assert isinstance(await stripe.look_up(ask), Absent)
    for answer in (await stripe.void(ask), await stripe.void(ask), await stripe.look_up(ask)):
        assert isinstance(answer, Approved)
        assert (answer.captured, answer.raw) == (False, "canceled")


async def test_what_is_taken_is_not_voided_and_what_is_open_is_closed(stripe: Stripe, port: int) -> None:
    """A close tells money that came before it."""
    taken = await prepared(stripe)
    await pay(port, taken)
    assert isinstance(await stripe.void(following(taken, "void")), Declined)
    assert isinstance(await stripe.close(replace(taken, kind="close")), Approved)
    op = await prepared(stripe)
    for _ in range(2):
        assert isinstance(await stripe.close(replace(op, kind="close")), Closed)


async def test_two_refunds_are_found_by_our_ids(stripe: Stripe, port: int) -> None:
    """By reference, and among all of the intent's."""
    op = await prepared(stripe)
    await pay(port, op)
    first, second = following(op, "refund", 20_000), following(op, "refund", 5_000)
    assert await stripe.look_up(first) == Absent()
    made = await stripe.refund(first)
    await stripe.refund(second)
    for ask, amount in ((first, 20_000), (second, 5_000), (replace(first, reference=made.reference), 20_000)):
        answer = await stripe.look_up(ask)
        assert isinstance(answer, Approved)
        assert (answer.amount, answer.currency) == (amount, "INR")
    told = {refund.own_id: refund.amount for refund in await stripe.refunds_of(op)}
    assert told == {first.own_id: 20_000, second.own_id: 5_000}


async def test_what_it_does_not_have_cannot_be_told(stripe: Stripe) -> None:
    """404."""
    with pytest.raises(Unknown):
        await stripe.look_up(payment(reference="pi_of_somebody_else"))


async def test_what_is_said_of_it_above_is_so(port: int) -> None:
    """Where it learns more, this fails, and it can judge more."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/v1", auth=_KEY, trust_env=False) as http:
        form = {"amount": "100", "currency": "inr"}
        made = [
            (await http.post("/payment_intents", data=form, headers={"Idempotency-Key": "1"})).json() for _ in "ab"
        ]
        assert made[0]["id"] != made[1]["id"]
        assert not {"amount_received", "amount_capturable", "payment_method_types"} & set(made[0])
        for refused in ({"allowed_payment_method_types[0]": "card"}, {"description": "Two shirts"}):
            assert (await http.post("/payment_intents", data={**form, **refused})).status_code == 400
        assert (await http.get("/payment_intents", params={"created[gte]": "1"})).status_code == 400
        for missing in ("/account", "/disputes"):
            assert (await http.get(missing)).status_code == 404
