"""Amounts as Cashfree writes them: exact in both directions, by the bytes that are sent."""

import json
from decimal import Decimal
from typing import Any

import pytest

from gateway.processors.cashfree.orders import order_body
from gateway.processors.cashfree.units import CAPABILITIES, CURRENCIES, from_major, to_major
from gateway.processors.client import _as_json
from gateway.processors.protocol import Unknown
from tests.processors.cashfree.support import payment


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1034, "INR", "10.34"),
        (100, "INR", "1.00"),
        (10, "INR", "0.10"),
        (29, "INR", "0.29"),  # 0.29 is no float: 0.28999…
        (10**12, "INR", "10000000000.00"),
        (10**12 - 1, "USD", "9999999999.99"),
        (500, "JPY", "500"),
        (12_340, "KWD", "12.34"),
        (-1034, "INR", "-10.34"),
    ],
)
def test_an_amount_is_written_digit_by_digit_and_read_back(amount: int, currency: str, text: str) -> None:
    told = to_major(amount, currency)
    assert told is not None
    assert _as_json({"amount": told}) == f'{{"amount":{text}}}'
    read = json.loads(text, parse_float=str)  # as the client reads it
    assert from_major(read, currency) == amount


def test_what_two_decimals_cannot_say_is_not_told() -> None:
    assert to_major(12_345, "KWD") is None
    assert to_major(100, "XTS") is None
    assert all(CAPABILITIES.steps[code] == 10 for code in ("BHD", "JOD", "KWD", "OMR"))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        10.34,
        "10.345",
        "1e-3",
        "1e15",
        "1e99",
        "0x10",
        "",
        "12,34",
        "NaN",
        " 1",
        "1 ",
        "9" * 16,
        [],
        "१०",
    ],
)
def test_what_is_no_amount_is_unknown(value: Any) -> None:
    """A float has never come through the client: it has lost its digits."""
    with pytest.raises(Unknown):
        from_major(value, "INR")


def test_more_digits_than_are_needed_are_the_same_amount() -> None:
    assert from_major("170.00", "INR") == from_major("170.000", "INR") == from_major(170, "INR") == 17_000


def test_an_exponent_is_read_digit_by_digit() -> None:
    """Java writes ten millions as `1.0E7`, and a decimal without its last noughts as `1E+3`."""
    assert from_major("1.0E7", "INR") == 10**9
    assert from_major("1.23456789E7", "INR") == 1_234_567_890
    assert from_major("1E+3", "INR") == from_major("1e3", "INR") == 100_000
    assert from_major("1.5e-1", "INR") == 15


def test_an_amount_in_a_currency_that_nobody_knows_is_unknown() -> None:
    with pytest.raises(Unknown):
        from_major("1.00", "ABC")


def test_a_million_amounts_come_back_as_they_went() -> None:
    """Each of the least digits, far up and down."""
    for base in (0, 10**6, 10**10, 10**12 - 10**4):
        for amount in range(base, base + 10_000):
            told = to_major(amount, "INR")
            assert told is not None and from_major(str(told), "INR") == amount


def test_the_request_says_the_amount_once_and_nothing_of_the_shopper() -> None:
    op = payment(amount=29)
    body = order_body(op)
    assert body["order_amount"] == Decimal("0.29")
    assert body["customer_details"] == {
        "customer_id": op.payment_id.replace("_", ""), "customer_phone": "9999999999",
    }  # fmt: skip
    assert '"order_amount":0.29,' in _as_json(body)
    assert CURRENCIES["INR"] == 2
