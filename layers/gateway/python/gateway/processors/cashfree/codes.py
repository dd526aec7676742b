"""Cashfree's reasons, as our closed set of codes.

A failed try has an `error_reason`, a network's own code (`error_code_raw`), an `error_code` that tells the kind
and a status (`USER_DROPPED`). The first of these that is here counts. All of its reasons stand in no public text.
"""

from collections.abc import Mapping
from typing import Any, Final

from gateway.processors.codes import Code

_REASONS: Final[dict[Code, str]] = {
    "PAYMENT_DECLINED": "bank_rejected transaction_declined credit_failed U30 U31 U67 RP OC 05",
    "INSUFFICIENT_FUNDS": "insufficient_funds insufficient_balance Z9 51",
    "CARD_EXPIRED": "card_expired 54",
    "INCORRECT_CVC": "invalid_cvv incorrect_cvv N7",
    "INVALID_INSTRUMENT": "invalid_card_number invalid_vpa card_unsupported ZH XH XI XL 14",
    "AUTHENTICATION_FAILED": """authentication_failed invalid_otp invalid_pin invalid_atm_pin
        authorisation_not_acknowledged ZM SP Z6 U18 55""",
    "SHOPPER_CANCELLED": "USER_DROPPED CANCELLED user_dropped customer_declined ZA",
    "PAYMENT_TIMEOUT": "auth_timeout session_expired order_inactive U69 U24 UT U09",
    "LIMIT_EXCEEDED": "transaction_amount_limit limit_exceeded order_amount_invalid Z7 Z8 ZU U02 U03 61 65",
    "NOT_PERMITTED": """payment_method_unsupported payment_instrument_blocked attempts_exceeded
        payment_gateway_unsupported card_submission_disabled ZE ZG ZX YE B3 RN 57 62""",
    # Nobody who tries stolen cards is told why.
    "SUSPECTED_FRAUD": "suspected_fraud risk_threshold_exceeded U16 59 41 43",
    "PROCESSING_ERROR": """gateway_error GATEWAY_ERROR network_error NETWORK_ERROR bank_offline invalid_format
        currency_mismatch encryption_error response_error invalid_transaction credit_reversal_timeout
        debit_reversal_timeout api_error bad_gateway_error U04 U06 U07 U08 U10 U12 U15 U36 RB RR 91 96""",
}

REASONS: Final[dict[str, Code]] = {word: code for code, words in _REASONS.items() for word in words.split()}
"""Cashfree's `error_reason`, `error_code_raw`, `error_code` or status to our code."""

_FIELDS: Final = ("error_reason", "error_code_raw", "error_code")


def reason_of(payment: Mapping[str, Any]) -> tuple[Code, str]:
    """Our code of a failed try, and what Cashfree said, in one word for people: `bank_rejected/Z9/…`."""
    details = payment.get("error_details")
    told = details if isinstance(details, dict) else {}
    words = [str(told[name])[:60] for name in _FIELDS if told.get(name)] + [str(payment.get("payment_status"))]
    known = [REASONS[word] for word in words if word in REASONS]
    return known[0] if known else "PAYMENT_DECLINED", "/".join(words)
