"""An account: its check, its mode, what is there beyond our own, and its secrets."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.processors.protocol import (
    ActionRequired,
    Approved,
    Closed,
    Credentials,
    Instrument,
    Misconfigured,
    NotSent,
    Pending,
    SettlementLine,
    Unknown,
)
from gateway.processors.registry import CONNECTORS
from gateway.processors.stripe.connector import CONNECTOR, build
from gateway.processors.transcript import recorded
from tests.processors.stripe.asking import ORDER, Shop, following, open_account, payment


def keys(secret: str, public: str) -> Credentials:
    """An account's."""
    return Credentials(public, {"secret_key": secret})


def test_stripe_is_registered() -> None:
    """By its name, with the API version that is sent."""
    assert CONNECTORS["stripe"] is CONNECTOR
    assert CONNECTOR.api_version == "2026-10-28.endive"
    assert CONNECTOR.script_url == "https://js.stripe.com/endive/stripe.js"


async def test_a_check_tells_whose_account_it_is(shop: Shop) -> None:
    """One GET."""
    facts = await shop.stripe.check()
    assert (facts.mode, facts.external_id, facts.display_name) == ("test", "acct_1FakeFakeFakeFake", "Fake Shop")
    assert [call["method"] for call in shop.fake.requests] == ["GET"]


async def test_a_wrong_key_is_misconfigured_and_a_silent_stripe_is_not(shop: Shop) -> None:
    """A check is red only for what an operator can mend."""
    shop.fake.refused_keys.add("sk_test_fake")
    with pytest.raises(Misconfigured):
        await shop.stripe.check()
    shop.fake.refused_keys.clear()
    shop.fake.fail("too_many", "check")
    with pytest.raises(NotSent):
        await shop.stripe.check()
    shop.fake.fail("error_before", "check")
    with pytest.raises(Unknown):
        await shop.stripe.check()


@pytest.mark.parametrize(
    ("secret", "public", "mode"),
    [
        ("sk_test_x", "pk_test_x", "test"),
        ("rk_live_x", "pk_live_x", "live"),
        ("sk_live_x", "pk_test_x", "live"),
        ("", "pk_live_x", "live"),
        ("whsec_x", "", None),
    ],
)
def test_keys_say_their_mode(secret: str, public: str, mode: str | None) -> None:
    """By their prefix."""
    assert CONNECTOR.mode_of(keys(secret, public)) == mode


@pytest.mark.parametrize(
    ("secret", "public"),
    [("sk_test_x", "pk_live_x"), ("sk_test_x", "sk_test_y"), ("pk_test_x", "pk_test_x"), ("sk_test_x", "")],
)
async def test_keys_of_two_modes_or_kinds_are_refused_unsent(shop: Shop, secret: str, public: str) -> None:
    """A secret key in place of the publishable one would be shown to every shopper."""
    with pytest.raises(Misconfigured):
        await build(keys(secret, public), "test", shop.stripe.client).check()
    assert shop.fake.requests == []


def test_an_account_is_not_opened_with_a_key_of_the_other_mode(shop: Shop) -> None:
    """Test keys never move money, live keys never reach a test account."""
    with pytest.raises(Misconfigured):
        build(keys("sk_test_x", "pk_test_x"), "live", shop.stripe.client)
    with pytest.raises(Misconfigured):
        build(keys("sk_live_x", "pk_live_x"), "test", shop.stripe.client)


async def test_a_live_account_is_told_as_live_and_sees_no_test_object(shop: Shop) -> None:
    """The mode of the answer is Stripe's."""
    test = await shop.taken()
    live = open_account(shop.fake, await shop.fake.start(), "live")
    op = await live.taken(mode="live")
    answer = await live.stripe.look_up(op)
    assert isinstance(answer, Approved)
    assert answer.mode == "live"
    with pytest.raises(Unknown):
        await live.stripe.look_up(payment(mode="live", reference=test.reference))
    await live.stripe.client.close()


async def test_card_numbers_are_taken_in_stripes_own_fields_only(shop: Shop) -> None:
    """SAQ A."""
    with pytest.raises(Misconfigured):
        await shop.stripe.authorize(payment(), Instrument())
    assert shop.fake.requests == []


async def test_everything_since_is_listed_with_our_id_and_its_state(shop: Shop) -> None:
    """After a restore: over pages, others' intents too, and one that cannot be read."""
    since = datetime.now(UTC) - timedelta(minutes=1)
    ops = [await shop.prepared() for _ in range(120)]
    shop.fake.act("pay", payment_id=ops[3].payment_id)
    shop.fake.act("cancel_in_dashboard", payment_id=ops[4].payment_id)
    shop.fake.objects[ops[5].reference or ""]["status"] = "a_status_of_tomorrow"
    shop.fake.objects[ops[6].reference or ""]["metadata"] = {"payment_id": "of another program"}
    known = {one.reference: one async for one in shop.stripe.list_since(since)}
    assert set(known) == {op.reference for op in ops}
    told = [known[op.reference or ""] for op in ops]
    kinds = [type(one.answer) for one in told[2:6]]
    assert kinds == [ActionRequired, Approved, Closed, Pending]
    assert [one.own_id for one in told[5:7]] == [ops[5].payment_id, None]
    paid = told[3].answer
    assert isinstance(paid, Approved)
    assert (paid.card_last4, paid.amount) == ("4242", 50_000)
    assert all(since < one.created_at <= datetime.now(UTC) for one in told)
    assert len(shop.sent("list_since")) == 2
    later = datetime.now(UTC) + timedelta(minutes=10)
    assert [one async for one in shop.stripe.list_since(later)] == []


