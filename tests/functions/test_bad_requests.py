"""What a body may hold, and in which state what is possible: 400, 413 and 415."""

import httpx
import pytest

from tests.support.client import CARD, Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack


@pytest.mark.parametrize(
    "amount", [None, "500", 500.0, 500.5, True, False, 99, 0, -1, -(10**400), [], {}, "1e3"], ids=str
)
def test_an_amount_that_is_none_is_a_400_with_the_text_that_clients_match(
    merchant: Merchant, amount: object
) -> None:
    answer = merchant.api.post("/orders", json={"amount": amount})
    expect_error(answer, "BAD_REQUEST_ERROR", "amount must be at least 100", "amount")


def test_an_order_without_an_amount_is_a_400(merchant: Merchant) -> None:
    answer = merchant.api.post("/orders", json={"currency": "INR"})
    expect_error(answer, "BAD_REQUEST_ERROR", "amount must be at least 100", "amount")


@pytest.mark.parametrize(
    "amount", [10**12 + 1, 3 * 10**18, 2**63, 10**400], ids=lambda value: f"10^{len(str(value)) - 1}"
)
def test_an_amount_over_the_limit_is_a_400(merchant: Merchant, amount: int) -> None:
    answer = merchant.api.post("/orders", json={"amount": amount})
    expect_error(answer, "BAD_REQUEST_ERROR", "amount must be at most 1000000000000", "amount")


@pytest.mark.parametrize(
    "fields",
    [
        {"currency": "inr"},
        {"currency": "XXX"},
        {"currency": "XAU"},
        {"currency": "RUPEE"},
        {"currency": ""},
        {"currency": None},
        {"currency": 356},
        {"receipt": "x" * 256},
        {"receipt": 7},
        {"notes": []},
        {"notes": "text"},
        {"notes": {"a": 1}},
        {"notes": {"a": None}},
        {"notes": {"a": "x" * 257}},
        {"notes": {"a" * 257: "x"}},
        {"notes": {str(number): "x" for number in range(16)}},
        {"capture": "later"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_field_of_an_order_is_a_400_that_names_it(merchant: Merchant, fields: dict[str, object]) -> None:
    error = expect_error(merchant.api.post("/orders", json={"amount": 500} | fields), "BAD_REQUEST_ERROR")
    assert error["field"].split(".")[0] == next(iter(fields))


def test_what_is_just_within_the_limits_is_taken(merchant: Merchant) -> None:
    notes = {f"{number}".ljust(256, "k"): "v" * 256 for number in range(15)}
    order = merchant.order(10**12, currency="KWD", receipt="r" * 255, notes=notes)
    assert order["notes"] == notes
    assert merchant.order(100)["amount"] == 100


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"method": "cash"}, "BAD_REQUEST_ERROR", "method"),
        ({"method": None}, "BAD_REQUEST_ERROR", "method"),
        ({"method": ["upi"]}, "BAD_REQUEST_ERROR", "method"),
        ({"vpa": "nobody"}, "INVALID_VPA", "vpa"),
        ({"vpa": "a@b@c"}, "INVALID_VPA", "vpa"),
        ({"vpa": "a b@c"}, "INVALID_VPA", "vpa"),
        ({"vpa": "a@b\n"}, "INVALID_VPA", "vpa"),
        ({"vpa": None}, "INVALID_VPA", "vpa"),
        ({"vpa": 7}, "INVALID_VPA", "vpa"),
        ({"method": "card"}, "INVALID_CARD", "card"),
        ({"method": "card", "card": "4242"}, "INVALID_CARD", "card"),
        ({"method": "card", "card": CARD | {"number": "4242424242424241"}}, "INVALID_CARD", "card.number"),
        ({"method": "card", "card": CARD | {"number": "424242424242"}}, "INVALID_CARD", "card.number"),
        ({"method": "card", "card": CARD | {"number": "4242 4242 4242 4242x"}}, "INVALID_CARD", "card.number"),
        ({"method": "card", "card": CARD | {"number": 4242424242424242}}, "INVALID_CARD", "card.number"),
        ({"method": "card", "card": CARD | {"expiry_month": 13}}, "INVALID_CARD", "card.expiry_month"),
        ({"method": "card", "card": CARD | {"expiry_month": 10**400}}, "INVALID_CARD", "card.expiry_month"),
        ({"method": "card", "card": CARD | {"expiry_year": 203}}, "INVALID_CARD", "card.expiry_year"),
        ({"method": "card", "card": CARD | {"cvv": "12"}}, "INVALID_CARD", "card.cvv"),
        ({"method": "card", "card": CARD | {"cvv": 123}}, "INVALID_CARD", "card.cvv"),
        ({"method": "card", "card": CARD | {"holder_name": " "}}, "INVALID_CARD", "card.holder_name"),
        ({"method": "card", "card": CARD | {"expiry_year": 2020}}, "EXPIRED_CARD", "card.expiry_year"),
        ({"method": "card", "card": CARD | {"expiry_year": "20"}}, "EXPIRED_CARD", "card.expiry_year"),
    ],
    ids=str,
)
def test_a_method_that_is_filled_in_wrong_has_a_code_of_its_own(
    stack: Stack, merchant: Merchant, change: dict[str, object], code: str, field: str
) -> None:
    body = {"order_id": merchant.order()["id"], "method": "upi", "vpa": "success@bank"} | change
    expect_error(merchant.api.post("/payments", json=body), code, field=field)
    expect_error(httpx.post(f"{stack.base_url}/api/v1/payments/public", json=body), code, field=field)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"number": 4242424242424242}, "Card number must be a string of digits"),
        ({"cvv": 123}, "cvv must be a string of 3 or 4 digits"),
    ],
    ids=str,
)
def test_digits_that_are_no_text_are_told_so(merchant: Merchant, change: dict[str, object], text: str) -> None:
    body = {"order_id": merchant.order()["id"], "method": "card", "card": CARD | change}
    expect_error(merchant.api.post("/payments", json=body), "INVALID_CARD", text)


