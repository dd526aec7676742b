"""Stripe's own SDK as the judge: of the requests that our connector makes, of the answers that our fake gives, and
of signatures, in both directions.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import stripe
from stripe import params

from gateway.processors.protocol import OrderFacts
from gateway.processors.stripe.calls import API_VERSION
from tests.processors.fakes.exchange import FakeReply, FakeRequest
from tests.processors.fakes.stripe import StripeFake
from tests.processors.fakes.stripe_wire import nested
from tests.processors.judges.stripe_types import faults_of_answer, faults_of_request
from tests.processors.stripe.asking import ORDER, Shop, following, open_account, payment

CALLS: dict[tuple[str, str], type] = {
    ("GET", "/v1/account"): params.AccountRetrieveCurrentParams,
    ("POST", "/v1/payment_intents"): params.PaymentIntentCreateParams,
    ("GET", "/v1/payment_intents"): params.PaymentIntentListParams,
    ("GET", "/v1/payment_intents/{id}"): params.PaymentIntentRetrieveParams,
    ("POST", "/v1/payment_intents/{id}/capture"): params.PaymentIntentCaptureParams,
    ("POST", "/v1/payment_intents/{id}/cancel"): params.PaymentIntentCancelParams,
    ("POST", "/v1/refunds"): params.RefundCreateParams,
    ("GET", "/v1/refunds"): params.RefundListParams,
    ("GET", "/v1/refunds/{id}"): params.RefundRetrieveParams,
    ("GET", "/v1/disputes"): params.DisputeListParams,
    ("GET", "/v1/payouts"): params.PayoutListParams,
    ("GET", "/v1/balance_transactions"): params.BalanceTransactionListParams,
}
"""Every call of the connector, with the SDK's type of its parameters."""


