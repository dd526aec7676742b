"""Refunds and disputes."""

import asyncio
from dataclasses import replace

import pytest

from gateway.processors.protocol import Absent, Approved, Declined, Pending, Processor, Unknown
from gateway.processors.razorpay.refund import idempotency_key
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.razorpay.support import captured, refund


async def test_a_refund_carries_our_id_and_our_key(fake: FakeRazorpay, account: Processor) -> None:
    op = refund(await captured(account, fake), 20000)
    answer = await account.refund(op)
    assert isinstance(answer, Approved)
    assert answer.reference is not None and answer.reference.startswith("rfnd_")
    assert (answer.charge, answer.amount, answer.currency, answer.mode) == (op.charge, 20000, "INR", "test")
    sent = fake.requests[-1]
    assert sent["headers"]["x-refund-idempotency"] == op.key.replace(":", "-")
    assert sent["fields"]["notes"] == {"refund_id": op.own_id, "payment_id": op.payment_id}
    assert fake.books()[op.payment_id]["refunded"] == 20000


async def test_two_parts_and_then_nothing_is_left(fake: FakeRazorpay, account: Processor) -> None:
    paid = await captured(account, fake)
    assert isinstance(await account.refund(refund(paid, 20000)), Approved)
    assert isinstance(await account.refund(refund(paid, 30000)), Approved)
    answer = await account.refund(refund(paid, 100))
    assert isinstance(answer, Declined)
    assert answer.code == "REFUND_DECLINED"
    assert answer.raw is not None and "fully refunded" in answer.raw
    assert fake.books()[paid.payment_id]["refunded"] == 50000


async def test_a_repeat_with_the_same_key_pays_back_once(fake: FakeRazorpay, account: Processor) -> None:
    op = refund(await captured(account, fake), 20000)
    answers = await asyncio.gather(*(account.refund(op) for _ in range(5)))
    assert len({answer.reference for answer in answers}) == 1
    assert len({(one["body"], one["headers"]["x-refund-idempotency"]) for one in fake.requests[-5:]}) == 1
    assert fake.books()[op.payment_id]["refunded"] == 20000


@pytest.mark.parametrize("amount", [50000, 20000])
async def test_a_repeat_after_the_key_is_forgotten_is_no_refusal(
    fake: FakeRazorpay, account: Processor, amount: int
) -> None:
    """A whole refund is then refused as done already. A part would be done twice: so it is looked up first."""
    op = refund(await captured(account, fake), amount)
    first = await account.refund(op)
    fake.do_forget_keys()
    assert account.capabilities.repeat_seconds["refund"] is None
    assert await account.look_up(op) == first
    if amount == 50000:
        assert await account.refund(op) == first
    assert fake.books()[op.payment_id]["refunded"] == amount


@pytest.mark.parametrize("status", [400, 409])
async def test_a_key_with_another_body_is_unknown(fake: FakeRazorpay, account: Processor, status: int) -> None:
    fake.other_body_status = status
    op = refund(await captured(account, fake), 20000)
    await account.refund(op)
    with pytest.raises(Unknown):
        await account.refund(replace(op, amount=10000))
    assert fake.books()[op.payment_id]["refunded"] == 20000


async def test_a_pending_refund_ends_either_way(fake: FakeRazorpay, account: Processor) -> None:
    fake.do_refunds_become("pending")
    paid = await captured(account, fake)
    good, bad = refund(paid, 20000), refund(paid, 10000)
    for op in (good, bad):
        answer = await account.refund(op)
        assert isinstance(answer, Pending)
        assert answer.raw == "pending"
    fake.do_settle_refund(good.own_id)
    fake.do_fail_refund(bad.own_id)
    assert isinstance(await account.look_up(good), Approved)
    answer = await account.look_up(bad)
    assert isinstance(answer, Declined)
    assert answer.code == "REFUND_DECLINED"
    assert fake.books()[paid.payment_id]["refunded"] == 20000


async def test_a_refund_is_looked_up_by_reference_or_by_our_id(fake: FakeRazorpay, account: Processor) -> None:
    op = refund(await captured(account, fake), 20000)
    assert await account.look_up(op) == Absent(mode="test")
    answer = await account.refund(op)
    assert await account.look_up(op) == answer
    assert await account.look_up(replace(op, reference=answer.reference)) == answer


async def test_an_account_without_balance_refuses(fake: FakeRazorpay, account: Processor) -> None:
    """razorpay-node#414."""
    fake.has_balance = False
    op = refund(await captured(account, fake), 20000)
    answer = await account.refund(op)
    assert isinstance(answer, Declined)
    assert answer.code == "REFUND_DECLINED"
    assert answer.raw is not None and "balance" in answer.raw


