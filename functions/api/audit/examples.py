"""Examples in the documents: audit."""

from typing import Any, Final

from api.session.examples import USER

AUDIT_LINE: Final[dict[str, Any]] = {
    "id": "42",
    "mode": "test",
    "actor": {"kind": "user", "id": USER["id"], "label": USER["email"]},
    "action": "payment.refunded",
    "object_id": "pay_H8sK3jD9s2L1pQr4",
    "details": {"amount": 10000, "currency": "INR"},
    "address": "203.0.113.9",
    "request_id": "req_8sHk2LmNq0PzRtVw",
    "created_at": "2026-01-15T10:35:00.000Z",
}
