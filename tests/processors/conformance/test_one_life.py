"""The usual life of a payment over an account, from the merchant's call to the processor's books."""

from tests.support.processors import Shop


def test_a_payment_is_a_success_because_the_processor_says_so(shop: Shop) -> None:
    """Made by nobody's call, prepared by the worker, paid in the processor's form, found by a look-up."""
    made = shop.pay_order(shop.order())
    assert (made["status"], made["next_action"], made["account_id"]) == ("pending", None, shop.account_id)
    waiting = shop.merchant.settled(made, "requires_action")
    assert waiting["next_action"] == {"type": "fields", "processor": shop.fake.name}
    assert shop.fake.book(made["id"])["charges"] == 0
    shop.fake.pay(made["id"])
    shop.look(made["id"])
    paid = shop.merchant.settled(made)
    assert (paid["captured"], paid["amount_captured"], paid["next_action"]) == (True, 50_000, None)
    book = shop.fake.book(made["id"])
    assert (book["captured"], book["held"], book["charges"], book["objects"]) == (50_000, 0, 1, 1)
    assert shop.merchant.api.get(f"/orders/{made['order_id']}").json()["status"] == "paid"


def test_a_refund_is_paid_back_there(shop: Shop) -> None:
    """Two parts, each once."""
    payment = shop.paid()
    for amount in (20_000, 30_000):
        shop.refund_ends(shop.refund(payment, amount), "processed")
    book = shop.fake.book(payment["id"])
    assert (book["captured"], book["refunded"]) == (50_000, 50_000)
    assert shop.merchant.payment(payment["id"])["refunded"] is True


def test_a_held_amount_is_captured_in_part_when_the_merchant_asks(shop: Shop) -> None:
    """The rest is released there. Who cannot do that captures all of it or nothing (medusa#13301, medusa#6370)."""
    payment, path = shop.paid(capture="manual"), "/payments/{id}/capture"
    assert payment["captured"] is False
    assert shop.fake.book(payment["id"])["held"] == 50_000
    asked = 20_000
    answer = shop.merchant.api.post(path.format(**payment), json={"amount": asked})
    if not shop.can.partial_capture:
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "amount")
        asked = 50_000
        answer = shop.merchant.api.post(path.format(**payment), json={})
    assert (answer.status_code, answer.json()["capture_status"]) == (200, "pending")
    taken = shop.becomes(payment["id"], lambda now: now["capture_status"] == "succeeded", "captured")
    assert taken["amount_captured"] == asked
    book = shop.fake.book(payment["id"])
    assert (book["captured"], book["held"], book["charges"]) == (asked, 0, 1)


def test_a_held_amount_is_released_when_the_merchant_cancels(shop: Shop) -> None:
    """Cancelled with the processor's yes; where only time ends a hold, it is never captured (odoo#259230)."""
    payment = shop.paid(capture="manual")
    assert shop.merchant.api.post(f"/payments/{payment['id']}/cancel", json={}).status_code == 200
    shop.becomes(payment["id"], lambda now: now["void_status"] == "succeeded", "released")
    if shop.can.void == "expires":
        shop.fake.act("advance", seconds=(shop.can.hold_seconds or 0) + 1)
    book = shop.fake.book(payment["id"])
    assert (book["captured"], book["held"]) == (0, 0)
    assert shop.merchant.payment(payment["id"])["status"] == "cancelled"
