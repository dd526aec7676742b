"""An order is `attempted` from the moment at which it has a payment; only the end of that is written to it."""

from typing import Any

import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack


@pytest.fixture
def shop(stack: Stack) -> Merchant:
    return stack.merchant()


def pending(stack: Stack, shop: Merchant, **order: Any) -> dict[str, Any]:
    """A payment that stays pending: nobody is to work on it."""
    payment = shop.settled(shop.upi(shop.order(**order), "failure@bank"), "failed")
    stack.sql(
        "UPDATE payments SET status = 'pending', error_code = NULL, error_description = NULL, "
        "review_reason = 'held' WHERE id = %s",
        (payment["id"],),
    )
    stack.sql(
        "UPDATE orders SET status = 'created', updated_at = created_at WHERE id = %s", (payment["order_id"],)
    )
    return shop.payment(payment["id"])


def listed(shop: Merchant, **filters: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = shop.api.get("/orders", params=filters).json()["data"]
    return rows


def written(stack: Stack, order_id: str) -> str:
    [(status,)] = stack.sql("SELECT status FROM orders WHERE id = %s", (order_id,))
    return str(status)


def test_an_order_is_attempted_as_soon_as_it_has_a_payment(stack: Stack, shop: Merchant) -> None:
    payment = pending(stack, shop, receipt="Cart-1")
    order = shop.api.get(f"/orders/{payment['order_id']}").json()
    assert written(stack, order["id"]) == "created"
    assert order["status"] == "attempted"
    assert order["updated_at"] == payment["created_at"] > order["created_at"]
    assert shop.api.get(f"/orders/{order['id']}/public").json()["status"] == "attempted"
    assert listed(shop) == listed(shop, status="attempted") == [order]
    assert listed(shop, status="created") == listed(shop, status="paid") == []


def test_the_filters_tell_orders_with_and_without_a_payment_apart(stack: Stack, shop: Merchant) -> None:
    untouched = [shop.order(1000 + number)["id"] for number in range(3)]
    held = [pending(stack, shop)["order_id"] for _ in range(2)]
    failed = shop.settled(shop.upi(shop.order(), "failure@bank"), "failed")["order_id"]
    paid = shop.paid()["order_id"]
    expected = {"created": untouched[::-1], "attempted": [failed, *held[::-1]], "paid": [paid]}
    for status, ids in expected.items():
        rows = listed(shop, status=status)
        assert [row["id"] for row in rows] == ids
        assert {row["status"] for row in rows} == {status}


def test_the_csv_says_what_the_list_says(stack: Stack, shop: Merchant) -> None:
    payment = pending(stack, shop)
    shop.order()
    text = shop.api.get("/orders", params={"status": "attempted"}, headers={"Accept": "text/csv"}).text
    header, *rows = [line.split(",") for line in text.lstrip("\ufeff").strip().splitlines()]
    [row] = [dict(zip(header, values, strict=True)) for values in rows]
    assert (row["id"], row["status"], row["updated_at"]) == (
        payment["order_id"], "attempted", payment["created_at"],
    )  # fmt: skip


def test_another_merchants_payment_attempts_nothing_of_ours(stack: Stack, shop: Merchant) -> None:
    pending(stack, stack.merchant())
    order = shop.order()
    assert listed(shop, status="attempted") == []
    assert [row["id"] for row in listed(shop, status="created")] == [order["id"]]


def test_the_end_of_a_payment_without_its_money_is_written_with_the_time_of_the_payment(
    stack: Stack, shop: Merchant
) -> None:
    failed = shop.settled(shop.upi(shop.order(), "failure@bank"), "failed")
    held = shop.settled(shop.upi(shop.order(capture="manual")))
    for payment in (failed, held):
        assert written(stack, payment["order_id"]) == "attempted"
        order = shop.api.get(f"/orders/{payment['order_id']}").json()
        assert (order["status"], order["updated_at"]) == ("attempted", payment["created_at"])
    again = shop.settled(shop.upi({"id": failed["order_id"]}))
    paid = shop.api.get(f"/orders/{failed['order_id']}").json()
    assert (paid["status"], paid["updated_at"]) == ("paid", again["updated_at"])
