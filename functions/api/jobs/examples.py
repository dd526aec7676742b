"""Examples in the documents: jobs."""

from typing import Any, Final

JOB: Final[dict[str, Any]] = {
    "kind": "payments",
    "id": "pay_H8sK3jD9s2L1pQr4",
    "payment_id": "pay_H8sK3jD9s2L1pQr4",
    "account_id": None,
    "work": "authorize",
    "amount": 50000,
    "currency": "INR",
    "status": "pending",
    "attempts": 1,
    "due_at": "2026-01-15T10:31:32.456Z",
    "review_reason": None,
    "advice": None,
    "sent_at": "2026-01-15T10:31:12.500Z",
    "created_at": "2026-01-15T10:31:12.456Z",
    "state": "in_flight",
}