class Witness(StripeFake):
    """Keeps what was answered to what."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[FakeRequest, FakeReply]] = []

    def answer(self, request: FakeRequest) -> FakeReply:
        """As ever."""
        reply = super().answer(request)
        self.seen.append((request, reply))
        return reply


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """An account at a fake that keeps its answers."""
    fake = Witness()
    shop = open_account(fake, await fake.start())
    yield shop
    await shop.stripe.client.close()
    await fake.stop()


async def live_through_everything(shop: Shop) -> None:
    """Every verb of the connector, every act of the fake, every state that an object can have."""
    stripe, act = shop.stripe, shop.fake.act
    await stripe.check()
    await stripe.prepare(payment(), OrderFacts("order_1", "receipt_1", "Two shirts"), None)
    for code in ("insufficient_funds", "expired_card", "payment_intent_authentication_failure"):
        op = await shop.prepared()
        act("challenge", payment_id=op.payment_id)
        await stripe.look_up(op)
        act("process_later", payment_id=op.payment_id)
        await stripe.look_up(op)
        act("decline", payment_id=op.payment_id, code=code)
        await stripe.look_up(op)
        await stripe.close(replace(op, kind="close"))
    op = await shop.held()
    await stripe.look_up(op)
    await stripe.capture(following(op, "capture", 60_000))
    for _ in range(2):
        await stripe.capture(following(op, "capture", 40_000))
    for status in ("succeeded", "pending", "requires_action"):
        act("refunds_become", status=status)
        ask = following(op, "refund", 5_000)
        answer = await stripe.refund(ask)
        await stripe.look_up(replace(ask, reference=answer.reference))
    act("settle_refund", refund=ask.own_id)
    act("fail_refund", refund=ask.own_id)
    act("refund_in_dashboard", payment_id=op.payment_id, amount=1_000)
    await stripe.refund(following(op, "refund", 50_000))
    await stripe.refunds_of(op)
    await stripe.void(following(await shop.held(), "void"))
    await stripe.void(following(op, "void"))
    upi = await shop.taken(method="upi")
    await stripe.look_up(upi)
    await stripe.refund(following(upi, "refund", 10_000))
    disputed = await shop.taken(amount=90_000)
    made = act("dispute", payment_id=disputed.payment_id, amount=20_000)
    await stripe.disputes_of(disputed)
    await stripe.refund(following(disputed, "refund"))
    act("close_dispute", dispute=made["id"], status="won")
    await stripe.disputes_of(disputed)
    assert [known async for known in stripe.list_since(datetime.now(UTC) - timedelta(hours=1))]
    assert [known async for known in stripe.refunds_since(datetime.now(UTC) - timedelta(hours=1))]
    day = date.fromisoformat(act("settle")["day"])
    assert sum([line.net async for line in stripe.settlements(day)]) == 0
    await shop.taken()
    act("settle", automatic=False)
    assert [line async for line in stripe.settlements(day)]


def _shape(path: str) -> str:
    return re.sub(r"/(pi|re)_[A-Za-z0-9]+", "/{id}", path)


async def test_every_request_has_the_parameters_that_the_sdk_knows(shop: Shop) -> None:
    """Path, method and each parameter with its type; and every call of the connector was made."""
    await live_through_everything(shop)
    made = set()
    for call in shop.fake.requests:
        place = (call["method"], _shape(call["path"]))
        fields = nested(call["fields"] if call["method"] == "POST" else call["query"])
        assert faults_of_request(fields, CALLS[place]) == [], call
        assert call["headers"]["stripe-version"] == API_VERSION
        made.add(place)
    assert made == set(CALLS)


async def test_every_answer_of_the_fake_is_what_the_sdk_says_it_is(shop: Shop) -> None:
    """Each field of each object, list, error and event."""
    await live_through_everything(shop)
    assert isinstance(shop.fake, Witness)
    kinds = set()
    for request, reply in shop.fake.seen:
        assert faults_of_answer(reply.body) == [], (request.method, request.path)
        kinds.add(reply.body.get("object", "error"))
    assert kinds == {"account", "payment_intent", "refund", "list", "error"}
    assert {item["object"] for _, reply in shop.fake.seen for item in reply.body.get("data", [])} == {
        "payment_intent", "refund", "dispute", "payout", "balance_transaction",
    }  # fmt: skip
    for event in shop.fake.events:
        assert faults_of_answer(event) == [], event["type"]
    for entity in shop.fake.objects.values():
        assert faults_of_answer(entity) == []


def test_the_judge_finds_faults() -> None:
    """A judge that lets everything pass would be none."""
    whole = {"amount": "100", "currency": "inr", "metadata": {"a": "b"}}
    judged = params.PaymentIntentCreateParams
    assert faults_of_request(whole, judged) == []
    for wrong in (
        {"amount": "1.5"},
        {"amount_to_capture": "100"},
        {"capture_method": "by_hand"},
        {"metadata": "text"},
        {"api_key": "sk_test_x"},
        {"payment_method_types": {"0": "card"}},
        {"allowed_payment_method_types": {"0": "cards"}},
        {"payment_method_options": {"card": {"no_such": "1"}}},
    ):
        assert len(faults_of_request({**whole, **wrong}, judged)) == 1, wrong
    assert faults_of_request({"currency": "inr"}, judged) == ["PaymentIntentCreateParams.amount is missing"]
    fake = StripeFake()
    intent = fake.create_intent({"amount": "100", "currency": "inr"})
    assert faults_of_answer(intent) == []
    for odd in (
        {"status": "paid"},
        {"amount": "100"},
        {"amount": 1.5},
        {"livemode": None},
        {"a_field": 1},
        {"latest_charge": {"object": "charge"}},
        {"last_payment_error": {"type": "card_error", "code": "no_such_code"}},
    ):
        assert faults_of_answer({**intent, **odd}) != [], odd
    del intent["client_secret"]
    assert faults_of_answer(intent) == []
    del intent["metadata"]
    assert faults_of_answer(intent) == ["payment_intent.metadata is missing"]


def _sdk(shop: Shop) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_fake", base_addresses={"api": f"http://127.0.0.1:{shop.port}"}, max_network_retries=0
    )


async def test_the_sdk_makes_the_same_requests(shop: Shop) -> None:
    """Asked for the same, Stripe's SDK sends the same method, path and fields, under the same key."""
    client = _sdk(shop).v1
    op = await shop.held()
    ours = payment(payment_id=op.payment_id, key="key-1")
    await shop.stripe.prepare(ours, ORDER, None)
    await shop.stripe.look_up(op)
    await shop.stripe.capture(following(op, "capture", 40_000))
    ask = following(op, "refund", 5_000)
    made = await shop.stripe.refund(ask)
    await shop.stripe.look_up(ask)
    await shop.stripe.look_up(replace(ask, reference=made.reference))
    closed = await shop.prepared()
    await shop.stripe.close(replace(closed, kind="close"))
    calls = [call for call in shop.fake.requests if call["operation"] != "prepare"]
    calls += [call for call in shop.sent("prepare") if call["headers"].get("idempotency-key") == "key-1"]
    shop.fake.requests.clear()
    intent, refund = op.reference or "", made.reference or ""
    metadata = {"payment_id": op.payment_id, "order_id": ORDER.order_id, "receipt": ORDER.receipt or ""}

    def repeat() -> None:
        client.payment_intents.retrieve(intent, {"expand": ["latest_charge"]})
        _refused(lambda: client.payment_intents.capture(intent, {"amount_to_capture": 40_000}))
        client.refunds.create(
            {
                "payment_intent": intent,
                "amount": 5_000,
                "metadata": {"refund_id": ask.own_id, "payment_id": op.payment_id},
            },
            {"idempotency_key": ask.key},
        )
        client.refunds.list({"payment_intent": intent, "limit": 100})
        client.refunds.retrieve(refund)
        client.payment_intents.retrieve(closed.reference or "", {"expand": ["latest_charge"]})
        _refused(lambda: client.payment_intents.cancel(closed.reference or ""))
        client.payment_intents.create(
            {
                "amount": 50_000,
                "currency": "inr",
                "capture_method": "automatic",
                "allowed_payment_method_types": ["card"],
                "metadata": metadata,
            },
            {"idempotency_key": "key-1"},
        )

    await asyncio.to_thread(repeat)
    assert [_told(call) for call in shop.fake.requests] == [_told(call) for call in calls]
    assert shop.book(op)["refunded"] == 5_000
    keys = [call["headers"].get("idempotency-key") for call in calls]
    assert [key for key in keys if key] == [ask.key, "key-1"]


