"""Examples that the OpenAPI document shows."""

from typing import Any, Final

ORDER: Final[dict[str, Any]] = {
    "id": "order_8sHk2LmNq0PzRtVw",
    "merchant_id": "550e8400-e29b-41d4-a716-446655440000",
    "amount": 50000,
    "currency": "INR",
    "receipt": "receipt_123",
    "notes": {"customer": "Asha"},
    "capture": "automatic",
    "status": "created",
    "created_at": "2026-01-15T10:31:10.123Z",
    "updated_at": "2026-01-15T10:31:10.123Z",
}
PUBLIC_ORDER: Final = {name: ORDER[name] for name in ("id", "amount", "currency", "status")}
NEW_ORDER: Final = {
    "amount": 50000,
    "currency": "INR",
    "receipt": "receipt_123",
    "notes": {"customer": "Asha"},
}

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
    "amount_captured": 0,
    "amount_refunded": 0,
    "refunded": False,
    "error_code": None,
    "error_description": None,
    "next_action": None,
    "expires_at": None,
    "created_at": "2026-01-15T10:31:12.456Z",
    "updated_at": "2026-01-15T10:31:12.456Z",
}
PAID: Final = PAYMENT | {"status": "success", "captured": True, "amount_captured": 50000}
NEW_PAYMENTS: Final[dict[str, Any]] = {
    "UPI": {"order_id": ORDER["id"], "method": "upi", "vpa": "success@bank"},
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

REFUND: Final[dict[str, Any]] = {
    "id": "rfnd_K2mN8pQ4rS6tU1vW",
    "payment_id": PAYMENT["id"],
    "amount": 10000,
    "currency": "INR",
    "reason": "one item returned",
    "status": "pending",
    "error_code": None,
    "error_description": None,
    "created_at": "2026-01-15T10:35:00.000Z",
    "processed_at": None,
}
NEW_REFUND: Final = {"amount": 10000, "reason": "one item returned"}
