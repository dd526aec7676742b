"""Examples in the documents: refunds."""

from typing import Any, Final

from api.payments.examples import PAYMENT

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
    "origin": "gateway",
    "taken_back_at": None,
}
NEW_REFUND: Final = {"amount": 10000, "reason": "one item returned"}
