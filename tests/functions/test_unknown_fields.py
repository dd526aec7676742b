"""A field that nobody knows is named where it would change what is done; elsewhere a slip of the pen is."""

from typing import Any

import httpx
import pytest

from gateway.validation import is_one_edit
from tests.support.client import CARD, Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack


@pytest.fixture
def owner(stack: Stack, merchant: Merchant) -> Merchant:
    stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (merchant.key,))
    return merchant


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("curency", "currency", True),
        ("currrency", "currency", True),
        ("currancy", "currency", True),
        ("currnecy", "currency", True),
        ("ucrrency", "currency", True),
        ("currenc", "currency", True),
        ("xcurrency", "currency", True),
        ("currency", "currency", False),
        ("curenyc", "currency", False),
        ("ccurrenc", "currency", False),
        ("crurnecy", "currency", False),
        ("amount", "account", False),
        ("", "a", True),
        ("", "ab", False),
        ("ab", "ba", True),
        ("abc", "cba", False),
    ],
)
def test_one_edit_is_a_letter_more_less_or_other_or_two_that_changed_places(
    one: str, other: str, is_one: bool
) -> None:
    assert is_one_edit(one, other) == is_one_edit(other, one) == is_one


def authorised(merchant: Merchant) -> dict[str, Any]:
    return merchant.settled(merchant.upi(merchant.order(capture="manual")))


@pytest.mark.parametrize(
    ("body", "field"),
    [({"amout": 100}, "amout"), ({"amount": 100, "final": True}, "final"), ({"Amount": 100}, "Amount")],
    ids=str,
)
def test_a_capture_with_an_unknown_field_takes_nothing(merchant: Merchant, body: Any, field: str) -> None:
    payment = authorised(merchant)
    error = expect_error(
        merchant.api.post(f"/payments/{payment['id']}/capture", json=body), "BAD_REQUEST_ERROR", field=field
    )
    assert error["description"].startswith(f"Unknown field {field!r}")
    assert merchant.payment(payment["id"])["amount_captured"] == 0
    assert merchant.api.post(f"/payments/{payment['id']}/capture", json={}).status_code == 200


@pytest.mark.parametrize("amount", [None, 0, -1, "100", 100.5, True, [100]], ids=str)
def test_a_capture_of_an_amount_that_is_none_takes_nothing(merchant: Merchant, amount: Any) -> None:
    """An absent amount means all of it; one that was meant and got lost does not."""
    payment = authorised(merchant)
    path = f"/payments/{payment['id']}/capture"
    expect_error(merchant.api.post(path, json={"amount": amount}), "BAD_REQUEST_ERROR", field="amount")
    assert merchant.payment(payment["id"])["amount_captured"] == 0


def test_what_was_meant_is_said(merchant: Merchant) -> None:
    answer = merchant.api.post(f"/payments/{merchant.paid()['id']}/refunds", json={"amout": 100})
    expect_error(answer, "BAD_REQUEST_ERROR", "Unknown field 'amout': did you mean amount?", "amout")


def test_a_refund_with_an_unknown_field_pays_nothing_back(merchant: Merchant) -> None:
    payment = merchant.paid()
    path = f"/payments/{payment['id']}/refunds"
    for body in ({"amount": 100, "speed": "optimum"}, {"amount": 100, "reson": "late"}):
        expect_error(merchant.api.post(path, json=body), "BAD_REQUEST_ERROR", field=list(body)[1])
    assert merchant.api.get(path).json() == []
    assert merchant.api.post(path, json={"amount": 100, "reason": "late"}).status_code == 201


def test_control_bodies_name_what_they_do_not_know(owner: Merchant) -> None:
    made = owner.api.post("/webhooks/endpoints", json={"url": "https://example.com/hook"}).json()
    endpoint = f"/webhooks/endpoints/{made['id']}"
    key = owner.api.post("/keys", json={"label": "one"}).json()["key"]["id"]
    for method, path, body, field in (
        ("POST", "/keys", {"label": "x", "scope": ["read"]}, "scope"),
        ("POST", f"/keys/{key}/rotate", {"overlap": 0}, "overlap"),
        ("PATCH", f"/keys/{key}", {"label": "x", "scopes": []}, "scopes"),
        ("POST", "/team/accept", {"token": "t", "nmae": "A", "password": "x" * 12}, "nmae"),
        ("POST", "/team/invitation", {"tokn": "t"}, "tokn"),
        ("POST", "/webhooks/endpoints", {"url": "https://example.com/", "event": []}, "event"),
        ("PATCH", endpoint, {"ulr": "https://example.com/"}, "ulr"),
        ("POST", f"{endpoint}/rotate-secret", {"overlap_hour": 0}, "overlap_hour"),
        ("PUT", "/checkout/settings", {"allowed_origin": []}, "allowed_origin"),
        ("POST", "/webhooks/recover", {"since": "2026-01-01", "untill": "2026-01-02"}, "untill"),
        ("POST", "/webhooks/verify", {"headers": {}, "payload": ""}, "payload"),
        ("POST", f"/payments/{authorised(owner)['id']}/cancel", {"reason": "x"}, "reason"),
    ):
        answer = owner.api.request(method, path, json=body)
        error = expect_error(answer, "BAD_REQUEST_ERROR", field=field)
        assert error["description"].startswith(f"Unknown field {field!r}"), (path, error)
    assert owner.api.get(endpoint).json()["url"] == "https://example.com/hook"


