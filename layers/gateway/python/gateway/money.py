"""Amounts are integers in the currency's minor unit; nothing here is a float.

The table is ISO 4217 (list one, 2026-01): currency code to number of decimal digits.
Funds codes, precious metals and test codes are left out: nobody can be paid in them.
"""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

MINIMUM_AMOUNT: Final = 100
"""Smallest order, in minor units (contract: `amount must be at least 100`)."""

MAXIMUM_AMOUNT: Final = 10**12
"""Largest order, in minor units. Sums of many still fit a 64-bit integer."""

_TWO_DIGITS: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG "
    "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES "
    "WST XCD XCG YER ZAR ZMW ZWG"
)
_ZERO_DIGITS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS: Final = "BHD IQD JOD KWD LYD OMR TND"

CURRENCY_DIGITS: Final[dict[str, int]] = (
    dict.fromkeys(_TWO_DIGITS.split(), 2)
    | dict.fromkeys(_ZERO_DIGITS.split(), 0)
    | dict.fromkeys(_THREE_DIGITS.split(), 3)
)


def _known_currency(code: str) -> str:
    if code not in CURRENCY_DIGITS:
        raise ValueError("currency must be an upper-case ISO 4217 code")
    return code


Currency = Annotated[
    str, Field(json_schema_extra={"enum": sorted(CURRENCY_DIGITS)}), AfterValidator(_known_currency)
]


def format_amount(amount: int, currency: str) -> str:
    """Decimal text of minor units for people: `format_amount(50000, "INR")` is `500.00 INR`."""
    return f"{decimal_text(amount, currency)} {currency}"


def decimal_text(amount: int, currency: str) -> str:
    """Minor units as a decimal with all digits of the currency: `500.00` for 50000 INR, `500` for 500 JPY."""
    digits = CURRENCY_DIGITS[currency]
    if digits == 0:
        return str(amount)
    whole, rest = divmod(abs(amount), 10**digits)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:0{digits}d}"
