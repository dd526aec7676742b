"""Examples in the documents: keys."""

from typing import Any, Final

KEY: Final[dict[str, Any]] = {
    "id": "key_test_6f1c0d2a9b3e4f58",
    "label": "Web shop",
    "mode": "test",
    "scopes": ["read", "write"],
    "status": "active",
    "created_by": {
        "kind": "user",
        "id": "0b0c7a52-3c53-4f0e-9f0e-5a4c1d2e3f40",
        "label": "asha@example.com",
        "has_left": False,
    },
    "created_at": "2026-01-15T10:00:00.000Z",
    "last_used_at": None,
    "expires_at": None,
    "revoked_at": None,
}
