"""Examples in the documents: orders."""

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
    "return_url": None,
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
