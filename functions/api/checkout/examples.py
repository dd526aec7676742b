"""Examples of the checkout's answers for the API documentation."""

from typing import Any, Final

SESSION: Final[dict[str, Any]] = {
    "order": {
        "id": "order_NXhj67fGH2jk9mPq",
        "amount": 50000,
        "currency": "INR",
        "status": "created",
        "expires_at": None,
        "extensions_left": 10,
    },
    "merchant": {"name": "Test Merchant", "primary_color": None},
    "mode": "test",
    "methods": ["card", "upi", "wallet"],
    "forms": {"card": "own", "upi": "own", "wallet": "own"},
    "instruments": {"wallet": ["mobikwik", "paytm"]},
    "origin_allowed": True,
    "attempts": 0,
    "attempts_left": 10,
    "processor": "simulator",
    "return_url": None,
    "server_time": "2026-01-15T10:31:10.123Z",
    "payment": None,
    "form": None,
    "pay_with": None,
    "watch": "sse",
    "action_seconds": 900,
}

SHOPPER_PAYMENT: Final[dict[str, Any]] = {
    "id": "pay_H8sK3jD9s2L1pQr4",
    "order_id": "order_NXhj67fGH2jk9mPq",
    "amount": 50000,
    "currency": "INR",
    "method": "card",
    "status": "success",
    "captured": True,
    "card_network": "visa",
    "card_last4": "4242",
    "error_code": None,
    "error_description": None,
    "next_action": None,
    "created_at": "2026-01-15T10:31:10.123Z",
    "signature": "9ef4dffbfd84f1318f6739a3ce19f9d85851857ae648f114332d8401e0949a3d",
}

WAITING_PAYMENT: Final[dict[str, Any]] = {
    **{name: value for name, value in SHOPPER_PAYMENT.items() if name != "signature"},
    "method": "upi",
    "status": "requires_action",
    "captured": False,
    "card_network": None,
    "card_last4": None,
    "next_action": {
        "type": "upi_qr",
        "uri": "upi://pay?pa=simulator@example&pn=Simulated%20bank&tr=payH8sK3jD9s2L1pQr4&am=500.00&cu=INR",
        "url": "http://localhost:3001/challenge?payment_id=pay_H8sK3jD9s2L1pQr4",
    },
    "flow": "qr",
    "code": {"number": 2, "issued_at": "2026-01-15T10:35:10.123Z", "left": 8},
}

FIELDS_PAYMENT: Final[dict[str, Any]] = {
    **{name: value for name, value in SHOPPER_PAYMENT.items() if name != "signature"},
    "status": "requires_action",
    "captured": False,
    "card_network": None,
    "card_last4": None,
    "next_action": {"type": "fields", "processor": "stripe"},
}

SETTINGS: Final[dict[str, Any]] = {
    "allowed_origins": ["https://shop.example"],
    "display_name": None,
    "primary_color": "#0a7cff",
    "methods": ["card", "upi"],
    "upi_vpa": None,
    "merchant_category": "5999",
    "order_seconds": None,
    "signing_secret": "…",
}
