"""What the hosted page shows of an order, every way to pay it holds: methods, currencies, time, codes."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from dev.redis import RedisServer
from tests.functions.test_checkout_codes import refresh, shopper_view
from tests.support.client import CARD, Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack

BODIES: dict[str, dict[str, Any]] = {
    "card": {"method": "card", "card": CARD}, "upi": {"method": "upi", "vpa": "success@bank"},
    "netbanking": {"method": "netbanking", "bank": "HDFC"}, "wallet": {"method": "wallet", "wallet": "paytm"},
}  # fmt: skip


def pay(merchant: Merchant, way: str, order: dict[str, Any], by: str, **change: Any) -> httpx.Response:
    """By the merchant's key, or by the page of a shopper."""
    body = {"order_id": order["id"], **BODIES[by], **change}
    if way == "keyed":
        return merchant.api.post("/payments", json=body)
    return httpx.post(f"{merchant.base_url}/api/v1/payments/public", json=body, timeout=30)


def offered(merchant: Merchant, order: dict[str, Any]) -> list[str]:
    url = f"{merchant.base_url}/api/v1/checkout/sessions/{order['id']}/public"
    methods: list[str] = httpx.get(url, timeout=30).json()["methods"]
    return methods


@pytest.mark.parametrize("way", ["keyed", "public"])
@pytest.mark.parametrize(
    ("methods", "currency", "taken"),
    [
        (["card", "upi"], "INR", {"card", "upi"}),
        (["upi"], "INR", {"upi"}),
        (["card"], "INR", {"card"}),
        (list(BODIES), "INR", set(BODIES)),
        (["netbanking"], "INR", {"netbanking"}),
        (["card", "wallet"], "INR", {"card", "wallet"}),
        (list(BODIES), "JPY", {"card"}),
        (["upi", "card"], "KWD", {"card"}),
        (["netbanking", "wallet", "upi"], "USD", set()),
    ],
    ids=[
        "both",
        "upi alone",
        "card alone",
        "all",
        "net banking alone",
        "card and wallet",
        "rupees only, in yen",
        "and in dinars",
        "nothing left",
    ],
)
def test_an_order_is_paid_in_the_ways_that_its_page_shows(
    merchant: Merchant, way: str, methods: list[str], currency: str, taken: set[str]
) -> None:
    merchant.api.put("/checkout/settings", json={"methods": methods}).raise_for_status()
    for method in BODIES:
        order = merchant.order(500, currency=currency)
        assert set(offered(merchant, order)) == taken
        answer = pay(merchant, way, order, method)
        if method in taken:
            assert answer.status_code == 201, answer.text
            continue
        text = f"{method} is not offered for this order"
        if method in methods:
            text = f"{method} pays INR only, and this order is in {currency}"
        expect_error(answer, "BAD_REQUEST_ERROR", text, "method")
        assert merchant.api.get(f"/orders/{order['id']}").json()["status"] == "created"


@pytest.mark.parametrize("way", ["keyed", "public"])
def test_what_is_no_method_is_still_told_as_before(merchant: Merchant, way: str) -> None:
    for wrong in ("cash", None, ["upi"], "UPI", "net banking"):
        answer = pay(merchant, way, merchant.order(), "upi", method=wrong)
        text = "method must be upi, card, netbanking or wallet"
        expect_error(answer, "BAD_REQUEST_ERROR", text, "method")


@pytest.mark.parametrize("way", ["keyed", "public"])
@pytest.mark.parametrize(
    ("method", "field", "known"), [("netbanking", "bank", "HDFC"), ("wallet", "wallet", "paytm")]
)
def test_a_bank_or_a_wallet_is_named_and_known(
    merchant: Merchant, way: str, method: str, field: str, known: str
) -> None:
    merchant.api.put("/checkout/settings", json={"methods": [method]}).raise_for_status()
    order = merchant.order()
    missing = f"{field} is required: a code such as {known}"
    expect_error(pay(merchant, way, order, method, **{field: None}), "BAD_REQUEST_ERROR", missing, field)
    other = "paytm" if field == "bank" else "HDFC"
    for wrong in ("", "NOPE", other, known.swapcase(), f"{known} ", 7, [known], {"code": known}, "x" * 5000):
        answer = pay(merchant, way, order, method, **{field: wrong})
        text = f"{field} must be the code of a {field}, such as {known}"
        expect_error(answer, "BAD_REQUEST_ERROR", text, field)
    assert merchant.api.get(f"/orders/{order['id']}").json()["status"] == "created"
    made = pay(merchant, way, order, method)
    assert (made.status_code, made.json()["method"], made.json()[field]) == (201, method, known)
    assert not ({"vpa", "card_last4", "bank", "wallet"} - {field}) & set(made.json())


