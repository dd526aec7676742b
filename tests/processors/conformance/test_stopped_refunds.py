"""The emergency stop's second switch: what has not left yet is held back, whoever asked, and goes on after."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.processors.conformance.telling import differences, entries, unexpected
from tests.processors.conformance.test_unexpected_money import returned
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, open_shop
from tests.support.stack import Stack, eventually

HELD = "live refunds are stopped"


@pytest.fixture
def live(over_fakes: Stack, fake: FakeDoor) -> Iterator[Shop]:
    """A merchant with a live account: test mode moves no money, and has no stop."""
    made = open_shop(over_fakes, fake, "live")
    yield made
    made.put_aside()


def switch(shop: Shop, verb: str) -> None:
    """`pause` or `resume` refunds of the account."""
    path = f"/processor-accounts/{shop.account_id}/{verb}"
    assert shop.merchant.api.post(path, json={"covers": "refunds", "reason": "Drill"}).status_code == 200


def said_of(shop: Shop, refund: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What came of the last claim on a refund, and whether it may ever have been sent."""
    row = "SELECT raw, first_sent_at IS NULL FROM processor_operations WHERE key = %s"
    return shop.stack.sql(row, (f"{refund['id']}:refund",))


def is_held(shop: Shop, payment_id: str) -> bool:
    """Whether the money that came to it was found, and waits for the end of the stop."""
    waits = "SELECT 1 FROM payments WHERE id = %s AND work = 'check' AND due_at > now() + interval '10 s'"
    found = unexpected(shop, payment_id) == [("late", 50_000, "returning")]
    return found and bool(shop.stack.sql(waits, (payment_id,)))


def test_no_refund_leaves_while_refunds_are_stopped_and_each_goes_once_after(live: Shop) -> None:
    """One that a merchant had asked for before, and one of money that nobody expected (rule 5)."""
    paid, late = live.paid(), live.prepared()
    live.fake.fail("too_many", "refund", times=1_000)  # it was accepted, and has not left
    refund = live.refund(paid, 20_000)
    eventually(lambda: live.fake.about(paid["id"], "refund"), what="a refund that was turned away")
    switch(live, "pause")
    eventually(lambda: said_of(live, refund) == [(HELD, True)], what="a refund that is held back")
    live.fake.mend()
    asked = len(live.fake.about(paid["id"], "refund"))
    live.fake.pay(late["id"])
    if live.can.capture_is_ours:
        live.fake.act("capture_in_dashboard", payment_id=late["id"])
    assert live.merchant.api.post(f"/payments/{late['id']}/cancel", json={}).status_code == 200
    eventually(lambda: is_held(live, late["id"]), what="money that is found and not paid back")
    for _ in range(2):  # and when it is looked at again
        live.look(late["id"])
        live.look_refunds(paid["id"])
        eventually(lambda: is_held(live, late["id"]), what="held once more")
    assert len(live.fake.about(paid["id"], "refund")) == asked
    assert live.fake.act("refunds", payment_id=late["id"]) == []
    assert (live.fake.book(paid["id"])["refunded"], live.fake.book(late["id"])["refunded"]) == (0, 0)
    assert live.merchant.api.post(f"/payments/{paid['id']}/refunds", json={"amount": 100}).status_code == 503
    switch(live, "resume")
    live.refund_ends(refund, "processed")
    live.look(late["id"])
    returned(live, late)
    assert (live.fake.book(paid["id"])["refunded"], live.fake.book(late["id"])["refunded"]) == (20_000, 50_000)
    assert len(live.fake.act("refunds", payment_id=late["id"])) == 1
    assert entries(live, late["id"]) == [("unexpected", 50_000), ("unexpected_refund", 50_000)]
    assert differences(live) == []


def test_a_refund_that_never_arrived_is_not_sent_again_while_refunds_are_stopped(live: Shop) -> None:
    paid = live.paid()
    live.fake.fail("lose_request", "refund", times=1_000)
    refund = live.refund(paid, 20_000)
    eventually(lambda: live.fake.about(paid["id"], "refund"), what="a refund that was lost on its way")
    switch(live, "pause")
    live.look_refunds(paid["id"])
    eventually(lambda: said_of(live, refund)[0][0] == HELD, what="a refund that is held back")
    live.fake.mend()
    asked = len(live.fake.about(paid["id"], "refund"))
    again = "SELECT attempts, due_at FROM refunds WHERE id = %s AND lease_token IS NULL AND due_at > now()"
    for _ in range(2):
        before = live.stack.sql(again, (refund["id"],))
        live.look_refunds(paid["id"])
        eventually(lambda before=before: live.stack.sql(again, (refund["id"],)) not in ([], before), what="a look")
    assert len(live.fake.about(paid["id"], "refund")) == asked
    switch(live, "resume")
    live.refund_ends(refund, "processed")
    assert live.fake.book(paid["id"])["refunded"] == 20_000
