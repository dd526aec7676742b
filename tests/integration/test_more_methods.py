"""Net banking, wallets and UPI without a typed address, over the simulated bank: every way that they can go."""

from collections.abc import Callable
from typing import Any

import pytest

from dev.redis import RedisServer
from gateway.processors.capabilities import METHODS
from tests.support.client import Merchant
from tests.support.stack import Stack, eventually

WAITING: list[tuple[dict[str, Any], str]] = [
    ({"method": "netbanking", "bank": "HDFC"}, "bank_page"),
    ({"method": "wallet", "wallet": "paytm"}, "bank_page"),
    ({"method": "upi", "flow": "qr"}, "upi_qr"),
    ({"method": "upi", "flow": "intent"}, "upi_intent"),
]
BY = pytest.mark.parametrize(("body", "kind"), WAITING, ids=[str(list(body.values())) for body, _ in WAITING])


def pay(merchant: Merchant, body: dict[str, Any], **order: Any) -> dict[str, Any]:
    merchant.offer(*METHODS)
    made = merchant.by(order=merchant.order(**order), **body)
    return merchant.settled(made, "requires_action")


def decide(merchant: Merchant, payment: dict[str, Any], result: str) -> int:
    answer = merchant.api.post(f"/test/payments/{payment['id']}/authenticate", json={"result": result})
    return answer.status_code


@BY
@pytest.mark.parametrize(("result", "status"), [("success", "success"), ("failure", "failed")])
def test_the_shopper_decides(
    merchant: Merchant, body: dict[str, Any], kind: str, result: str, status: str
) -> None:
    payment = pay(merchant, body)
    assert payment["next_action"]["type"] == kind
    assert {name: payment[name] for name in body} == body
    assert decide(merchant, payment, result) == 200
    ended = merchant.settled(payment, status)
    assert (ended["next_action"], ended["captured"]) == (None, status == "success")
    assert ended["error_code"] == (None if status == "success" else "AUTHENTICATION_FAILED")


@BY
def test_what_waits_stays_what_it_was_when_the_bank_is_looked_up(
    stack: Stack, merchant: Merchant, body: dict[str, Any], kind: str
) -> None:
    payment = pay(merchant, body)
    before = merchant.payment(payment["id"])["next_action"]
    stack.sql("UPDATE payments SET due_at = now() WHERE id = %s", (payment["id"],))
    looked = "SELECT due_at > now() AND lease_token IS NULL FROM payments WHERE id = %s"
    eventually(lambda: stack.sql(looked, (payment["id"],)) == [(True,)], what="another look")
    assert merchant.payment(payment["id"])["next_action"] == before
    assert before["type"] == kind


@BY
def test_given_up_it_frees_the_order_and_can_be_approved_no_more(
    merchant: Merchant, body: dict[str, Any], kind: str
) -> None:
    payment = pay(merchant, body)
    assert merchant.api.post(f"/payments/{payment['id']}/cancel").json()["status"] == "cancelled"

    def voided() -> bool:
        return "void" in merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]

    eventually(voided, what="a void at the bank")
    assert decide(merchant, payment, "success") == 400
    again = merchant.by(order={"id": payment["order_id"]}, method="netbanking", bank="TEST_SUCCESS")
    assert merchant.settled(again)["bank"] == "TEST_SUCCESS"


@BY
def test_held_money_is_taken_and_paid_back_in_part(merchant: Merchant, body: dict[str, Any], kind: str) -> None:
    payment = pay(merchant, body, capture="manual")
    assert decide(merchant, payment, "success") == 200
    held = merchant.settled(payment)
    assert (held["captured"], held["amount_captured"]) == (False, 0)
    taken = merchant.api.post(f"/payments/{payment['id']}/capture", json={"amount": 30_000})
    assert taken.status_code == 200
    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 10_000}).json()

    def paid_back() -> bool:
        return bool(merchant.api.get(f"/refunds/{refund['id']}").json()["status"] == "processed")

    eventually(paid_back, what="the refund")
    books = merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]
    assert {kind: one["amount"] for kind, one in books.items()} == {
        "authorize": 50_000, "capture": 30_000, "refund": 10_000,
    }  # fmt: skip


def test_nobody_comes_and_the_bank_declines(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> None:
    stack, _ = new_stack(GATEWAY_ACTION_SECONDS="2")
    stack.start()
    merchant = stack.merchant()
    for body, _ in WAITING:
        payment = pay(merchant, body)
        stack.sql("UPDATE payments SET due_at = now() + interval '3 s' WHERE id = %s", (payment["id"],))
        assert merchant.settled(payment, "failed")["error_code"] == "PAYMENT_TIMEOUT"


def test_the_link_of_the_simulated_bank_carries_the_payment_as_npci_spells_it(merchant: Merchant) -> None:
    merchant.offer("upi")
    for amount, rupees in ((100, "1.00"), (49_905, "499.05"), (10**12, "10000000000.00")):
        waits = merchant.settled(merchant.by("upi", merchant.order(amount), flow="qr"), "requires_action")
        reference = waits["id"].replace("_", "")
        assert waits["next_action"]["uri"] == (
            f"upi://pay?pa=simulator@example&pn=Simulated%20bank&tr={reference}&am={rupees}&cu=INR"
        )
        assert reference.isalnum() and len(reference) <= 35


def test_events_and_the_public_payment_name_the_bank(stack: Stack, merchant: Merchant) -> None:
    payment = pay(merchant, {"method": "netbanking", "bank": "SBIN"})
    decide(merchant, payment, "success")
    merchant.settled(payment)
    shown = merchant.api.get(f"/payments/{payment['id']}/public").json()
    assert (shown["bank"], "wallet" in shown) == ("SBIN", False)
    told = stack.sql(
        "SELECT type, convert_from(payload, 'UTF8')::jsonb #>> '{data,payment,bank}' FROM events "
        "WHERE object_id = %s ORDER BY sequence",
        (payment["id"],),
    )
    types = ["payment.created", "payment.pending", "payment.requires_action", "payment.success"]
    assert told == [(name, "SBIN") for name in types]