def test_settings_and_endpoints_may_be_sent_back_as_they_came(owner: Merchant) -> None:
    settings = owner.api.get("/checkout/settings").json()
    assert owner.api.put("/checkout/settings", json=settings | {"display_name": "Shop"}).status_code == 200
    made = owner.api.post("/webhooks/endpoints", json={"url": "https://example.com/hook"}).json()
    shown = owner.api.get(f"/webhooks/endpoints/{made['id']}").json()
    again = owner.api.patch(f"/webhooks/endpoints/{made['id']}", json=shown | {"description": "x"})
    assert again.json()["description"] == "x"


def test_creating_goes_on_ignoring_what_it_does_not_know(stack: Stack, merchant: Merchant) -> None:
    """What clients of this contract and of gateways like it send."""
    more = {"payment_capture": 1, "customer_email": "a@example.com", "offers": [], "partial_payment": False,
            "metadata": {"curency": "INR"}, "CURRENCY": "usd", "currencyCode": "usd"}  # fmt: skip
    order = merchant.api.post("/orders", json={"amount": 500, "currency": "INR", "notes": {"curency": "x"}} | more)
    assert order.status_code == 201, order.text
    assert merchant.api.post("/orders", json=order.json()).status_code == 201, "an order as it came"
    extra = {
        "amount": 500,
        "currency": "INR",
        "amuont": 1,
        "email": "a@example.com",
        "contact": "1",
        "customer": {},
    }
    body = {"order_id": order.json()["id"], "method": "card", "card": CARD | {"network": "visa", "name": "x"}}
    url = f"{stack.base_url}/api/v1/payments/public"
    assert httpx.post(url, json=body | extra).status_code == 201


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("curency", "currency"),
        ("recipt", "receipt"),
        ("note", "notes"),
        ("captured", "capture"),
        ("Notes", "notes"),
    ],
)
def test_an_order_with_a_near_miss_is_a_400_that_says_what_was_meant(
    merchant: Merchant, name: str, meant: str
) -> None:
    answer = merchant.api.post("/orders", json={"amount": 500, name: None})
    expect_error(answer, "BAD_REQUEST_ERROR", f"Unknown field {name!r}: did you mean {meant}?", name)
    good = {"currency": "INR", "receipt": "r", "notes": {}, "capture": "manual"}
    both = merchant.api.post("/orders", json={"amount": 500, name: None, meant: good[meant]})
    assert both.status_code == 201, "beside the right one it is a field of the client's own"


@pytest.mark.parametrize("route", ["/payments", "/payments/public"])
def test_a_payment_with_a_near_miss_is_a_400_that_says_what_was_meant(
    stack: Stack, merchant: Merchant, route: str
) -> None:
    order = merchant.order()["id"]
    card = {name: value for name, value in CARD.items() if name != "holder_name"}
    for body, code, field in (
        ({"orderid": order, "method": "upi", "vpa": "success@bank"}, "BAD_REQUEST_ERROR", "orderid"),
        ({"order_id": order, "methd": "upi", "vpa": "success@bank"}, "BAD_REQUEST_ERROR", "methd"),
        (
            {"order_id": order, "method": "card", "card": card | {"holdername": "A"}},
            "INVALID_CARD",
            "card.holdername",
        ),
        (
            {"order_id": order, "method": "card", "card": card | {"expiry_yaer": 2030}},
            "INVALID_CARD",
            "card.holder_name",
        ),
    ):
        answer = merchant.api.post(route, json=body)
        expect_error(answer, code, field=field)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"notes": []}, "notes must be an object of at most 15 texts"),
        ({"notes": {"a": 1}}, "notes must be an object of at most 15 texts"),
        ({"receipt": 7}, "receipt must be a text of at most 255 characters"),
    ],
    ids=str,
)
def test_a_wrong_type_is_told_in_plain_words(merchant: Merchant, fields: dict[str, Any], text: str) -> None:
    error = expect_error(merchant.api.post("/orders", json={"amount": 500} | fields), "BAD_REQUEST_ERROR")
    assert error["description"].startswith(text), error


@pytest.mark.parametrize("verb", ["capture", "cancel", "refunds"])
def test_a_key_of_another_body_is_told_before_its_unknown_fields(merchant: Merchant, verb: str) -> None:
    payment = merchant.settled(merchant.upi(merchant.order(capture="manual"), "success@bank"))
    path, headers = f"/payments/{payment['id']}/{verb}", {"Idempotency-Key": "once"}
    body = {"amount": 100} if verb == "refunds" else {}
    merchant.api.post(path, json=body, headers=headers)
    expect_error(merchant.api.post(path, json=body | {"reason_": "x"}, headers=headers), "IDEMPOTENCY_KEY_REUSED")
    expect_error(merchant.api.post(path, json=body | {"reason_": "x"}), "BAD_REQUEST_ERROR", field="reason_")
