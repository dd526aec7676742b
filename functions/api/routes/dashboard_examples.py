"""Examples of the dashboard's operations for the OpenAPI document."""

from typing import Any, Final

USER: Final[dict[str, Any]] = {
    "id": "0b9c5f0e-6d3b-4f5e-9a57-0d2c5b0f8e11",
    "email": "test@example.com",
    "name": "Test Owner",
    "role": "owner",
    "status": "active",
    "created_at": "2026-01-15T10:00:00.000Z",
    "last_login_at": "2026-01-15T10:30:00.000Z",
    "two_factor": False,
}
SESSION: Final[dict[str, Any]] = {
    "id": "8a5f3f80-9f0e-4a0f-8f0b-2f3f4b1f7c55",
    "csrf_token": "c0ffee",
    "user": USER,
    "merchant": {
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "name": "Test Merchant",
        "email": "test@example.com",
    },
    "permissions": {"test": ["read", "payments"], "live": ["read"]},
    "test_mode": True,
    "seeded_key": None,
    "checkout_url": "http://localhost:3001",
    "api_url": "http://localhost:8000",
}
LISTED_SESSION: Final[dict[str, Any]] = {
    "id": SESSION["id"],
    "current": True,
    "created_at": "2026-01-15T10:30:00.000Z",
    "last_seen_at": "2026-01-15T10:31:00.000Z",
    "expires_at": "2026-01-22T10:30:00.000Z",
    "address": "203.0.113.9",
    "user_agent": "Mozilla/5.0",
}
ENROLMENT: Final[dict[str, Any]] = {
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/Test%20Merchant:test%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=…",
    "qr_code": "data:image/svg+xml;charset=utf-8,…",
}
RECOVERY_CODES: Final[dict[str, Any]] = {"recovery_codes": ["7kq2m-x4w9d", "3hv8c-n0t5r"]}
KEY: Final[dict[str, Any]] = {
    "id": "key_test_6f1c0d2a9b3e4f58",
    "label": "Web shop",
    "mode": "test",
    "scopes": ["read", "write"],
    "status": "live",
    "created_at": "2026-01-15T10:00:00.000Z",
    "last_used_at": None,
    "expires_at": None,
    "revoked_at": None,
}
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
    "failures": [{"error_code": "INSUFFICIENT_FUNDS", "description": "Insufficient funds", "count": 1}],
    "deliveries": {"success": 8, "failed": 0, "pending": 1},
    "attention": {
        "payments_in_review": 0,
        "refunds_in_review": 0,
        "failed_deliveries": 0,
        "disabled_endpoints": 0,
        "expiring_authorizations": 0,
    },
    "progress": {"order": True, "payment": True, "endpoint": True, "delivery": True, "live_key": False},
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
TIMELINE: Final[list[dict[str, Any]]] = [
    {
        "at": "2026-01-15T10:31:12.456Z",
        "kind": "event",
        "title": "payment.created",
        "event_id": "evt_Q1w2E3r4T5y6U7i8",
        "object_id": "pay_H8sK3jD9s2L1pQr4",
        "deliveries": 1,
    },
    {
        "at": "2026-01-15T10:31:12.501Z",
        "kind": "processor",
        "title": "authorize",
        "outcome": "approved",
        "amount": 50000,
        "currency": "INR",
        "requests": 1,
    },
]
JOB: Final[dict[str, Any]] = {
    "kind": "payments",
    "id": "pay_H8sK3jD9s2L1pQr4",
    "work": "authorize",
    "amount": 50000,
    "currency": "INR",
    "status": "pending",
    "attempts": 1,
    "due_at": "2026-01-15T10:31:32.456Z",
    "review_reason": None,
    "sent_at": "2026-01-15T10:31:12.500Z",
    "created_at": "2026-01-15T10:31:12.456Z",
    "state": "in_flight",
}
