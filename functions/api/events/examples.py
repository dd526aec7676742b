"""Examples in the documents: events."""

from typing import Any, Final

PAYLOAD: Final[dict[str, Any]] = {
    "event": "payment.success",
    "timestamp": 1768473072,
    "data": {"payment": {"id": "pay_H8sK3jD9s2L1pQr4", "amount": 50000, "currency": "INR", "status": "success"}},
    "id": "evt_8sHk2LmNq0PzRtVw",
    "sequence": 3,
    "mode": "test",
}
EVENT: Final = PAYLOAD | {"object_id": "pay_H8sK3jD9s2L1pQr4", "created_at": "2026-01-15T10:31:12.456Z"}
