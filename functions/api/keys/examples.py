"""Examples in the documents: keys."""

from typing import Any, Final

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
