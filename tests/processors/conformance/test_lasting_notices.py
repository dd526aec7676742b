"""Notices of what happens after a payment's end, of other accounts, and none at all."""

import itertools
import time
from typing import Any

from tests.processors.conformance.telling import at_rest, differences, entries, events_about, tell, told
from tests.processors.conformance.test_notices import told_by_payment
from tests.support.client import at_once
from tests.support.processors import LOOK_SECONDS, Shop, connect
from tests.support.stack import eventually


def state_of(shop: Shop, payment_id: str) -> tuple[Any, ...]:
    """All that may differ: the payment, what was told, what was booked, what stands at the processor."""
    now, book = shop.merchant.payment(payment_id), shop.fake.book(payment_id)
    return (
        *(now[name] for name in ("status", "captured", "amount_captured", "amount_refunded", "review_reason")),
        tuple(sorted(told(shop, payment_id))),
        tuple(entries(shop, payment_id)),
        (book["captured"], book["refunded"], book["charges"]),
    )


def test_all_orders_of_a_lifes_notices_each_tripled_end_in_one_state(shop: Shop) -> None:
    """Paid, refunded in the processor's dashboard, disputed: one payment for each order of what is told of it."""
    payments = at_once(24, lambda _: shop.prepared())
    for payment in payments:
        shop.fake.act("pay", payment_id=payment["id"])
        if shop.can.capture_is_ours:
            shop.fake.act("capture_in_dashboard", payment_id=payment["id"])
        shop.fake.act("refund_in_dashboard", payment_id=payment["id"], amount=20_000)
        shop.fake.act("dispute", payment_id=payment["id"])
    lives = told_by_payment(shop, [payment["id"] for payment in payments])
    for payment, order in zip(payments, itertools.permutations(range(4)), strict=True):
        life = lives[payment["id"]]
        # More than four: the first ones go together, as one does.
        parts = [life[: len(life) - 3], *([event] for event in life[-3:])]
        for number in order * 3:
            for event in parts[number]:
                tell(shop, event)
    ends = set()
    for payment in payments:
        wait_for_all(shop, payment["id"])
        ends.add(state_of(shop, payment["id"]))
    assert len(ends) == 1, ends
    ((status, captured, amount, refunded, review, events, *_),) = ends
    assert (status, captured, amount, refunded, review) == ("success", True, 50_000, 20_000, None)
    assert [events.count(one) for one in ("dispute.created", "refund.created", "refund.processed")] == [1, 1, 1]
    assert differences(shop) == []


def wait_for_all(shop: Shop, payment_id: str) -> None:
    """Until what was told of has been looked at; on a busy machine an answer may have come too late."""

    looked = time.monotonic()

    def ask() -> bool:
        nonlocal looked
        if {"dispute.created", "refund.processed"} <= set(told(shop, payment_id)):
            return True
        if time.monotonic() - looked > LOOK_SECONDS:
            looked = time.monotonic()
            shop.look(payment_id)
        return False

    eventually(ask, 60, what="refund and dispute")
    at_rest(shop, payment_id)


def test_notices_of_two_accounts_at_one_processor_are_kept_apart(shop: Shop) -> None:
    """The processor's events, told to another merchant's account: signed with that one's secret, and useless."""
    payment = shop.prepared()
    shop.stack.sql("UPDATE payments SET due_at = now() + interval '1 hour' WHERE id = %s", (payment["id"],))
    other = shop.stack.merchant()
    account = connect(shop.stack, other, shop.fake)
    shop.fake.pay(payment["id"])
    mine, shop.account_id = shop.account_id, account
    tell(shop, events_about(shop, payment["id"])[-1])
    shop.account_id = mine
    kept = shop.stack.sql(
        "SELECT payment_id, try_at IS NULL FROM processor_notices WHERE account_id = %s", (account,)
    )
    assert kept == [(None, False)]
    assert shop.merchant.payment(payment["id"])["status"] == "requires_action"
    assert shop.stack.sql("SELECT due_at > now() FROM payments WHERE id = %s", (payment["id"],)) == [(True,)]


def test_an_account_that_tells_nothing_is_shown_to_people(shop: Shop) -> None:
    payment = shop.paid()
    asked = {"range": "today"}
    attention = shop.merchant.api.get("/overview", params=asked).json()["attention"]
    assert attention["silent_accounts"] == 0, "it may still come"
    shop.stack.sql(
        "UPDATE payments SET authorized_at = authorized_at - interval '11 minutes', "
        "created_at = created_at - interval '12 minutes' WHERE id = %s", (payment["id"],)
    )  # fmt: skip
    assert shop.merchant.api.get("/overview", params=asked).json()["attention"]["silent_accounts"] == 1
    tell(shop, events_about(shop, payment["id"])[-1])
    assert shop.merchant.api.get("/overview", params=asked).json()["attention"]["silent_accounts"] == 0