def _told(call: dict[str, Any]) -> tuple[Any, ...]:
    fields = nested(call["fields"] if call["method"] == "POST" else call["query"])
    return call["method"], call["path"], fields, call["headers"]["stripe-version"]


def _refused(ask: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        ask()
    assert refused.value.code == "payment_intent_unexpected_state"


async def test_the_sdk_reads_what_the_fake_refuses_as_what_it_is(shop: Shop) -> None:
    """A wrong key, a key used for something else, what is not there, too many."""
    client = _sdk(shop).v1

    def ask() -> None:
        client.payment_intents.create({"amount": 100, "currency": "inr"}, {"idempotency_key": "key-1"})
        with pytest.raises(stripe.IdempotencyError):
            client.payment_intents.create({"amount": 200, "currency": "inr"}, {"idempotency_key": "key-1"})
        with pytest.raises(stripe.InvalidRequestError) as missing:
            client.payment_intents.retrieve("pi_nowhere")
        assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)
        shop.fake.refused_keys.add("sk_test_fake")
        with pytest.raises(stripe.AuthenticationError):
            client.payment_intents.list()
        shop.fake.fail("conflict", "check")
        with pytest.raises(stripe.APIError) as conflict:
            client.accounts.retrieve_current()
        assert conflict.value.http_status == 409

    await asyncio.to_thread(ask)