@pytest.mark.parametrize("methods", [[], ["cash"], ["card", "card"], "card", [*BODIES, "card"]])
def test_settings_offer_known_methods_once(merchant: Merchant, methods: Any) -> None:
    answer = merchant.api.put("/checkout/settings", json={"methods": methods})
    text = "methods must name some of upi, card, netbanking and wallet, each once"
    expect_error(answer, "BAD_REQUEST_ERROR", text, "methods")
    assert offered(merchant, merchant.order()) == ["card", "upi"], "the defaults"


def expire(stack: Stack, merchant: Merchant, order_id: str, **settings: Any) -> None:
    """Its time is over: an hour was given."""
    merchant.api.put("/checkout/settings", json={"order_seconds": 3600, **settings}).raise_for_status()
    stack.sql("UPDATE orders SET created_at = now() - interval '61 minutes' WHERE id = %s", (order_id,))


@pytest.mark.parametrize("way", ["keyed", "public"])
@pytest.mark.parametrize("method", list(BODIES))
def test_an_expired_order_is_paid_in_no_way(stack: Stack, merchant: Merchant, way: str, method: str) -> None:
    order = merchant.order()
    expire(stack, merchant, order["id"], methods=[method])
    expect_error(pay(merchant, way, order, method), "BAD_REQUEST_ERROR", "Order has expired", "order_id")
    # More time was asked for while there was some.
    stack.sql("INSERT INTO checkout_extensions VALUES (%s, 1)", (order["id"],))
    assert pay(merchant, way, order, method).status_code == 201


def test_an_expired_order_gets_no_fresh_code_and_its_payment_may_still_end(
    stack: Stack, merchant: Merchant
) -> None:
    """What was submitted in time is decided by the shopper and the bank."""
    payment = merchant.settled(merchant.upi(merchant.order(), "pending@bank"), "requires_action")
    assert refresh(stack, payment["id"]).status_code == 200
    expire(stack, merchant, payment["order_id"])
    expect_error(refresh(stack, payment["id"]), "BAD_REQUEST_ERROR", "Order has expired", "order_id")
    url = f"/test/payments/{payment['id']}/authenticate"
    assert merchant.api.post(url, json={"result": "success"}).status_code == 200
    assert merchant.settled(payment)["captured"] is True


def test_an_orders_codes_are_counted_over_all_its_payments(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    """A stranger who knows the order's id cannot hold it with one code after the other for ever."""
    stack, _ = new_stack(GATEWAY_CODES_PER_ORDER="4")
    stack.start()
    merchant = stack.merchant()
    order = merchant.order()
    left = [3, 1, 0]
    for fresh in (1, 0, 0):
        answer = pay(merchant, "public", order, "upi", vpa="pending@bank")
        payment = merchant.settled(answer.json(), "requires_action")
        assert shopper_view(stack, payment["id"])["code"]["left"] == left.pop(0)
        for _ in range(fresh):
            assert refresh(stack, payment["id"]).status_code == 200
        cancel = f"{stack.base_url}/api/v1/checkout/payments/{payment['id']}/cancel/public"
        if left:
            assert httpx.post(cancel, timeout=30).status_code == 200
    expect_error(
        refresh(stack, payment["id"]), "BAD_REQUEST_ERROR", "This order has had its last code", "order_id"
    )
    assert httpx.post(cancel, timeout=30).status_code == 200
    refused = pay(merchant, "public", order, "upi", vpa="pending@bank")
    expect_error(
        refused, "BAD_REQUEST_ERROR", "This order has had its last UPI code; pay in another way", "method"
    )
    assert pay(merchant, "public", merchant.order(), "upi").status_code == 201, "another order is another order"
    assert merchant.settled(pay(merchant, "public", order, "card").json())["captured"] is True


def test_who_has_paid_is_masked_for_whoever_knows_the_order(stack: Stack, merchant: Merchant) -> None:
    order = merchant.order()
    made = pay(merchant, "public", order, "upi", vpa="rahul.sharma@okaxis")
    payment = merchant.settled(made.json())
    base = f"{stack.base_url}/api/v1"
    session = httpx.get(f"{base}/checkout/sessions/{order['id']}/public", timeout=30)
    public = httpx.get(f"{base}/payments/{payment['id']}/public", timeout=30)
    shopper = httpx.get(f"{base}/checkout/payments/{payment['id']}/public", timeout=30)
    assert all("rahul.sharma" not in answer.text for answer in (made, session, public, shopper))
    assert (made.json()["vpa"], public.json()["vpa"]) == ("ra***@okaxis", "ra***@okaxis")
    stack.sql("UPDATE payments SET review_reason = 'ask Asha' WHERE id = %s", (payment["id"],))
    assert "Asha" not in httpx.get(f"{base}/payments/{payment['id']}/public", timeout=30).text
    assert merchant.payment(payment["id"])["vpa"] == "rahul.sharma@okaxis"
    assert merchant.payment(payment["id"])["review_reason"] == "ask Asha"
