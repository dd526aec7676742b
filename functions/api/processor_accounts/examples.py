"""Examples in the documents: accounts at processors."""

from typing import Any, Final

ACCOUNT_ID: Final = "acct_H8sK3jD9s2L1pQr4"
ACCOUNT: Final[dict[str, Any]] = {
    "id": ACCOUNT_ID,
    "processor": "stripe",
    "mode": "test",
    "label": "Shop in the EU",
    "status": "enabled",
    "public_key": "pk_test_51H8sK3jD9s2L1pQr4",
    "has_webhook_secret": True,
    "has_previous_webhook_secret": False,
    "webhook_secret_at": "2026-01-15T10:31:02.456Z",
    "previous_webhook_secret_at": None,
    "collect": False,
    "external_id": "acct_1H8sK3jD9s2L1pQr",
    "api_version": "2026-01-28",
    "checked_at": "2026-01-15T10:31:10.123Z",
    "problem": None,
    "noticed_at": None,
    "webhook_url": f"https://pay.example/api/v1/processors/{ACCOUNT_ID}/notices",
    "is_silent": False,
    "stops": [],
    "created_at": "2026-01-15T10:31:02.456Z",
    "updated_at": "2026-01-15T10:31:10.123Z",
}
NEW_ACCOUNT: Final[dict[str, Any]] = {
    "processor": "stripe",
    "label": "Shop in the EU",
    "credentials": {"publishable_key": "pk_test_yours", "secret_key": "sk_test_yours"},
    "webhook_secret": "whsec_yours",
}
UNCHECKED: Final = ACCOUNT | {"status": "unchecked", "external_id": None, "checked_at": None}
OFFERED: Final[dict[str, Any]] = {
    "name": "stripe",
    "title": "Stripe",
    "public_field": "publishable_key",
    "secret_fields": ["secret_key"],
    "has_webhook_secret": True,
    "collect": False,
    "methods": ["card", "upi"],
    "instruments": {},
}
STOP: Final[dict[str, Any]] = {
    "scope": "account",
    "covers": "payments",
    "reason": "Duplicate charges reported",
    "by": "asha@example.com",
    "created_at": "2026-01-15T11:00:00.000Z",
}
