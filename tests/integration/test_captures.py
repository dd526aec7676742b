"""A manual capture and a void are asked for, and come true, are told and are booked with the bank's yes."""

from collections.abc import Callable
from typing import Any

import pytest

from dev.redis import RedisServer
from tests.support.client import Merchant, at_once
from tests.support.stack import Stack, eventually

ENTRIES = "SELECT kind FROM ledger_entries WHERE id LIKE '{}:%' ORDER BY kind"
TOLD = "SELECT type FROM events WHERE object_id = '{}' ORDER BY sequence"
ACCEPTED = ["payment.created", "payment.pending", "payment.success"]


def authorised(merchant: Merchant, vpa: str = "success@bank", amount: int = 50_000) -> dict[str, Any]:
    return merchant.settled(merchant.upi(merchant.order(amount, capture="manual"), vpa))


def ask(merchant: Merchant, payment: dict[str, Any], verb: str, body: Any = None, status: int = 200) -> Any:
    answer = merchant.api.post(f"/payments/{payment['id']}/{verb}", json=body or {})
    assert answer.status_code == status, answer.text
    return answer.json()


def answered(merchant: Merchant, payment: dict[str, Any], verb: str, status: str) -> dict[str, Any]:
    """The payment, once the bank has answered so."""

    def look() -> dict[str, Any] | None:
        now = merchant.payment(payment["id"])
        return now if now[f"{verb}_status"] == status else None

    return eventually(look, what=f"{verb} {status}")


def column(stack: Stack, statement: str, object_id: str) -> list[Any]:
    return [row[0] for row in stack.sql(statement.format(object_id))]


def order_of(merchant: Merchant, payment: dict[str, Any]) -> dict[str, Any]:
    order: dict[str, Any] = merchant.api.get(f"/orders/{payment['order_id']}").json()
    return order


def no_differences(stack: Stack, payment: dict[str, Any]) -> None:
    assert not [row for row in stack.sql("SELECT * FROM ledger_audit()") if payment["id"] in str(row)]


@pytest.fixture
def own(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> Stack:
    """A product of its own, whose worker a test may take away: so the bank is not asked yet."""
    stack, _ = new_stack()
    stack.start()
    return stack


def test_while_a_capture_is_under_way_it_is_shown_as_asked_and_nothing_is_told_or_booked(own: Stack) -> None:
    merchant = own.merchant()
    payment = authorised(merchant)
    own.worker.kill()
    shown = ask(merchant, payment, "capture", {"amount": 40_000})
    assert (shown["status"], shown["captured"], shown["capture_status"], shown["amount_captured"]) == (
        "success", True, "pending", 40_000,
    )  # fmt: skip
    assert ask(merchant, payment, "capture") == shown == merchant.payment(payment["id"])
    ask(merchant, payment, "capture", {"amount": 50_000}, 400)
    ask(merchant, payment, "cancel", status=400)
    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 15_000})
    assert (refund.status_code, refund.json()["status"]) == (201, "pending")
    refund_id = refund.json()["id"]
    assert order_of(merchant, payment)["status"] == "attempted"
    assert column(own, TOLD, payment["id"]) == ACCEPTED
    assert column(own, ENTRIES, payment["id"]) == ["authorization"]
    assert column(own, ENTRIES, refund_id) == []
    assert own.sql("SELECT * FROM ledger_audit()") == []

    own.start("worker")
    taken = answered(merchant, payment, "capture", "succeeded")
    assert (taken["captured"], taken["amount_captured"], taken["expires_at"]) == (True, 40_000, None)
    assert order_of(merchant, payment)["status"] == "paid"
    assert column(own, TOLD, payment["id"]) == [*ACCEPTED, "payment.captured"]
    assert column(own, TOLD, payment["order_id"]) == ["order.paid"]
    assert column(own, ENTRIES, payment["id"]) == ["authorization", "capture", "release"]
    eventually(lambda: merchant.api.get(f"/refunds/{refund_id}").json()["status"] == "processed")
    assert column(own, ENTRIES, refund_id) == ["payout", "reserve"]
    assert own.sql("SELECT * FROM ledger_audit()") == []


