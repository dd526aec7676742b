"""Fresh UPI codes of a waiting payment."""

from typing import Any

import httpx

from tests.support.client import Merchant, at_once
from tests.support.stack import Stack


def waiting(merchant: Merchant) -> str:
    payment = merchant.upi(merchant.order(), "pending@bank")
    return str(merchant.settled(payment, "requires_action")["id"])


def refresh(stack: Stack, payment_id: str) -> httpx.Response:
    return httpx.post(f"{stack.base_url}/api/v1/checkout/payments/{payment_id}/code/public", timeout=30)


def shopper_view(stack: Stack, payment_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(f"{stack.base_url}/api/v1/checkout/payments/{payment_id}/public").json()
    return answer


def test_a_new_code_is_the_same_payment_with_its_full_time(stack: Stack, merchant: Merchant) -> None:
    payment_id = waiting(merchant)
    first = shopper_view(stack, payment_id)
    assert first["code"] == {"number": 1, "issued_at": first["created_at"], "left": 9}
    key = f"{payment_id}:authorize"
    stack.sql(
        "UPDATE simulator.operations SET answer_at = clock_timestamp() + interval '1 minute' WHERE key = %s",
        (key,),
    )
    second = refresh(stack, payment_id).json()
    assert (second["id"], second["status"], second["code"]["number"]) == (payment_id, "requires_action", 2)
    assert second["code"]["issued_at"] > first["created_at"]
    assert shopper_view(stack, payment_id)["code"] == second["code"]
    waits = "SELECT answer_at > clock_timestamp() + interval '2 minutes' FROM simulator.operations WHERE key = %s"
    assert stack.sql(waits, (key,)) == [(True,)]


def test_ten_codes_are_the_most_also_at_once(stack: Stack, merchant: Merchant) -> None:
    payment_id = waiting(merchant)
    answers = at_once(12, lambda _: refresh(stack, payment_id).status_code)
    assert sorted(answers) == [200] * 9 + [400] * 3
    assert shopper_view(stack, payment_id)["code"]["left"] == 0


def test_only_a_payment_that_waits_for_a_scan_gets_a_code(stack: Stack, merchant: Merchant) -> None:
    paid = merchant.settled(merchant.upi(merchant.order(), "success@bank"))["id"]
    challenged = merchant.settled(merchant.card(merchant.order(), "4000002500003155"), "requires_action")["id"]
    for payment_id in (paid, challenged):
        assert refresh(stack, payment_id).status_code == 400
        assert "code" not in shopper_view(stack, payment_id)
    assert refresh(stack, "pay_0000000000000000").status_code == 404
