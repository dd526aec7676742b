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
    "details": {"amount": 10000},
    "address": "203.0.113.9",
    "request_id": "req_8sHk2LmNq0PzRtVw",
    "created_at": "2026-01-15T10:35:00.000Z",
}