@pytest.mark.parametrize("vpa", ["capturefail@bank", None], ids=["upi", "card"])
def test_a_refused_capture_is_told_and_leaves_what_was_there(
    stack: Stack, merchant: Merchant, vpa: str | None
) -> None:
    order = merchant.order(capture="manual")
    made = merchant.upi(order, vpa) if vpa else merchant.card(order, "4000 0000 0000 0341")
    payment = merchant.settled(made)
    assert ask(merchant, payment, "capture")["captured"] is True
    refused = answered(merchant, payment, "capture", "failed")
    told = {"capture_status": "failed", "decline_code": "CAPTURE_REFUSED", "updated_at": refused["updated_at"]}
    assert refused == payment | told
    assert order_of(merchant, payment)["status"] == "attempted"
    assert column(stack, TOLD, payment["id"]) == [*ACCEPTED, "payment.capture_failed"]
    assert column(stack, TOLD, payment["order_id"]) == []
    assert column(stack, ENTRIES, payment["id"]) == ["authorization"]
    (event,) = merchant.api.get("/events", params={"event": "payment.capture_failed"}).json()["data"]
    told = event["data"]["payment"]
    assert (told["status"], told["captured"], told["error_code"]) == ("success", False, "CAPTURE_REFUSED")
    assert "amount_captured" not in told
    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100})
    assert (refund.status_code, refund.json()["error"]["field"]) == (400, "amount")
    no_differences(stack, payment)


def test_a_refused_capture_may_be_asked_for_again_under_a_new_key(stack: Stack, merchant: Merchant) -> None:
    payment = authorised(merchant, "captureonce@bank")
    ask(merchant, payment, "capture")
    answered(merchant, payment, "capture", "failed")
    answers = at_once(10, lambda _: ask(merchant, payment, "capture", {"amount": 20_000}))
    assert {answer["amount_captured"] for answer in answers} == {20_000}
    answered(merchant, payment, "capture", "succeeded")
    books = "SELECT key, amount, outcome FROM simulator.operations WHERE payment_id = %s ORDER BY key OFFSET 1"
    assert stack.sql(books, (payment["id"],)) == [
        (f"{payment['id']}:capture", 50_000, "declined"),
        (f"{payment['id']}:capture:2", 20_000, "approved"),
    ]
    assert column(stack, TOLD, payment["id"])[3:] == ["payment.capture_failed", "payment.captured"]
    assert order_of(merchant, payment)["status"] == "paid"
    no_differences(stack, payment)


def test_a_refund_that_waits_for_a_refused_capture_fails_before_the_next_capture(own: Stack) -> None:
    merchant = own.merchant()
    payment = authorised(merchant, "captureonce@bank")
    own.worker.kill()
    ask(merchant, payment, "capture")
    refunds = [
        merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": amount}).json()["id"]
        for amount in (100, 49_900)
    ]
    # As the bank's no leaves it, before the refunds have had their turn.
    own.sql(
        "UPDATE payments SET capture_status = 'failed', captured = false, amount_captured = 0, work = NULL, "
        "due_at = NULL WHERE id = %s",
        (payment["id"],),
    )
    refused = merchant.api.post(f"/payments/{payment['id']}/capture", json={"amount": 100})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "CONFLICT_ERROR")
    assert refused.headers["Retry-After"] == "1"
    own.start("worker")
    for refund_id in refunds:
        ended = eventually(lambda refund_id=refund_id: _ended(merchant, refund_id), what="the refund's end")
        assert (ended["status"], ended["error_code"]) == ("failed", "CAPTURE_REFUSED")
        assert column(own, ENTRIES, refund_id) == []
    ask(merchant, payment, "capture")
    assert own.sql("SELECT * FROM ledger_audit()") == []


def _ended(merchant: Merchant, refund_id: str) -> dict[str, Any] | None:
    refund: dict[str, Any] = merchant.api.get(f"/refunds/{refund_id}").json()
    return refund if refund["status"] != "pending" else None


