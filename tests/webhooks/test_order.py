"""What is told of one order goes to an endpoint one after the other, in `sequence`, byte for byte."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack
from tests.webhooks.receiver import Received, Receiver
from tests.webhooks.shop import configure

PAYMENTS = 1_000
TOLD = ["payment.created", "payment.pending", "payment.success", "order.paid"]


@pytest.mark.timeout(240)
def test_a_thousand_payments_are_told_in_sequence_and_byte_for_byte(
    stack: Stack, merchant: Merchant, receiver: Receiver
) -> None:
    configure(merchant, receiver.url("/thousand"))
    running: dict[str, str] = {}
    overlaps: list[tuple[str, str]] = []

    def note(one: Received, is_begin: bool) -> None:
        """Two requests about one order at the same time are an overlap."""
        order = one.json["data"]["payment"]["order_id"]
        if is_begin and order in running:
            overlaps.append((running[order], one.event_id))
        if is_begin:
            running[order] = one.event_id
        else:
            running.pop(order, None)

    receiver.around = note
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: merchant.upi(merchant.order()), range(PAYMENTS)))
    requests = receiver.wait("/thousand", 4 * PAYMENTS, 200)

    assert not overlaps
    told: dict[str, list[str]] = defaultdict(list)
    for one in sorted(requests, key=lambda one: one.at):
        told[one.json["data"]["payment"]["order_id"]].append(one.json["event"])
    assert len(told) == PAYMENTS
    assert [events for events in told.values() if events != TOLD] == []
    kept = stack.sql("SELECT id, payload FROM events WHERE merchant_id = %s", (merchant.id,))
    assert {one.event_id: one.body for one in requests} == {id_: bytes(payload) for id_, payload in kept}
    assert len(requests) == 4 * PAYMENTS
