"""Examples in the documents: overview."""

from typing import Any, Final

OVERVIEW: Final[dict[str, Any]] = {
    "range": "today",
    "from": "2026-01-15T00:00:00.000Z",
    "until": "2026-01-15T10:40:00.000Z",
    "payments": {
        "total": 3,
        "success": 2,
        "failed": 1,
        "pending": 0,
        "requires_action": 0,
        "cancelled": 0,
        "success_rate": 0.6667,
    },
    "currencies": [{"currency": "INR", "payments": 3, "gross": 100000, "refunded": 10000, "net": 90000}],
    "main_currency": "INR",
    "steps": [{"at": "2026-01-15T00:00:00.000Z", "total": 3, "success": 2, "failed": 1, "gross": 100000}],
    "before": {
        "from": "2026-01-14T00:00:00.000Z",
        "until": "2026-01-14T10:40:00.000Z",
        "payments": {
            "total": 2,
            "success": 2,
            "failed": 0,
            "pending": 0,
            "requires_action": 0,
            "cancelled": 0,
            "success_rate": 1.0,
        },
        "currencies": [{"currency": "INR", "payments": 2, "gross": 90000, "refunded": 0, "net": 90000}],
        "steps": [{"at": "2026-01-14T00:00:00.000Z", "total": 2, "success": 2, "failed": 0, "gross": 90000}],
    },
    "failures": [{"error_code": "INSUFFICIENT_FUNDS", "description": "Insufficient funds", "count": 1}],
    "deliveries": {"success": 8, "failed": 0, "pending": 1, "late": 0},
    "attention": {
        "payments_in_review": 0,
        "refunds_in_review": 0,
        "failed_deliveries": 0,
        "disabled_endpoints": 0,
        "paused_endpoints": 0,
        "paused_deliveries": 0,
        "expiring_authorizations": 0,
        "unexpected_payments": 0,
        "open_disputes": 0,
        "unknown_notices": 0,
        "silent_accounts": 0,
    },
    "progress": {
        "order": True,
        "payment": True,
        "endpoint": True,
        "delivery": True,
        "refund": True,
        "live_key": False,
    },
}
FOUND: Final[dict[str, Any]] = {
    "kind": "order",
    "id": "order_8sHk2LmNq0PzRtVw",
    "parent_id": None,
    "title": "receipt_123",
    "status": "paid",
    "amount": 50000,
    "currency": "INR",
    "created_at": "2026-01-15T10:31:10.123Z",
}
CHANGES: Final[dict[str, Any]] = {"cursor": "1042~20260115103110123000", "nouns": ["orders", "payments"]}