def test_a_void_is_shown_as_asked_and_told_and_booked_with_the_banks_yes(own: Stack) -> None:
    merchant = own.merchant()
    payment = authorised(merchant)
    own.worker.kill()
    shown = ask(merchant, payment, "cancel")
    assert (shown["status"], shown["captured"], shown["void_status"]) == ("cancelled", False, "pending")
    assert ask(merchant, payment, "cancel") == shown == merchant.payment(payment["id"])
    ask(merchant, payment, "capture", status=400)
    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100})
    assert refund.json()["error"]["description"] == "Payment must be successful to be refunded"
    body = {"order_id": payment["order_id"], "method": "upi", "vpa": "success@bank"}
    assert merchant.api.post("/payments", json=body).status_code == 400, (
        "the bank still holds the first one's amount"
    )
    assert column(own, TOLD, payment["id"]) == ACCEPTED
    assert column(own, ENTRIES, payment["id"]) == ["authorization"]
    assert own.sql("SELECT * FROM ledger_audit()") == []

    own.start("worker")
    ended = answered(merchant, payment, "void", "succeeded")
    assert (ended["status"], ended["expires_at"]) == ("cancelled", None)
    assert column(own, TOLD, payment["id"]) == [*ACCEPTED, "payment.cancelled"]
    assert column(own, ENTRIES, payment["id"]) == ["authorization", "release"]
    assert merchant.api.post("/payments", json=body).status_code == 201
    assert own.sql("SELECT * FROM ledger_audit()") == []


def test_a_refused_void_is_told_and_the_payment_stands_as_it_was(stack: Stack, merchant: Merchant) -> None:
    payment = authorised(merchant, "voidfail@bank")
    ask(merchant, payment, "cancel")
    stands = answered(merchant, payment, "void", "failed")
    kept = {name: value for name, value in payment.items() if name not in ("void_status", "updated_at")}
    assert stands == kept | {"void_status": "failed", "updated_at": stands["updated_at"]}
    assert column(stack, TOLD, payment["id"]) == [*ACCEPTED, "payment.void_failed"]
    assert column(stack, ENTRIES, payment["id"]) == ["authorization"]
    ask(merchant, payment, "cancel")
    eventually(lambda: len(column(stack, TOLD, payment["id"])) == 5, what="the second refusal")
    keys = "SELECT key FROM simulator.operations WHERE payment_id = '{}' AND kind = 'void' ORDER BY 1"
    assert column(stack, keys, payment["id"]) == [f"{payment['id']}:void", f"{payment['id']}:void:2"]
    ask(merchant, payment, "capture")
    answered(merchant, payment, "capture", "succeeded")
    no_differences(stack, payment)


def test_what_the_bank_does_not_release_in_time_is_not_asked_for_without_end(
    stack: Stack, merchant: Merchant
) -> None:
    """And is still there to be captured: the bank holds it."""
    payment = authorised(merchant, "voidfail@bank")
    stack.sql("UPDATE payments SET expires_at = now() - interval '1 minute' WHERE id = %s", (payment["id"],))
    answered(merchant, payment, "void", "failed")
    other = authorised(merchant)
    stack.sql("UPDATE payments SET expires_at = now() - interval '1 minute' WHERE id = %s", (other["id"],))
    merchant.settled(other, "cancelled")
    answered(merchant, other, "void", "succeeded")
    assert column(stack, TOLD, payment["id"]) == [*ACCEPTED, "payment.void_failed"]
    ask(merchant, payment, "capture")
    answered(merchant, payment, "capture", "succeeded")


def test_a_shopper_cannot_void_what_is_authorised(stack: Stack, merchant: Merchant) -> None:
    payment = authorised(merchant)
    cancel = f"/checkout/payments/{payment['id']}/cancel/public"
    assert merchant.api.post(cancel).status_code == 400
    ask(merchant, payment, "cancel")
    answered(merchant, payment, "void", "succeeded")