def test_the_order_is_looked_for_before_the_method_is_looked_at(merchant: Merchant) -> None:
    body = {"order_id": "order_8sHk2LmNq0PzRtVw", "method": "cash"}
    expect_error(merchant.api.post("/payments", json=body), "NOT_FOUND_ERROR", field="order_id")
    expect_error(merchant.api.post("/payments", json={"method": "cash"}), "BAD_REQUEST_ERROR", field="order_id")


def test_an_illegal_state_is_a_400_with_the_texts_that_clients_match(merchant: Merchant) -> None:
    failed = merchant.settled(merchant.upi(merchant.order(), "failure@bank"), "failed")
    answer = merchant.api.post(f"/payments/{failed['id']}/capture")
    expect_error(answer, "BAD_REQUEST_ERROR", "Payment not in capturable state")
    paid = merchant.paid(1000)
    answer = merchant.api.post(f"/payments/{paid['id']}/refunds", json={"amount": 1001})
    expect_error(answer, "BAD_REQUEST_ERROR", "Refund amount exceeds available amount", "amount")
    body = {"order_id": paid["order_id"], "method": "upi", "vpa": "success@bank"}
    expect_error(merchant.api.post("/payments", json=body), "BAD_REQUEST_ERROR", field="order_id")


def test_a_body_over_the_limit_is_a_413(merchant: Merchant) -> None:
    for size in (262_145, 1_000_000, 20_000_000):
        body = b'{"amount":500,"receipt":"' + b"x" * size + b'"}'
        answer = merchant.api.post("/orders", content=body, headers={"Content-Type": "application/json"})
        expect_error(answer, "PAYLOAD_TOO_LARGE")


def test_a_body_over_the_limit_that_does_not_say_its_length_is_a_413(merchant: Merchant) -> None:
    parts = (b"x" * 65_536 for _ in range(64))
    answer = merchant.api.post("/orders", content=parts, headers={"Content-Type": "application/json"})
    expect_error(answer, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "",
    ],
)
def test_a_body_that_is_not_sent_as_json_is_a_415(merchant: Merchant, media_type: str) -> None:
    answer = merchant.api.post("/orders", content=b'{"amount":500}', headers={"Content-Type": media_type})
    expect_error(answer, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=UTF-8", None]
)
def test_a_body_that_is_sent_as_json_is_read(merchant: Merchant, media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    assert merchant.api.post("/orders", content=b'{"amount":500}', headers=headers).status_code == 201


def test_a_number_of_thousands_of_digits_is_a_400(stack: Stack, merchant: Merchant) -> None:
    payment = merchant.upi(merchant.order())
    for wait in ("9" * 5_000, "0" * 5_000, "٣", "-1", "21"):
        url = f"{stack.base_url}/api/v1/checkout/payments/{payment['id']}/public"
        expect_error(httpx.get(url, params={"wait": wait}), "BAD_REQUEST_ERROR", field="wait")


@pytest.mark.parametrize(
    "body",
    [b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b'{"a":[1e400]}', b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}"],
    ids=["nul", "half a pair", "infinite", "deep"],
)
def test_a_body_where_none_is_read_does_no_harm(merchant: Merchant, body: bytes) -> None:
    """The audit row of a control action shows the body, and could not be stored with this one."""
    made = merchant.api.post("/webhooks/endpoints", json={"url": "https://example.com/hook"})
    path = f"/webhooks/endpoints/{made.json()['id']}"
    headers = {"Content-Type": "application/json"}
    answer = merchant.api.request("DELETE", path, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    expect_error(merchant.api.get(path), "NOT_FOUND_ERROR")
