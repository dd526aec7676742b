"""What a payment's timeline shows of its processor."""

from typing import Any

from tests.support.processors import KEYS, Shop


def _exchanges(shop: Shop, payment_id: str) -> list[dict[str, Any]]:
    entries = shop.merchant.api.get(f"/payments/{payment_id}/timeline").raise_for_status().json()["data"]
    return [entry for entry in entries if entry["kind"] == "processor"]


def test_a_timeline_shows_what_was_asked_and_answered(shop: Shop) -> None:
    """Each exchange, in order: of the payment and of its refund, with its time, and without a secret."""
    payment = shop.paid()
    refund = shop.refund(payment, 20_000)
    shop.refund_ends(refund, "processed")
    shown = _exchanges(shop, payment["id"])
    assert {one["processor"] for one in shown} == {shop.fake.name}
    assert {one["account_id"] for one in shown} == {shop.account_id}
    first, last = shown[0], shown[-1]
    assert first["title"] == "prepare"
    assert (first["method"], first["object_id"], first["response_code"]) == ("POST", payment["id"], 200)
    amount = first["request"].get("amount", first["request"].get("order_amount"))
    assert (str(amount), first["error"]) in (("50000", None), ("500.00", None))
    assert first["response"].get("id") or first["response"]["order_id"] == payment["id"]
    assert first["duration_ms"] >= 0
    assert (last["title"], last["object_id"]) == ("refund", refund["id"])
    keys = KEYS[shop.fake.name]
    assert not any(secret in str(shown) for secret in keys.secrets.values())


def test_a_timeline_shows_why_there_was_no_answer(shop: Shop) -> None:
    """The exchange that failed, and the one that mended it."""
    shop.fake.fail("html", "prepare")
    payment = shop.prepared()
    first, *_, last = _exchanges(shop, payment["id"])
    assert (first["response_code"], first["error"]) == (502, "502 from the processor")
    assert (last["response_code"], last["error"]) == (200, None)


def test_a_timeline_of_the_simulated_bank_shows_its_books(shop: Shop) -> None:
    """As before there were accounts."""
    merchant = shop.stack.merchant()
    payment = merchant.paid()
    entries = merchant.api.get(f"/payments/{payment['id']}/timeline").json()["data"]
    [asked] = [entry for entry in entries if entry["kind"] == "processor"]
    assert (asked["title"], asked["processor"], asked["outcome"]) == ("authorize", "simulator", "approved")
    assert (asked["amount"], asked["requests"], "method" in asked) == (50_000, 1, False)
