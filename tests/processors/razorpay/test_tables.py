"""What the connector has as data: currencies and codes."""

import inspect
from pathlib import Path

from gateway.money import CURRENCY_DIGITS
from gateway.processors.codes import CODES
from gateway.processors.razorpay import connector
from gateway.processors.razorpay.codes import REASONS, code_of, raw_of
from gateway.processors.razorpay.connector import CAPABILITIES, CONNECTOR
from gateway.processors.registry import CONNECTORS


def test_it_is_registered() -> None:
    assert CONNECTORS["razorpay"] is CONNECTOR


def test_minor_units_are_ours_for_every_currency() -> None:
    """An amount is sent as the same integer, which is right only while this holds."""
    assert CAPABILITIES.currencies == {code: CURRENCY_DIGITS[code] for code in CAPABILITIES.currencies}
    assert {CAPABILITIES.currencies[code] for code in ("INR", "JPY", "KWD")} == {0, 2, 3}
    assert {code for code, digits in CAPABILITIES.currencies.items() if digits == 3} == set(CAPABILITIES.steps)


def test_reasons_map_into_the_closed_set() -> None:
    assert set(REASONS.values()) <= set(CODES)
    assert len(REASONS) > 100
    assert code_of("incorrect_cvv") == "INCORRECT_CVC"
    assert code_of("payment_risk_check_failed") == "SUSPECTED_FRAUD"
    assert code_of("a_reason_of_tomorrow") == code_of(None) == "PAYMENT_DECLINED"


def test_the_raw_form_is_kept_without_what_says_nothing() -> None:
    error = {"code": "BAD_REQUEST_ERROR", "reason": "NA", "source": None, "step": "payment_authentication"}
    assert raw_of(error) == "BAD_REQUEST_ERROR/payment_authentication"
    assert raw_of({}) == "no reason given"


def test_a_connector_is_small() -> None:
    files = Path(inspect.getfile(connector)).parent.glob("*.py")
    assert sum(len(file.read_text().splitlines()) for file in files) <= 900