async def test_a_refusal_after_which_nobody_can_be_asked_is_unknown(
    fake: FakeRazorpay, account: Processor
) -> None:
    fake.has_balance = False
    op = refund(await captured(account, fake), 20000)
    fake.fail("too_many", "look_up")
    with pytest.raises(Unknown):
        await account.refund(op)


async def test_a_digit_that_card_networks_do_not_settle_is_not_sent(
    fake: FakeRazorpay, account: Processor
) -> None:
    paid = await captured(account, fake, amount=99990, currency="KWD")
    answer = await account.refund(refund(paid, 9991))
    assert isinstance(answer, Declined)
    assert "refund" not in {one["operation"] for one in fake.requests}
    assert isinstance(await account.refund(refund(paid, 9990)), Approved)


async def test_a_refund_of_no_known_charge_is_not_sent(fake: FakeRazorpay, account: Processor) -> None:
    with pytest.raises(Unknown):
        await account.refund(replace(refund(await captured(account, fake), 100), charge=None))
    assert fake.requests[-1]["operation"] == "capture"


async def test_refunds_that_others_made_are_told_without_an_id_of_ours(
    fake: FakeRazorpay, account: Processor
) -> None:
    paid = await captured(account, fake)
    ours = refund(paid, 20000)
    await account.refund(ours)
    theirs = fake.do_refund_in_dashboard(paid.payment_id, 5000)["id"]
    found = await account.refunds_of(paid)
    assert {(one.reference == theirs, one.own_id, one.amount) for one in found} == {
        (False, ours.own_id, 20000),
        (True, None, 5000),
    }
    assert all(isinstance(one.answer, Approved) and one.currency == "INR" for one in found)


async def test_all_pages_of_refunds_are_read(fake: FakeRazorpay, account: Processor) -> None:
    paid = await captured(account, fake)
    for _ in range(105):
        fake.do_refund_in_dashboard(paid.payment_id, 100)
    first = refund(paid, 100)
    await account.refund(first)
    assert len(await account.refunds_of(paid)) == 106
    assert isinstance(await account.look_up(first), Approved)


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("rfnd_8sHk2LmNq0PzRtVw:refund", "rfnd_8sHk2LmNq0PzRtVw-refund"),
        ("rfnd_8sHk2LmNq0PzRtVw:refund:2", "rfnd_8sHk2LmNq0PzRtVw-refund-2"),
        ("short", "f9b0078b5df596d2ea19010c001bbd009e651de2c57e8fb7e355f31eb9d3f739"),
    ],
)
def test_a_key_is_in_letters_that_are_taken(key: str, sent: str) -> None:
    assert idempotency_key(key) == sent


# --- disputes


async def test_disputes_of_a_payment_are_read_to_its_beginning(fake: FakeRazorpay, account: Processor) -> None:
    old = await captured(account, fake)
    for _ in range(250):
        fake.do_dispute(old.payment_id, 100)
    fake.payments[old.charge or ""]["created_at"] -= 200
    for one in fake.disputes.values():
        one["created_at"] -= 100
    paid = await captured(account, fake)
    name = fake.do_dispute(paid.payment_id, 40000)["id"]
    fake.requests.clear()
    found = await account.disputes_of(paid)
    assert [(one.reference, one.amount, one.currency, one.status) for one in found] == [
        (name, 40000, "INR", "needs_response")
    ]
    assert found[0].respond_by is not None
    assert found[0].raw == "chargeback/open"
    assert [one["path"] for one in fake.requests].count("/v1/disputes") == 2
    assert len(await account.disputes_of(old)) == 250


@pytest.mark.parametrize("status", ["under_review", "won", "lost"])
async def test_a_dispute_is_decided(fake: FakeRazorpay, account: Processor, status: str) -> None:
    paid = await captured(account, fake)
    fake.do_close_dispute(fake.do_dispute(paid.payment_id, 40000)["id"], status)
    assert [one.status for one in await account.disputes_of(paid)] == [status]


@pytest.mark.parametrize(("deducted", "status"), [(0, "won"), (40000, "lost")])
async def test_a_closed_dispute_is_lost_if_it_cost_money(
    fake: FakeRazorpay, account: Processor, deducted: int, status: str
) -> None:
    paid = await captured(account, fake)
    name = fake.do_dispute(paid.payment_id, 40000)["id"]
    fake.do_close_dispute(name, "closed")
    fake.disputes[name]["amount_deducted"] = deducted
    assert [one.status for one in await account.disputes_of(paid)] == [status]


async def test_a_dispute_of_a_status_of_tomorrow_cannot_be_told(fake: FakeRazorpay, account: Processor) -> None:
    paid = await captured(account, fake)
    fake.do_close_dispute(fake.do_dispute(paid.payment_id, 40000)["id"], "a_status_of_tomorrow")
    with pytest.raises(Unknown):
        await account.disputes_of(paid)
