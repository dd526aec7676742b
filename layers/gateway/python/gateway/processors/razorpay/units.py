"""Razorpay's currencies, what an amount has to be, and what else it can do, as data.

For every currency here Razorpay counts the minor units of ISO 4217 (its list gives the exponents), so an amount is
sent and read as the same integer. Two of its list are left out, as ISO has withdrawn them (HRK, SLL).
"""

from typing import Final

from gateway.processors.capabilities import DAY, Capabilities, LookUp, MethodLimits
from gateway.processors.instruments import BANKS, WALLETS

_TWO_DIGITS: Final = (
    "AED ALL AMD AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BZD CAD CHF CNY COP CRC CUP CVE CZK DKK DOP "
    "DZD EGP ETB EUR FJD GBP GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LKR LRD "
    "LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PEN PGK PHP PKR PLN QAR RON "
    "RSD RUB SAR SCR SEK SGD SOS SVC SZL THB TRY TTD TWD TZS UAH USD UYU UZS XCD YER ZAR ZMW"
)
_ZERO_DIGITS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS: Final = "BHD IQD JOD KWD OMR TND"

AUTOMATIC_MINUTES: Final = 12
"""How long an authorised payment of an automatic order waits for our worker's capture: the least that Razorpay
takes. Money that comes later goes back by itself, which is what stands in for a void."""

MANUAL_MINUTES: Final = 3 * 24 * 60
"""How long one waits for a merchant's. Of Razorpay's documents one allows up to three days, another up to five."""

_BY_ID: Final[LookUp] = "reference"
_FLOWS: Final = frozenset({"intent", "qr"})
_WALLETS: Final = frozenset(WALLETS) - {"paytm"}  # it is only shown for others there ("External wallets")
_RUPEES: Final = MethodLimits({"INR": (None, None)})  # the most depends on the merchant: Razorpay says it
CAPABILITIES: Final = Capabilities(
    methods={"card": frozenset(), "upi": _FLOWS, "netbanking": frozenset(BANKS), "wallet": _WALLETS},
    currencies=dict.fromkeys(_TWO_DIGITS.split(), 2)
    | dict.fromkeys(_ZERO_DIGITS.split(), 0)
    | dict.fromkeys(_THREE_DIGITS.split(), 3),
    client="fields",
    partial_capture=False,
    capture_is_ours=True,
    void="expires",
    # An order has no key: it is looked for first. A payment is captured once, however often that is asked. For how
    # long a refund's key is kept is not told.
    repeat_seconds={"prepare": None, "capture": 5 * DAY, "refund": None, "close": 5 * DAY},
    look_up={"prepare": "own_id", "capture": _BY_ID, "void": _BY_ID, "refund": "own_id", "close": "own_id"},
    hold_seconds=MANUAL_MINUTES * 60,
    auto_refund_seconds=5 * DAY,
    late_success_seconds=5 * DAY,
    paid_twice=True,
    settlements=True,
    disputes=True,
    # "The amount must be at least INR 1.00". Of other currencies none is documented.
    least={"INR": 100},
    steps=dict.fromkeys(_THREE_DIGITS.split(), 10),  # card networks settle these in tens
    limits={"upi": _RUPEES, "netbanking": _RUPEES, "wallet": _RUPEES},
)
