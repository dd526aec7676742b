"""What a processor tells by itself, sent to the product's address: a hint, and nothing in it is believed.

statamic-cargo#190, vendure-plugins#620, razorpay-woocommerce#664 #181, razorpay-node#96 #434,
adyen-salesforce#1230, pgeu-system#156. Signatures have vectors of their own (`tests/processors/judges`).
"""

import json
import random
import time
from typing import Any

from tests.support.client import at_once
from tests.support.processors import Shop

STALE_SECONDS = {"stripe": 301, "cashfree": 24 * 3600 + 1}
"""How old a signature is too old; Razorpay's have no time."""


def test_a_notice_finds_a_payment_at_once(shop: Shop) -> None:
    """Not five seconds later."""
    payment = shop.prepared()
    shop.fake.pay(payment["id"])
    for event in shop.told_of(payment["id"]):
        assert shop.tell(event).status_code == 200
    paid = shop.merchant.settled(payment, seconds=4)
    assert (paid["captured"], paid["amount_captured"]) == (True, 50_000)


def test_every_order_of_a_lifes_notices_each_three_times_ends_in_one_state(shop: Shop) -> None:
    """A refused try and then a success: what is told of them in any order, and again and again."""
    count = 24
    payments = at_once(count, lambda _: shop.prepared())
    ids = [payment["id"] for payment in payments]
    # Only a notice finds them: nobody looks by himself.
    shop.stack.sql("UPDATE payments SET due_at = now() + interval '1 hour' WHERE id = ANY (%s)", (ids,))
    for payment_id in ids:
        shop.fake.act("decline", payment_id=payment_id)
    chance = random.Random(13)
    early = told_by_payment(shop, ids)
    for payment_id in ids[: count // 2]:  # of half of them, the first notices come while nothing is paid
        send_tripled(shop, early[payment_id], chance)
    for payment_id in ids:
        shop.fake.act("pay", payment_id=payment_id)
    late = told_by_payment(shop, ids)
    for payment_id in ids:
        send_tripled(shop, late[payment_id], chance)
    for payment in payments:
        now = shop.merchant.settled(payment, seconds=10)
        assert (now["captured"], now["amount_captured"], now["error_code"]) == (True, 50_000, None)
    books = shop.fake.books()
    assert {(books[one]["captured"], books[one]["charges"]) for one in ids} == {(50_000, 1)}
    assert ends_told(shop) == {("payment.success", 1), ("order.paid", 1)}


def told_by_payment(shop: Shop, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What the processor would tell by now, by our payment id."""
    events, calls = shop.fake.events(), shop.fake.requests()
    of: dict[str, list[dict[str, Any]]] = {}
    for payment_id in ids:
        names = {payment_id, *shop.fake.names_of(payment_id, calls, events)}
        of[payment_id] = [one for one in events if any(name in json.dumps(one) for name in names)]
        assert of[payment_id]
    return of


def send_tripled(shop: Shop, events: list[dict[str, Any]], chance: random.Random) -> None:
    """Each three times, in any order."""
    order = [*events, *events, *events]
    chance.shuffle(order)
    answers = at_once(len(order), lambda number: shop.tell(order[number]))
    assert {one.status_code for one in answers} == {200}


def ends_told(shop: Shop) -> set[tuple[str, int]]:
    """Each end that was told of any object, with how often that was at the most."""
    rows = shop.stack.sql(
        """
        SELECT type, max(count)::int FROM (
            SELECT type, count(*) FROM events
            WHERE merchant_id = %s AND type IN ('payment.success', 'order.paid', 'payment.failed')
            GROUP BY type, object_id) AS told
        GROUP BY type
        """,
        (shop.merchant.id,),
    )
    return {(row[0], row[1]) for row in rows}


def test_what_is_forged_or_stale_or_of_another_account_changes_nothing(shop: Shop) -> None:
    """It is refused, or it is only a hint at a payment that stands as the processor says."""
    payment = shop.prepared()
    shop.fake.act("decline", payment_id=payment["id"])
    (event, *_) = shop.told_of(payment["id"])
    assert shop.tell(event, secret="whsec_of_somebody_else").status_code == 401
    if shop.fake.name in STALE_SECONDS:
        assert shop.tell(event, at=int(time.time()) - STALE_SECONDS[shop.fake.name]).status_code == 401
    lie = {**event, "type": "payment_intent.succeeded", "event": "payment.captured"}
    assert shop.tell(lie).status_code == 200
    shop.look(payment["id"])
    time_to_lie = len(shop.fake.about(payment["id"], "look_up"))
    shop.becomes(
        payment["id"], lambda _: len(shop.fake.about(payment["id"], "look_up")) > time_to_lie, "looked at"
    )
    now = shop.merchant.payment(payment["id"])
    assert (now["status"], now["captured"]) == ("requires_action", False)
