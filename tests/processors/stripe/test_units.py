"""Amounts in Stripe's units: integers, both ways, nothing rounded."""

import pytest
from iso4217 import Currency

from gateway.money import CURRENCY_DIGITS
from gateway.processors.protocol import Unknown
from gateway.processors.stripe.units import CAPABILITIES, CURRENCIES, LEAST, from_stripe, to_stripe


def test_every_currency_goes_there_and_back() -> None:
    """Each that Stripe takes is one of ours; what can be said is said exactly."""
    assert set(CURRENCIES) <= set(CURRENCY_DIGITS)
    for code in CURRENCIES:
        for amount in (100, 12_300, 99_900, 12_345_600, 999_999_000):
            value = to_stripe(amount, code)
            assert type(value) is int
            back = from_stripe(value, code.lower())
            assert type(back) is int
            assert back == amount, code


def test_the_units_differ_from_iso_where_stripe_says_so_and_nowhere_else() -> None:
    """Held against a package of ISO 4217's; woocommerce-gateway-stripe#2720 is a wrong table."""
    differing = {code: digits for code, digits in CURRENCIES.items() if Currency(code).exponent != digits}
    assert differing == {"MGA": 0, "ISK": 2, "UGX": 2}


@pytest.mark.parametrize(
    ("amount", "code", "stripe"),
    [
        (1_099, "USD", 1_099),
        (500, "JPY", 500),
        (500, "KRW", 500),
        (5, "ISK", 500),
        (5, "UGX", 500),
        (500, "MGA", 5),
        (501, "MGA", None),
        (5_120, "KWD", 5_120),
        (5_124, "KWD", None),
        (5_130, "TND", 5_130),
        (1_045, "HUF", 1_045),
        (80_045, "TWD", 80_045),
        (1_000, "IQD", None),
        (1_000, "XYZ", None),
        (999_999_999_999, "INR", 999_999_999_999),
    ],
)
def test_the_documented_examples(amount: int, code: str, stripe: int | None) -> None:
    """Of Stripe's list of currencies: zero digits, the special cases, three digits."""
    assert to_stripe(amount, code) == stripe
    if stripe is not None:
        assert from_stripe(stripe, code.lower()) == amount


@pytest.mark.parametrize(("value", "code"), [(501, "isk"), (1, "ugx"), (5, "xyz"), (5, "iqd"), (5, "")])
def test_what_ours_cannot_say_is_unknown(value: int, code: str) -> None:
    """A fraction of a krona is no answer that can be believed."""
    with pytest.raises(Unknown):
        from_stripe(value, code)


def test_least_and_most_are_in_our_units() -> None:
    """The documented least amounts, and twelve digits of Stripe's."""
    assert {code: LEAST[code] for code in ("USD", "GBP", "JPY", "HUF", "MXN", "INR")} == {
        "USD": 50, "GBP": 30, "JPY": 50, "HUF": 17_500, "MXN": 1_000, "INR": 50,
    }  # fmt: skip
    assert set(LEAST) <= set(CURRENCIES)
    assert all(CURRENCIES[code] == CURRENCY_DIGITS[code] for code in LEAST)
    assert CAPABILITIES.why_not("card", "GBP", 29) == "takes no less than 30 GBP (minor units)"
    assert CAPABILITIES.why_not("card", "INR", 10**12) == "takes no more than 999999999999 INR (minor units)"
    assert CAPABILITIES.most["ISK"] == 9_999_999_999
    assert CAPABILITIES.most["MGA"] == 99_999_999_999_900
    assert CAPABILITIES.why_not("card", "KWD", 12_345) == "takes only multiples of 10 KWD (minor units)"
    assert CAPABILITIES.why_not("card", "MGA", 12_345) == "takes only multiples of 100 MGA (minor units)"
    assert CAPABILITIES.why_not("card", "ISK", 12_345) is None
