"""Examples in the documents: trials."""

from typing import Any, Final

from api.processor_accounts.examples import ACCOUNT_ID

TRIAL: Final[dict[str, Any]] = {
    "account_id": ACCOUNT_ID,
    "offer": {"amount": 100, "currency": "INR", "methods": ["card", "upi"]},
    "why_not": None,
    "order": {
        "id": "order_H8sK3jD9s2L1pQr4",
        "amount": 100,
        "currency": "INR",
        "status": "attempted",
        "created_at": "2026-01-15T10:34:00.000Z",
    },
    "checkout_url": "https://checkout.example/checkout?order_id=order_H8sK3jD9s2L1pQr4",
    "payment_id": "pay_H8sK3jD9s2L1pQr4",
    "refundable": 0,
    "steps": [
        {
            "name": "prepared",
            "state": "done",
            "text": "The processor has made an object for it.",
            "at": "2026-01-15T10:34:10.000Z",
            "reference": "pi_3H8sK3jD9s2L1pQr",
            "code": None,
        },
        {
            "name": "paid",
            "state": "waiting",
            "text": "Pay in the processor’s form.",
            "at": None,
            "reference": None,
            "code": None,
        },
    ],
}
