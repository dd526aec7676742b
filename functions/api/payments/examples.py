"""Examples in the documents: payments."""

from typing import Any, Final

from api.orders.examples import ORDER

PAYMENT: Final[dict[str, Any]] = {
    "id": "pay_H8sK3jD9s2L1pQr4",
    "order_id": ORDER["id"],
    "amount": 50000,
    "currency": "INR",
    "method": "upi",
    "vpa": "success@bank",
    "status": "pending",
    "captured": False,
    "capture": "automatic",
    "capture_status": None,
    "void_status": None,
    "amount_captured": 0,
    "amount_refunded": 0,
    "refunded": False,
    "error_code": None,
    "error_description": None,
    "decline_code": None,
    "next_action": None,
    "review_reason": None,
    "processor": "simulator",
    "account_id": None,
    "processor_reference": None,
    "flow": None,
    "return_url": None,
    "expires_at": None,
    "created_at": "2026-01-15T10:31:12.456Z",
    "updated_at": "2026-01-15T10:31:12.456Z",
}
PAID: Final = PAYMENT | {
    "status": "success",
    "captured": True,
    "capture_status": "succeeded",
    "amount_captured": 50000,
}
CAPTURED: Final = PAID | {"capture": "manual", "capture_status": "pending"}
CANCELLED: Final = PAYMENT | {"status": "cancelled", "capture": "manual", "void_status": "pending"}
_PUBLIC: Final = {"vpa": "su***@bank", "processor": None}
PUBLIC_PAYMENT: Final = PAYMENT | _PUBLIC
PUBLIC_PAID: Final = PAID | _PUBLIC
NEW_PAYMENTS: Final[dict[str, Any]] = {
    "UPI": {"order_id": ORDER["id"], "method": "upi", "vpa": "success@bank"},
    "Net banking": {"order_id": ORDER["id"], "method": "netbanking", "bank": "HDFC"},
    "Wallet": {"order_id": ORDER["id"], "method": "wallet", "wallet": "paytm"},
    "Card": {
        "order_id": ORDER["id"],
        "method": "card",
        "card": {
            "number": "4242 4242 4242 4242",
            "expiry_month": 12,
            "expiry_year": 2030,
            "cvv": "123",
            "holder_name": "Asha Rao",
        },
    },
}
