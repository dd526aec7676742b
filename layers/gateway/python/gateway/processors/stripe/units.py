"""Stripe's currencies, and amounts in its units: integers only, in both directions.

Stripe's minor units are not always ISO 4217's, which are ours. The ariary has two digits in ISO and none there;
the Icelandic krona and the Ugandan shilling have none in ISO and are sent with two that have to be 00; of three
digits the last has to be 0 (its list of currencies, "special cases"). What is not in the table is refused unsent,
and so is what the other unit cannot say: an amount is never rounded.
"""

from typing import Final

from gateway.money import CURRENCY_DIGITS
from gateway.processors.capabilities import DAY, Capabilities, LookUp, MethodLimits
from gateway.processors.protocol import Unknown

_TWO: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE "
    "CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD "
    "KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU "
    "UZS WST XCD XCG YER ZAR ZMW"
)
_NONE: Final = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_TWO_THAT_ARE_00: Final = ("ISK", "UGX")
_THREE: Final = ("BHD", "JOD", "KWD", "OMR", "TND")

CURRENCIES: Final[dict[str, int]] = (
    dict.fromkeys([*_TWO.split(), *_TWO_THAT_ARE_00], 2)
    | dict.fromkeys(_NONE.split(), 0)
    | dict.fromkeys(_THREE, 3)
)
"""Code to digits, as Stripe counts them."""

_STEPS: Final = dict.fromkeys(_TWO_THAT_ARE_00, 100) | dict.fromkeys(_THREE, 10)
"""What an amount in Stripe's units has to be a multiple of."""

_LEAST: Final = {
    50: "ARS AUD BRL CAD CHF COP EUR IDR ILS INR JPY KRW NZD PHP RUB SGD USD ZAR",
    200: "AED MYR PLN RON",
    300: "NOK SEK",
    1000: "MXN THB",
}
LEAST: Final = {code: least for least, codes in _LEAST.items() for code in codes.split()} | {
    "CZK": 1500, "DKK": 250, "GBP": 30, "HKD": 400, "HUF": 17500,
}  # fmt: skip
"""The documented least amounts; all of these have as many digits as ours. Others depend on Stripe's payout."""


def to_stripe(amount: int, currency: str) -> int | None:
    """Our minor units in Stripe's; None: Stripe cannot be told this amount."""
    if currency not in CURRENCIES:
        return None
    value, rest = _moved(amount, CURRENCIES[currency] - CURRENCY_DIGITS[currency])
    return None if rest or value % _STEPS.get(currency, 1) else value


def from_stripe(value: int, currency: str) -> int:
    """Stripe's units, `currency` as Stripe writes it, in ours. Raises `Unknown` where ours cannot say it."""
    code = currency.upper()
    if code not in CURRENCIES:
        raise Unknown(f"an answer in a currency that is not known: {currency[:10]}")
    amount, rest = _moved(value, CURRENCY_DIGITS[code] - CURRENCIES[code])
    if rest:
        raise Unknown(f"an answer with a fraction of the least unit of {code}")
    return amount


def _moved(value: int, places: int) -> tuple[int, int]:
    """`value` with the decimal point moved, and what is left over."""
    return (value * 10**places, 0) if places >= 0 else divmod(value, 10**-places)


_REPEAT: Final = 23 * 3600
"""Stripe keeps a key for 24 hours at least; an hour is left for a slow sender."""
_BY_ID: Final[LookUp] = "reference"
_ALWAYS: Final = 365 * DAY
"""A second capture or cancel of an intent changes nothing, whenever it comes."""

CAPABILITIES: Final = Capabilities(
    methods={"card": frozenset(), "upi": frozenset({"intent", "qr"})},
    currencies=CURRENCIES,
    client="fields",
    repeat_seconds={"prepare": _REPEAT, "refund": _REPEAT, "capture": _ALWAYS, "void": _ALWAYS, "close": _ALWAYS},
    look_up={"refund": "own_id", **dict.fromkeys(("prepare", "authorize", "capture", "void", "close"), _BY_ID)},
    hold_seconds=7 * DAY,  # of a card that its holder typed in; then Stripe cancels the intent
    settlements=True,
    disputes=True,
    least=LEAST,
    # Twelve digits of Stripe's, the limit of cards. Some networks take less, and say so (`amount_too_large`).
    most={code: _moved(10**12 - 1, CURRENCY_DIGITS[code] - digits)[0] for code, digits in CURRENCIES.items()},
    steps=dict.fromkeys(_THREE, 10) | {"MGA": 100},
    # Its page on UPI: "Transaction limits", "Presentment currency", "Manual capture support".
    limits={"upi": MethodLimits({"INR": (100, 10_000_000)}, manual_capture=False)},
)
