"""The closed set of codes with which a payment, capture or refund is refused, and what a shopper may read.

Each connector has a table from its processor's codes to these. What is in no table becomes `PAYMENT_DECLINED`; its
raw form is kept and counted.
"""

from typing import Final, Literal

Code = Literal[
    "PAYMENT_DECLINED",
    "INSUFFICIENT_FUNDS",
    "CARD_EXPIRED",
    "INCORRECT_CVC",
    "INVALID_INSTRUMENT",
    "AUTHENTICATION_FAILED",
    "SHOPPER_CANCELLED",
    "PAYMENT_TIMEOUT",
    "LIMIT_EXCEEDED",
    "NOT_PERMITTED",
    "SUSPECTED_FRAUD",
    "PROCESSING_ERROR",
    "REFUND_DECLINED",
    "CAPTURE_REFUSED",
]

CODES: Final[dict[Code, str]] = {
    "PAYMENT_DECLINED": "The bank declined the payment",
    "INSUFFICIENT_FUNDS": "The account has insufficient funds",
    "CARD_EXPIRED": "The card has expired",
    "INCORRECT_CVC": "The security code is wrong",
    "INVALID_INSTRUMENT": "The card or UPI address is not valid",
    "AUTHENTICATION_FAILED": "The shopper did not approve the payment",
    "SHOPPER_CANCELLED": "The shopper cancelled the payment",
    "PAYMENT_TIMEOUT": "The payment was not completed in time",
    "LIMIT_EXCEEDED": "The payment is over a limit of the card or account",
    "NOT_PERMITTED": "The card or account does not permit this payment",
    # Nobody who tries stolen cards is told why.
    "SUSPECTED_FRAUD": "The bank declined the payment",
    "PROCESSING_ERROR": "The payment could not be processed",
    "REFUND_DECLINED": "The refund was refused",
    "CAPTURE_REFUSED": "The capture was refused",
}
"""With a text that is safe to show to the shopper."""
