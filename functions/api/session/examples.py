"""Examples in the documents: session."""

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
    "processors": {"test": "simulator", "live": None},
    "stops": [],
    "warnings": [],
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
