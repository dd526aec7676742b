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
    "asked_by": None,
    "due_at": "2026-01-15T10:31:32.456Z",
    "review_reason": None,
    "advice": None,
    "sent_at": "2026-01-15T10:31:12.500Z",
    "created_at": "2026-01-15T10:31:12.456Z",
    "state": "in_flight",
}

CAPPED: Final[dict[str, Any]] = JOB | {
    "kind": "refund_caps",
    "id": "capr_H8sK3jD9s2L1pQr4",
    "work": "refund",
    "status": "refused",
    "asked_by": "key_live_abc123",
    "due_at": None,
    "review_reason": "over the daily cap of refunds",
    "advice": "Nothing was paid back. …",
    "sent_at": None,
    "state": "needs_attention",
}
