"""Cashfree's currencies, its amounts, and what else it can do.

It counts in major units, as JSON numbers with a fraction (10.34): decimals from end to end, as the client keeps
them. Three digits are told as two, so their last has to be 0: nothing is rounded.
"""

from decimal import Decimal
from typing import Any, Final

from gateway.money import CURRENCY_DIGITS
from gateway.processors.capabilities import DAY, Capabilities, MethodLimits
from gateway.processors.protocol import Unknown
from gateway.processors.reading import read_major

# Of the more than 140 of its list those that we know, with the digits of ISO 4217, as it has them.
_TWO: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BDT BRL BSD CAD CHF CNY COP CZK DKK DZD EGP EUR FJD GBP HKD HUF IDR ILS "
    "INR KES LKR MAD MUR MXN MYR NGN NOK NPR NZD PEN PHP PKR PLN QAR RON SAR SEK SGD THB TRY TWD USD ZAR ZMW"
)
_THREE: Final = ("BHD", "JOD", "KWD", "OMR")
_DIGITS: Final = dict.fromkeys(_TWO.split(), 2) | dict.fromkeys(_THREE, 3)
CURRENCIES: Final = _DIGITS | dict.fromkeys(("JPY", "KRW", "VND"), 0)
UNTOLD: Final = "not sent: Cashfree cannot be told this amount"
_STEPS: Final = dict.fromkeys(_THREE, 10)  # "Provide upto two decimals" (its type of an order)


def to_major(amount: int, currency: str) -> Decimal | None:
    """Our minor units as Cashfree writes them; None: it cannot be told this amount."""
    if currency not in CURRENCIES or amount % _STEPS.get(currency, 1):
        return None
    digits = CURRENCIES[currency]
    return Decimal(amount).scaleb(-digits).quantize(Decimal((0, (1,), -min(digits, 2))))


def from_major(value: Any, currency: str) -> int:
    """A number of an answer in our minor units. Raises `Unknown` where they cannot say it."""
    if currency not in CURRENCY_DIGITS:
        raise Unknown(f"an answer in a currency that is not known: {currency[:10]}")
    return read_major(value, CURRENCY_DIGITS[currency])


CAPABILITIES: Final = Capabilities(
    methods={"card": frozenset(), "upi": frozenset({"intent", "qr"})},
    currencies=CURRENCIES,
    client="fields",
    # An account with pre-authorisation holds every card payment; others take each at once, and hold none.
    capture_is_ours=True,
    # Orders and refunds have our ids, which are taken once. For how long a key is kept is not told.
    repeat_seconds={},
    look_up=dict.fromkeys(("prepare", "authorize", "capture", "void", "refund", "close"), "own_id"),
    hold_seconds=7 * DAY,  # then it is released by itself
    late_success_seconds=5 * DAY,
    paid_twice=True,
    settlements=True,
    disputes=True,
    least={code: 10**digits for code, digits in CURRENCIES.items()},  # one of the major unit
    steps=_STEPS,
    # Its checkout holds no money by UPI: that takes a flag of the call by which others send card numbers.
    limits={"upi": MethodLimits({"INR": (None, None)}, manual_capture=False)},
)
