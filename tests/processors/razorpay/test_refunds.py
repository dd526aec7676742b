"""Refunds and disputes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.processors.protocol import Approved, Declined, Processor, Unknown
from gateway.processors.reading import plain_key
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


@pytest.mark.parametrize("status", [400, 409])
async def test_a_key_with_another_body_is_unknown(fake: FakeRazorpay, account: Processor, status: int) -> None:
    fake.other_body_status = status
    op = refund(await captured(account, fake), 20000)
    await account.refund(op)
    with pytest.raises(Unknown):
        await account.refund(replace(op, amount=10000))
    assert fake.books()[op.payment_id]["refunded"] == 20000


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


async def test_a_refund_of_no_known_charge_is_not_sent(fake: FakeRazorpay, account: Processor) -> None:
    with pytest.raises(Unknown):
        await account.refund(replace(refund(await captured(account, fake), 100), charge=None))
    assert fake.requests[-1]["operation"] == "capture"


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("rfnd_8sHk2LmNq0PzRtVw:refund", "rfnd_8sHk2LmNq0PzRtVw-refund"),
        ("rfnd_8sHk2LmNq0PzRtVw:refund:2", "rfnd_8sHk2LmNq0PzRtVw-refund-2"),
        ("short", "f9b0078b5df596d2ea19010c001bbd009e651de2c57e8fb7e355f31eb9d3f739"),
    ],
)
def test_a_key_is_in_letters_that_are_taken(key: str, sent: str) -> None:
    assert plain_key(key) == sent


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


async def test_refunds_since_a_moment_are_listed_once_with_what_they_pay_back(
    fake: FakeRazorpay, account: Processor
) -> None:
    """For the time after a restore: ours and others', over all pages, also while more are made."""
    paid = [await captured(account, fake) for _ in range(2)]
    since = datetime.fromtimestamp(fake.now() - 60, UTC)
    op = refund(paid[0], 100)
    await account.refund(op)
    fake.do_refund_in_dashboard(paid[1].payment_id, 200)
    many = [refund(paid[0], 100) for _ in range(101)]
    for one in many:
        await account.refund(one)
    found = []
    async for known in account.refunds_since(since):
        found.append(known)
        if len(found) == 50:
            await account.refund(refund(paid[0], 100))
    assert len({one.reference for one in found}) == len(found) == 103
    ours = next(one for one in found if one.own_id == op.own_id)
    assert (ours.payment_id, ours.of, ours.amount, ours.currency) == (op.payment_id, (op.charge,), 100, "INR")
    assert isinstance(ours.answer, Approved)
    theirs = next(one for one in found if one.own_id is None)
    assert (theirs.payment_id, theirs.of, theirs.amount) == (None, (paid[1].charge,), 200)
    assert [one async for one in account.refunds_since(datetime.fromtimestamp(fake.now() + 60, UTC))] == []
