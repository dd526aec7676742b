"""Examples in the documents: money that nobody expected."""

from typing import Any, Final

from api.payments.examples import PAYMENT
from gateway.unexpected.model import KEPT_ADVICE

UNEXPECTED: Final[dict[str, Any]] = {
    "id": "unex_K2mN8pQ4rS6tU1vW",
    "payment_id": PAYMENT["id"],
    "account_id": "acct_8sHk2LmNq0PzRtVw",
    "processor": "razorpay",
    "account_label": "Web shop",
    "charge": "pay_29QQoUBi66xm2f",
    "amount": 50000,
    "currency": "INR",
    "reason": "late",
    "status": "kept",
    "review_reason": None,
    "created_at": "2026-01-15T11:05:00.000Z",
    "returned_at": None,
    "taken_back_at": None,
    "advice": KEPT_ADVICE,
}
ASKED: Final = UNEXPECTED | {"status": "returning", "advice": None}
