"""Money under concurrency: what would pay twice must not, whoever comes at once."""

from collections import Counter

from tests.support.client import Merchant, at_once
from tests.support.stack import Stack, eventually


def test_fifty_refunds_of_thirty_percent_give_exactly_three(stack: Stack, merchant: Merchant) -> None:
    payment = merchant.paid(100_00)
    answers = at_once(
        50, lambda _: merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 30_00})
    )

    assert Counter(answer.status_code for answer in answers) == {201: 3, 400: 47}
    refusals = {answer.json()["error"]["description"] for answer in answers if answer.status_code == 400}
    assert refusals == {"Refund amount exceeds available amount"}

    def all_processed() -> bool:
        refunds = merchant.api.get(f"/payments/{payment['id']}/refunds").json()
        return [refund["status"] for refund in refunds] == ["processed"] * 3

    eventually(all_processed, what="three processed refunds")
    assert merchant.payment(payment["id"])["amount_refunded"] == 90_00
    books = merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]["refund"]
    assert books == {"operations": 3, "amount": 90_00, "requests": 3}


def test_twenty_payments_on_one_order_give_one(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
    answers = at_once(20, lambda _: merchant.api.post("/payments", json=body))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 19}
    assert stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(1,)]


def test_a_failed_payment_frees_its_order_for_another_try(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    failed = merchant.settled(merchant.upi(order, "failure@bank"), "failed")
    assert failed["error_code"] == "PAYMENT_DECLINED"
    assert merchant.settled(merchant.upi(order))["status"] == "success"


def test_fifty_equal_idempotency_keys_give_one_row_and_equal_answers(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}

    def pay(_: int) -> tuple[int, bytes, str | None]:
        while True:
            answer = merchant.api.post("/payments", json=body, headers={"Idempotency-Key": "the-same"})
            if answer.status_code != 409:  # the first one is still at work: the contract lets us come back
                return answer.status_code, answer.content, answer.headers.get("Idempotent-Replayed")

    answers = at_once(50, pay)
    assert {status for status, _, _ in answers} == {201}
    assert len({content for _, content, _ in answers}) == 1
    assert sorted(str(replayed) for _, _, replayed in answers) == ["None"] + ["true"] * 49
    assert stack.sql("SELECT count(*) FROM payments WHERE order_id = %s", (order["id"],)) == [(1,)]


def test_fifty_captures_take_the_money_once(stack: Stack, merchant: Merchant) -> None:
    payment = merchant.paid(80_00, capture="manual")
    assert payment["captured"] is False
    answers = at_once(
        50, lambda _: merchant.api.post(f"/payments/{payment['id']}/capture", json={"amount": 50_00})
    )

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["amount_captured"] for answer in answers} == {50_00}

    def captured_at_the_bank() -> bool:
        operations = merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]
        return operations.get("capture") == {"operations": 1, "amount": 50_00, "requests": 1}

    eventually(captured_at_the_bank, what="one capture at the bank")


def test_of_a_capture_and_a_cancellation_one_wins(stack: Stack, merchant: Merchant) -> None:
    for _ in range(10):
        payment = merchant.paid(70_00, capture="manual")
        answers = at_once(
            2, lambda n, id=payment["id"]: merchant.api.post(f"/payments/{id}/{('capture', 'cancel')[n]}", json={})
        )
        assert sorted(answer.status_code for answer in answers) == [200, 400]
        now = merchant.payment(payment["id"])
        expected = ("success", True) if answers[0].status_code == 200 else ("cancelled", False)
        assert (now["status"], now["captured"]) == expected

        def settled_at_the_bank(id: str = payment["id"], kind: str = "capture" if expected[1] else "void") -> bool:
            operations = merchant.api.get(f"/test/processor/{id}").json()["operations"]
            return set(operations) == {"authorize", kind}

        eventually(settled_at_the_bank, what="the winner's operation, and no other, at the bank")
