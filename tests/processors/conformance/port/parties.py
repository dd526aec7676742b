"""Whom the suite runs over. A new processor is one entry: its fake, its credentials, and how it differs, as data.

What it can do is not said here: that is in its capabilities, and the cases read it there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.processors.capabilities import Capabilities
from gateway.processors.cashfree.codes import REASONS as CASHFREE_REASONS
from gateway.processors.codes import Code
from gateway.processors.protocol import Credentials
from gateway.processors.razorpay.codes import REASONS as RAZORPAY_REASONS
from gateway.processors.registry import CONNECTORS
from gateway.processors.stripe.codes import REASONS as STRIPE_REASONS
from tests.processors.fakes.base import Fake
from tests.processors.fakes.cashfree import CLIENT_ID, CLIENT_SECRET, FakeCashfree
from tests.processors.fakes.razorpay import KEY_ID, KEY_SECRET, FakeRazorpay
from tests.processors.fakes.stripe import StripeFake


@dataclass(frozen=True)
class Party:
    """One processor.

    `sends`: the verbs that send something (of the others, what stands in for them only asks). `keeps_500`: of
    which of them a 500 is answered to every repeat with the key. `looks_first`: whether a capture reads the
    payment before it is sent. `tells_mode`: whose answers say their mode.
    `unlisted`: currencies that it does not take; `exceptional`: whose minor unit differs from ISO 4217's there.
    `reasons`: its codes, with ours.
    `documented`: of its own documents' reasons one for each of ours, written here by hand: no table judges itself.
    """

    name: str
    fake: type[Fake]
    credentials: Credentials = field(repr=False)
    sends: frozenset[str]
    unlisted: tuple[str, ...]
    reasons: Mapping[str, Code] = field(repr=False)
    documented: Mapping[str, Code] = field(repr=False)
    keeps_500: frozenset[str] = frozenset()
    looks_first: bool = False
    tells_mode: frozenset[str] = frozenset()
    exceptional: tuple[str, ...] = ()

    @property
    def can(self) -> Capabilities:
        """What it can do."""
        return CONNECTORS[self.name].capabilities

    @property
    def verbs(self) -> tuple[str, ...]:
        """What is asked of it."""
        return ("prepare", "capture", "void", "refund", "close", "look_up")

    def call_of(self, verb: str) -> str:
        """The fake's name of the call that a verb comes to."""
        return verb if verb in self.sends else "look_up"


RAZORPAY: Final = Party(
    name="razorpay",
    fake=FakeRazorpay,
    credentials=Credentials(KEY_ID, {"key_secret": KEY_SECRET}),
    sends=frozenset({"prepare", "capture", "refund"}),
    unlisted=("HRK", "SLL", "ZZZ"),
    reasons=RAZORPAY_REASONS,
    documented={
        "card_declined": "PAYMENT_DECLINED",
        "insufficient_funds": "INSUFFICIENT_FUNDS",
        "card_expired": "CARD_EXPIRED",
        "incorrect_cvv": "INCORRECT_CVC",
        "invalid_vpa": "INVALID_INSTRUMENT",
        "incorrect_otp": "AUTHENTICATION_FAILED",
        "payment_cancelled": "SHOPPER_CANCELLED",
        "payment_timed_out": "PAYMENT_TIMEOUT",
        "transaction_limit_exceeded": "LIMIT_EXCEEDED",
        "card_disabled_for_online_payments": "NOT_PERMITTED",
        "payment_risk_check_failed": "SUSPECTED_FRAUD",
        "bank_technical_error": "PROCESSING_ERROR",
    },
    looks_first=True,
)
STRIPE: Final = Party(
    name="stripe",
    fake=StripeFake,
    credentials=Credentials("pk_test_fake", {"secret_key": "sk_test_" + "fake"}),
    sends=frozenset({"prepare", "capture", "void", "refund", "close"}),
    unlisted=("IQD", "HRK", "ZZZ"),
    reasons=STRIPE_REASONS,
    documented={
        "do_not_honor": "PAYMENT_DECLINED",
        "insufficient_funds": "INSUFFICIENT_FUNDS",
        "expired_card": "CARD_EXPIRED",
        "incorrect_cvc": "INCORRECT_CVC",
        "incorrect_number": "INVALID_INSTRUMENT",
        "authentication_required": "AUTHENTICATION_FAILED",
        "payment_method_customer_decline": "SHOPPER_CANCELLED",
        "payment_intent_payment_attempt_expired": "PAYMENT_TIMEOUT",
        "card_velocity_exceeded": "LIMIT_EXCEEDED",
        "card_not_supported": "NOT_PERMITTED",
        "stolen_card": "SUSPECTED_FRAUD",
        "processing_error": "PROCESSING_ERROR",
    },
    keeps_500=frozenset({"prepare", "refund"}),
    tells_mode=frozenset({"prepare", "capture", "void", "close", "look_up"}),
    exceptional=("MGA", "ISK", "UGX"),
)

CASHFREE: Final = Party(
    name="cashfree",
    fake=FakeCashfree,
    credentials=Credentials(CLIENT_ID, {"client_secret": CLIENT_SECRET}),
    sends=frozenset({"prepare", "capture", "void", "refund", "close"}),
    unlisted=("IQD", "HRK", "ZZZ"),
    reasons=CASHFREE_REASONS,
    documented={
        "bank_rejected": "PAYMENT_DECLINED",
        "Z9": "INSUFFICIENT_FUNDS",
        "54": "CARD_EXPIRED",
        "N7": "INCORRECT_CVC",
        "ZH": "INVALID_INSTRUMENT",
        "invalid_atm_pin": "AUTHENTICATION_FAILED",
        "USER_DROPPED": "SHOPPER_CANCELLED",
        "auth_timeout": "PAYMENT_TIMEOUT",
        "transaction_amount_limit": "LIMIT_EXCEEDED",
        "attempts_exceeded": "NOT_PERMITTED",
        "59": "SUSPECTED_FRAUD",
        "bank_offline": "PROCESSING_ERROR",
    },
)

PARTIES: Final = (RAZORPAY, STRIPE, CASHFREE)


def cells(faults: tuple[str, ...]) -> list[tuple[Party, str, str]]:
    """Every verb of everybody with every fault."""
    return [(party, verb, fault) for party in PARTIES for verb in party.verbs for fault in faults]


def name_of(value: object) -> str | None:
    """The name of a case's part."""
    return value.name if isinstance(value, Party) else None
