"""How often a processor is asked: as often as something can have changed, and not once more."""

from tests.processors.conformance.telling import at_rest
from tests.support.processors import Shop


def put_off(shop: Shop, payment_id: str) -> None:
    """Nobody looks by himself within the hour."""
    shop.stack.sql("UPDATE payments SET due_at = now() + interval '1 hour' WHERE id = %s", (payment_id,))


def tell_last(shop: Shop, payment_id: str) -> None:
    """The last that has happened to the payment."""
    assert shop.tell(shop.told_of(payment_id)[-1]).status_code == 200


def test_what_a_notice_tells_of_a_payment_is_looked_at_once(shop: Shop) -> None:
    payment = shop.prepared()
    put_off(shop, payment["id"])
    shop.fake.pay(payment["id"])
    tell_last(shop, payment["id"])
    assert shop.merchant.settled(payment)["captured"]
    at_rest(shop, payment["id"])
    calls = shop.fake.about(payment["id"])
    addresses = [(call["method"], call["path"]) for call in calls]
    assert len(addresses) == len(set(addresses)), addresses
    assert {call["operation"] for call in calls} == {"prepare", "look_up"} | (
        {"capture"} if shop.can.capture_is_ours else set()
    )


def test_what_was_captured_there_before_the_first_look_is_captured_here(shop: Shop) -> None:
    payment = shop.prepared(capture="manual")
    put_off(shop, payment["id"])
    shop.fake.pay(payment["id"])
    shop.fake.act("capture_in_dashboard", payment_id=payment["id"])
    tell_last(shop, payment["id"])
    now = shop.becomes(payment["id"], lambda now: bool(now["captured"]), "captured", looks=False)
    assert (now["status"], now["amount_captured"]) == ("success", 50_000)
    assert shop.fake.book(payment["id"])["captured"] == 50_000
