"""Money under concurrency: what would pay twice must not, whoever comes at once."""

from collections import Counter

from tests.support.client import Merchant, at_once
from tests.support.stack import Stack


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