async def test_disputes_of_a_payment(shop: Shop) -> None:
    """With the day until which to answer; every status of Stripe's is one of ours."""
    op = await shop.taken()
    assert await shop.stripe.disputes_of(op) == []
    made = shop.fake.act("dispute", payment_id=op.payment_id, amount=20_000, reason="product_not_received")
    [dispute] = await shop.stripe.disputes_of(op)
    assert (dispute.reference, dispute.amount, dispute.currency) == (made["id"], 20_000, "INR")
    assert (dispute.reason, dispute.status, dispute.raw) == (
        "product_not_received",
        "needs_response",
        "needs_response",
    )
    assert dispute.respond_by is not None
    assert dispute.respond_by > datetime.now(UTC)
    expected = {
        "warning_needs_response": "needs_response",
        "warning_under_review": "under_review",
        "warning_closed": "won",
        "under_review": "under_review",
        "appeal_needs_response": "needs_response",
        "appeal_under_review": "under_review",
        "won": "won",
        "lost": "lost",
        "prevented": "lost",
    }
    for theirs, ours in expected.items():
        made["status"] = theirs
        assert (await shop.stripe.disputes_of(op))[0].status == ours, theirs
    made["balance_transactions"] = []
    made["evidence_details"]["due_by"] = None
    made["status"] = "prevented"
    [dispute] = await shop.stripe.disputes_of(op)
    assert (dispute.status, dispute.respond_by) == ("won", None)
    made["status"] = "a_status_of_tomorrow"
    with pytest.raises(Unknown):
        await shop.stripe.disputes_of(op)


async def _lines(shop: Shop, day: str) -> list[SettlementLine]:
    return [line async for line in shop.stripe.settlements(date.fromisoformat(day))]


async def test_a_days_settlement_balances_to_zero(shop: Shop) -> None:
    """Payments, refunds, one that came back, a dispute lost and one won, fees and tax, and the payout itself."""
    ops = [await shop.taken(amount=100_000 + n) for n in range(3)] + [await shop.taken(method="upi")]
    refund = following(ops[0], "refund", 30_000)
    await shop.stripe.refund(refund)
    back = following(ops[0], "refund", 10_000)
    await shop.stripe.refund(back)
    shop.fake.act("fail_refund", refund=back.own_id)
    lost = shop.fake.act("dispute", payment_id=ops[1].payment_id)
    shop.fake.act("close_dispute", dispute=lost["id"], status="lost")
    won = shop.fake.act("dispute", payment_id=ops[2].payment_id, amount=5_000)
    shop.fake.act("close_dispute", dispute=won["id"], status="won")
    settled = shop.fake.act("settle")
    lines = await _lines(shop, settled["day"])
    assert sum(line.net for line in lines) == 0
    assert {line.settlement for line in lines} == set(settled["payouts"])
    assert all((line.utr or "").startswith("FAKEUTR") and line.currency == "INR" for line in lines)
    kinds = ("payment", "refund", "dispute", "payout")
    by_kind = {kind: [line for line in lines if line.kind == kind] for kind in kinds}
    assert sum(len(some) for some in by_kind.values()) == len(lines)
    assert {line.own_id for line in by_kind["payment"]} == {op.payment_id for op in ops}
    charged = next(line for line in by_kind["payment"] if line.own_id == ops[0].payment_id)
    # 2.9 % and 18 % tax of it, in whole paise.
    assert (charged.amount, charged.fee, charged.tax, charged.net) == (100_000, 2_900, 522, 96_578)
    assert charged.charge in shop.fake.objects
    assert sorted((line.own_id, line.amount) for line in by_kind["refund"]) == sorted(
        [(refund.own_id, -30_000), (back.own_id, -10_000), (back.own_id, 10_000)]
    )
    assert all(line.charge == charged.charge for line in by_kind["refund"])
    assert sorted(line.amount for line in by_kind["dispute"]) == [-100_001, -5_000, 5_000]
    [payout] = by_kind["payout"]
    assert payout.amount == -sum(line.net for line in lines if line is not payout)
    assert await _lines(shop, (date.fromisoformat(settled["day"]) - timedelta(days=1)).isoformat()) == []


async def test_a_payout_by_hand_is_told_by_its_own_line_alone(shop: Shop) -> None:
    """Stripe keeps no list of what it consists of."""
    await shop.taken()
    settled = shop.fake.act("settle", automatic=False)
    [line] = await _lines(shop, settled["day"])
    assert (line.kind, line.own_id, line.charge) == ("payout", None, None)
    assert line.amount < 0


async def test_a_settlement_of_more_than_one_page_is_whole(shop: Shop) -> None:
    """A line that is not told is money that is not found."""
    for _ in range(110):
        await shop.taken()
    settled = shop.fake.act("settle")
    lines = await _lines(shop, settled["day"])
    assert (len(lines), sum(line.net for line in lines)) == (111, 0)


async def test_secrets_are_in_no_transcript_and_no_answer(shop: Shop) -> None:
    """The secret key, the client secret, and what a refusal quotes of the intent."""
    with recorded() as calls:
        op = await shop.held()
        ask = following(op, "capture")
        answers = [await shop.stripe.capture(ask), await shop.stripe.capture(ask), await shop.stripe.look_up(op)]
        answers += [await shop.stripe.refund(following(op, "refund", 1_000)), await shop.stripe.void(ask)]
        made = await shop.stripe.prepare(payment(), ORDER, None)
        shop.fake.refused_keys.add("sk_test_fake")
        with pytest.raises(Misconfigured) as refused:
            await shop.stripe.check()
    assert len(calls) == 10
    shown = repr(calls) + repr(answers) + repr(shop.stripe) + repr(refused.value.raw) + str(refused.value)
    assert "sk_test_fake" not in shown
    assert "_secret_" not in shown
    assert "_secret_" in repr(made)
    assert "payment_intent_unexpected_state" in shown
