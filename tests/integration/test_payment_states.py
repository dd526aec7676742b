"""Every way a payment can go, by the contract's magic numbers and VPAs."""

import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack, eventually


@pytest.mark.parametrize("number", ["4242424242424242", "4111 1111 1111 1111", "6527-6589-0000-1005"])
def test_cards_that_succeed(merchant: Merchant, number: str) -> None:
    paid = merchant.settled(merchant.card(merchant.order(), number))
    assert (paid["captured"], paid["amount_captured"]) == (True, 50_000)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000000000000002", "PAYMENT_DECLINED"),
        ("4000000000009995", "INSUFFICIENT_FUNDS"),
        ("4000000000000069", "CARD_EXPIRED"),
        ("4000000000000127", "INCORRECT_CVC"),
        ("4000000000000119", "PROCESSING_ERROR"),
    ],
)
def test_cards_that_are_declined(merchant: Merchant, number: str, code: str) -> None:
    failed = merchant.settled(merchant.card(merchant.order(), number), "failed")
    assert failed["error_code"] == code
    assert failed["error_description"]
    assert failed["captured"] is False


@pytest.mark.parametrize(("result", "status"), [("success", "success"), ("failure", "failed")])
def test_a_challenge_is_decided_by_the_shopper(merchant: Merchant, result: str, status: str) -> None:
    payment = merchant.settled(merchant.card(merchant.order(), "4000002500003155"), "requires_action")
    assert payment["next_action"]["type"] == "challenge"
    answer = merchant.api.post(f"/test/payments/{payment['id']}/authenticate", json={"result": result})
    assert answer.status_code == 200
    ended = merchant.settled(payment, status)
    assert ended["next_action"] is None


def test_a_upi_approval_can_be_cancelled_and_then_not_be_approved(merchant: Merchant) -> None:
    order = merchant.order()
    payment = merchant.settled(merchant.upi(order, "pending@bank"), "requires_action")
    assert payment["next_action"]["type"] == "upi_approval"
    assert merchant.api.post(f"/payments/{payment['id']}/cancel").json()["status"] == "cancelled"

    def voided() -> bool:
        return "void" in merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]

    eventually(voided, what="a void at the bank")
    late = merchant.api.post(f"/test/payments/{payment['id']}/authenticate", json={"result": "success"})
    assert late.status_code == 400
    assert merchant.payment(payment["id"])["status"] == "cancelled"
    assert merchant.settled(merchant.upi(order))["status"] == "success"


def test_a_lost_answer_is_looked_up_and_not_taken_for_a_failure(stack: Stack, merchant: Merchant) -> None:
    payment = merchant.settled(merchant.upi(merchant.order(), "timeout@bank"))
    books = merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]
    assert books["authorize"] == {"operations": 1, "amount": 50_000, "requests": 1}


def test_a_late_answer_is_waited_for(merchant: Merchant) -> None:
    payment = merchant.upi(merchant.order(), "late@bank")
    assert merchant.payment(payment["id"])["status"] == "pending"
    assert merchant.settled(payment)["captured"] is True


def test_manual_capture_takes_a_part_once(merchant: Merchant) -> None:
    order = merchant.order(90_00, capture="manual")
    payment = merchant.settled(merchant.upi(order))
    assert payment["captured"] is False
    assert payment["expires_at"] is not None
    assert merchant.api.get(f"/orders/{order['id']}").json()["status"] == "attempted"

    capture = f"/payments/{payment['id']}/capture"
    assert merchant.api.post(capture, json={"amount": 90_01}).status_code == 400
    taken = merchant.api.post(capture, json={"amount": 40_00})
    assert taken.json()["amount_captured"] == 40_00
    again = merchant.api.post(capture, json={"amount": 40_00})
    by_then = ("capture_status", "updated_at")  # the bank may have said yes meanwhile
    assert again.status_code == 200
    assert taken.json() == again.json() | {name: taken.json()[name] for name in by_then}
    assert merchant.api.post(capture, json={"amount": 50_00}).status_code == 400
    eventually(lambda: merchant.api.get(f"/orders/{order['id']}").json()["status"] == "paid", what="a paid order")

    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 40_01})
    assert refund.json()["error"]["description"] == "Refund amount exceeds available amount"


def test_automatic_capture_answers_a_later_capture_with_the_same_payment(merchant: Merchant) -> None:
    payment = merchant.paid()
    for body in ({}, {"amount": 50_000}):
        assert merchant.api.post(f"/payments/{payment['id']}/capture", json=body).json() == payment
    assert merchant.api.post(f"/payments/{payment['id']}/capture").json() == payment


def test_only_a_successful_payment_is_captured_or_refunded(merchant: Merchant) -> None:
    failed = merchant.settled(merchant.upi(merchant.order(), "failure@bank"), "failed")
    capture = merchant.api.post(f"/payments/{failed['id']}/capture")
    assert (capture.status_code, capture.json()["error"]["description"]) == (
        400,
        "Payment not in capturable state",
    )
    refund = merchant.api.post(f"/payments/{failed['id']}/refunds", json={"amount": 100})
    assert (refund.status_code, refund.json()["error"]["code"]) == (400, "BAD_REQUEST_ERROR")
    assert merchant.api.post(f"/payments/{failed['id']}/cancel").status_code == 400


def test_a_refused_refund_frees_its_amount(merchant: Merchant) -> None:
    payment = merchant.settled(merchant.upi(merchant.order(), "refundfail@bank"))
    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 50_000}).json()

    def failed() -> bool:
        now = merchant.api.get(f"/refunds/{refund['id']}").json()
        return (now["status"], now["error_code"]) == ("failed", "REFUND_DECLINED")

    eventually(failed, what="a failed refund")
    assert merchant.payment(payment["id"])["amount_refunded"] == 0
    again = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 50_000})
    assert again.status_code == 201


def test_an_authorisation_that_is_not_captured_in_time_is_cancelled(stack: Stack, merchant: Merchant) -> None:
    payment = merchant.paid(capture="manual")
    stack.sql("UPDATE payments SET expires_at = now() - interval '1 minute' WHERE id = %s", (payment["id"],))
    refused = merchant.api.post(f"/payments/{payment['id']}/capture")
    assert refused.status_code == 400
    eventually(
        lambda: merchant.payment(payment["id"])["void_status"] == "succeeded",
        what="the bank's yes: what was asked is shown before it is told",
    )
    assert merchant.payment(payment["id"])["status"] == "cancelled"
    events = stack.sql("SELECT type FROM events WHERE object_id = %s ORDER BY sequence", (payment["id"],))
    assert [row[0] for row in events] == [
        "payment.created",
        "payment.pending",
        "payment.success",
        "payment.cancelled",
    ]
