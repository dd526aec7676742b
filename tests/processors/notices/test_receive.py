"""A notice is a hint: it is kept once, and what it is about becomes due, whatever else it says."""

import asyncio
import itertools
from typing import Any

import psycopg
import pytest

from gateway.database import PooledDatabase
from gateway.jobs.sweep import sweep
from gateway.processors.notices.queries import NO_SUCH_OBJECT
from gateway.processors.notices.receive import Received
from gateway.settings import Settings
from tests.processors.notices.receiving import CHARGE, INTENT, about, kept, told, work_of
from tests.processors.notices.signed import stripe_notice
from tests.processors.rows import SECRET, Shelf


async def test_a_notice_makes_its_payment_due_at_once(api: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    payment, other = shelf.payment(account), shelf.payment(account)
    shelf.operation(account, payment, reference=INTENT)
    assert await told(api, shelf, account, about({"id": CHARGE, "payment_intent": INTENT})) == Received(1, 1, 0)
    assert work_of(shelf, payment) == ("authorize", True, None)
    assert work_of(shelf, other) == ("authorize", False, None)
    assert kept(shelf) == [("evt_1", "charge.succeeded", "payment", payment, False, 0, None)]
    assert shelf.sql("SELECT noticed_at IS NOT NULL FROM processor_accounts WHERE id = %s", account) == [(True,)]


@pytest.mark.parametrize("by", ["charge", "own id", "refund's own id", "money that nobody expected"])
async def test_what_a_notice_is_about_is_found_by_every_id_that_we_know(
    api: PooledDatabase, shelf: Shelf, by: str
) -> None:
    account = shelf.account()
    payment = shelf.payment(account, status="success")
    entity: dict[str, Any] = {"id": CHARGE}
    if by == "charge":
        shelf.operation(account, payment, reference=INTENT, charge=CHARGE)
    elif by == "own id":
        entity = {"id": "pi_unknown", "metadata": {"payment_id": payment}}
    elif by == "refund's own id":
        entity = {"id": "re_unknown", "metadata": {"refund_id": shelf.refund(payment)}}
        shelf.sql("UPDATE payments SET amount_refund_pending = 10000 WHERE id = %s", payment)
    else:
        shelf.sql(
            "INSERT INTO unexpected_money (id, merchant_id, mode, account_id, payment_id, charge, amount, "
            "currency, reason, status, created_at) "
            "VALUES (%s, %s, 'test', %s, %s, %s, 500, 'INR', 'twice', 'kept', now())",
            shelf.new_id("unex"), shelf.merchant_id, account, payment, CHARGE,
        )  # fmt: skip
    received = await told(api, shelf, account, about(entity))
    assert (received.new, received.payments_due) == (1, 1)
    assert work_of(shelf, payment) == ("check", True, None)


@pytest.mark.parametrize(
    ("columns", "work"),
    [
        ({"status": "pending", "work": "authorize"}, "authorize"),
        ({"status": "requires_action", "work": "capture"}, "capture"),
        ({"status": "requires_action", "work": "close", "closing": "PAYMENT_TIMEOUT"}, "close"),
        ({"status": "requires_action", "work": None, "review_reason": "no answer"}, "authorize"),
        ({"status": "requires_action", "work": None, "review_reason": "no answer", "closing": "X"}, "close"),
        ({"status": "success"}, "check"),
        ({"status": "success", "capture": "manual", "capture_status": "pending", "work": "capture"}, "capture"),
        ({"status": "success", "capture_status": "pending", "review_reason": "no answer"}, "capture"),
        (
            {"status": "success", "capture": "manual", "captured": False, "amount_captured": 0,
             "void_status": "pending", "review_reason": "no answer"},
            "void",
        ),
        ({"status": "success", "review_reason": "more was paid back there than was taken"}, "check"),
        ({"status": "failed"}, "check"),
        ({"status": "cancelled"}, "check"),
    ],
)  # fmt: skip
async def test_what_is_to_be_done_follows_from_how_the_payment_stands(
    api: PooledDatabase, shelf: Shelf, columns: dict[str, Any], work: str
) -> None:
    account = shelf.account()
    payment = shelf.payment(account, **columns)
    shelf.operation(account, payment, reference=INTENT)
    assert (await told(api, shelf, account, about({"id": INTENT}))).payments_due == 1
    assert work_of(shelf, payment) == (work, True, None)


async def test_what_was_told_and_then_refused_stays_with_the_person_who_looks_at_it(
    api: PooledDatabase, shelf: Shelf
) -> None:
    account = shelf.account()
    payment = shelf.payment(account, status="cancelled", review_reason="the processor refused to void")
    shelf.operation(account, payment, reference=INTENT)
    await told(api, shelf, account, about({"id": INTENT}))
    assert work_of(shelf, payment) == (None, False, "the processor refused to void")


async def test_a_payment_in_work_keeps_its_lease_and_knows_that_something_came(
    api: PooledDatabase, shelf: Shelf
) -> None:
    """Its end goes round again: what the processor had answered may be older than the notice."""
    account = shelf.account()
    payment = shelf.payment(account)
    shelf.operation(account, payment, reference=INTENT)
    leased = (
        "UPDATE payments SET lease_token = gen_random_uuid(), attempts = 4 WHERE id = %s RETURNING lease_token"
    )
    token = shelf.sql(leased, payment)
    await told(api, shelf, account, about({"id": INTENT}))
    assert work_of(shelf, payment) == ("authorize", False, None)
    after = shelf.sql("SELECT lease_token, attempts, noticed_at IS NOT NULL FROM payments WHERE id = %s", payment)
    assert after == [(*token[0], 4, True)]


async def test_refunds_that_wait_are_due_with_their_payment(api: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    payment = shelf.payment(account, status="success", amount_refund_pending=20_000)
    shelf.operation(account, payment, reference=INTENT)
    waiting = shelf.refund(payment)
    reviewed = shelf.refund(payment, work=None, review_reason="no answer")
    received = await told(api, shelf, account, about({"id": INTENT}, kind="refund.updated"))
    assert received == Received(1, 1, 2)
    due = shelf.sql(
        "SELECT id FROM refunds WHERE payment_id = %s AND due_at <= now() AND review_reason IS NULL", payment
    )
    assert {row[0] for row in due} == {waiting, reviewed}


async def test_a_repeat_is_taken_and_changes_nothing(api: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    payment = shelf.payment(account)
    shelf.operation(account, payment, reference=INTENT)
    await told(api, shelf, account, about({"id": INTENT}))
    shelf.sql("UPDATE payments SET due_at = now() + interval '1 hour', noticed_at = NULL WHERE id = %s", payment)
    assert await told(api, shelf, account, about({"id": INTENT})) == Received(0, 0, 0)
    assert work_of(shelf, payment) == ("authorize", False, None)
    assert shelf.sql("SELECT noticed_at FROM payments WHERE id = %s", payment) == [(None,)]
    # The same id of another account's processor is another notice.
    again = shelf.account()
    assert (await told(api, shelf, again, about({"id": INTENT}))).new == 1


async def test_of_three_at_once_one_counts(api: PooledDatabase, shelf: Shelf) -> None:
    """vendure-plugins#620, razorpay-woocommerce#181."""
    account = shelf.account()
    payment = shelf.payment(account)
    shelf.operation(account, payment, reference=INTENT)
    received = await asyncio.gather(*(told(api, shelf, account, about({"id": INTENT})) for _ in range(3)))
    assert sorted(one.new for one in received) == [0, 0, 1]
    assert sum(one.payments_due for one in received) == 1


async def test_another_accounts_object_is_not_touched(api: PooledDatabase, shelf: Shelf) -> None:
    """Whoever has one account's secret cannot have another account's payments looked at."""
    mine, other = shelf.account(), shelf.account()
    payment = shelf.payment(other)
    shelf.operation(other, payment, reference=INTENT)
    entity = {"id": INTENT, "metadata": {"payment_id": payment}}
    assert await told(api, shelf, mine, about(entity)) == Received(1, 0, 0)
    stranger = shelf.another_merchant()
    assert await told(api, stranger, stranger.account(), about(entity, "evt_2")) == Received(1, 0, 0)
    assert work_of(shelf, payment) == ("authorize", False, None)


async def test_a_notice_that_is_faster_than_our_row_finds_it_later(
    api: PooledDatabase, shelf: Shelf, worker: PooledDatabase
) -> None:
    account = shelf.account()
    payment = shelf.payment(account)
    assert await told(api, shelf, account, about({"id": INTENT})) == Received(1, 0, 0)
    assert kept(shelf) == [("evt_1", "charge.succeeded", "payment", None, True, 0, None)]
    await swept(shelf, worker)
    assert kept(shelf)[0][4:] == (True, 1, None), "looked for, and waits for longer"
    gaps = []
    for _ in range(8):
        gap = "SELECT extract(epoch FROM try_at - now())::int FROM processor_notices WHERE account_id = %s"
        (row,) = shelf.sql(gap, account)
        gaps.append(row[0])
        await swept(shelf, worker)
    assert gaps == sorted(gaps)
    assert max(gaps) <= 6 * 3600
    shelf.operation(account, payment, reference=INTENT)
    await swept(shelf, worker)
    assert kept(shelf)[0][3:] == (payment, False, 10, None)
    assert work_of(shelf, payment) == ("authorize", True, None)


async def test_what_is_not_found_in_three_days_is_for_people(
    api: PooledDatabase, shelf: Shelf, worker: PooledDatabase
) -> None:
    account = shelf.account()
    await told(api, shelf, account, about({"id": INTENT}))
    arrived(shelf, account, hours=71)
    await swept(shelf, worker)
    assert kept(shelf)[0][4:] == (True, 1, None)
    arrived(shelf, account, hours=73)
    await swept(shelf, worker)
    assert kept(shelf)[0][4:] == (False, 2, NO_SUCH_OBJECT)


async def test_a_payment_that_is_being_changed_is_not_waited_for(
    api: PooledDatabase, shelf: Shelf, worker: PooledDatabase, shared_url: str
) -> None:
    account = shelf.account()
    payment = shelf.payment(account)
    await told(api, shelf, account, about({"id": INTENT}))
    shelf.operation(account, payment, reference=INTENT)
    arrived(shelf, account, hours=73)
    with psycopg.connect(shared_url) as rival:
        rival.execute("SELECT 1 FROM payments WHERE id = %s FOR UPDATE", (payment,))
        await swept(shelf, worker)
        assert kept(shelf)[0][3:] == (None, True, 1, None), "it exists: looked for again, and no matter for people"
    await swept(shelf, worker)
    assert kept(shelf)[0][3] == payment
    assert work_of(shelf, payment) == ("authorize", True, None)


async def test_what_is_about_nothing_that_we_keep_waits_for_nothing(api: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    await told(api, shelf, account, about({"id": "po_1"}, kind="payout.paid"))
    await told(api, shelf, account, about({"id": "x"}, "evt_2", "a.type.of.tomorrow"))
    assert [row[2:5] for row in kept(shelf)] == [("other", None, False), ("other", None, False)]


async def test_what_postgres_cannot_store_is_left_out(api: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    payment = shelf.payment(account)
    shelf.operation(account, payment, reference=INTENT)
    entity = {"id": INTENT, "metadata": {"payment_id": "a\0b\ud800" + "c" * 300}}
    notice = stripe_notice(SECRET, "evt_\0" + "x" * 400, "charge.\ud800succeeded" + "y" * 400, entity)
    assert await told(api, shelf, account, notice) == Received(1, 1, 0)
    assert await told(api, shelf, account, notice) == Received(0, 0, 0)
    assert len(kept(shelf)[0][0]) <= 255


LIFE = (
    ("payment_intent.requires_action", {"id": INTENT}),
    ("payment_intent.payment_failed", {"id": INTENT}),
    ("charge.succeeded", {"id": CHARGE, "payment_intent": INTENT}),
    ("payment_intent.succeeded", {"id": INTENT, "latest_charge": CHARGE}),
)


async def test_every_order_of_a_lifes_notices_tripled_leaves_the_same(api: PooledDatabase, shelf: Shelf) -> None:
    """What is kept and what is due is one thing, however notices arrive."""
    ends = set()
    for number, order in enumerate(itertools.permutations(LIFE)):
        account = shelf.account()
        payment, intent = shelf.payment(account), f"{INTENT}{number}"
        shelf.operation(account, payment, reference=intent)
        for kind, entity in order * 3:
            named = {name: intent if value == INTENT else value for name, value in entity.items()}
            await told(api, shelf, account, stripe_notice(SECRET, f"evt_{kind}", kind, named))
        notices = shelf.sql(
            "SELECT type, payment_id = %s, try_at FROM processor_notices WHERE account_id = %s ORDER BY type",
            payment, account,
        )  # fmt: skip
        ends.add((work_of(shelf, payment), tuple(notices)))
    assert len(ends) == 1, ends
    ((work, notices),) = ends
    assert work == ("authorize", True, None)
    assert len(notices) == len(LIFE)
    assert all(is_its for _, is_its, _ in notices)


async def test_old_notices_and_exchanges_are_forgotten(
    api: PooledDatabase, shelf: Shelf, worker: PooledDatabase
) -> None:
    account = shelf.account()
    payment = shelf.payment(account, status="success")
    for number in range(2):
        await told(api, shelf, account, about({"id": f"po_{number}"}, f"evt_{number}", "payout.paid"))
        arrived(shelf, account, hours=24 * 31 if number == 0 else 0, event_id=f"evt_{number}")
    for days in (91, 89):
        shelf.sql(
            "INSERT INTO processor_calls (operation_key, merchant_id, mode, account_id, payment_id, started_at, "
            "duration_ms, method, path) "
            "VALUES ('k', %s, 'test', %s, %s, now() - make_interval(days => %s), 1, 'GET', '/')",
            shelf.merchant_id, account, payment, days,
        )  # fmt: skip
    await swept(shelf, worker)
    assert [row[0] for row in kept(shelf)] == ["evt_1"]
    assert shelf.sql("SELECT count(*) FROM processor_calls WHERE account_id = %s", account) == [(1,)]


def arrived(shelf: Shelf, account_id: str, hours: int, event_id: str = "evt_1") -> None:
    """The notice has been here for so long."""
    earlier = "UPDATE processor_notices SET received_at = now() - make_interval(hours => %s) "
    shelf.sql(earlier + "WHERE account_id = %s AND event_id = %s", hours, account_id, event_id)


async def swept(shelf: Shelf, worker: PooledDatabase) -> None:
    """One round of housekeeping, when what waits is due."""
    due = "UPDATE processor_notices SET try_at = now() WHERE try_at IS NOT NULL AND merchant_id = %s"
    shelf.sql(due, shelf.merchant_id)
    await sweep(worker, Settings(TEST_MODE=True))
