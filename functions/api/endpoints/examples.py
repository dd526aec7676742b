"""Examples in the documents: endpoints."""

from typing import Any, Final

from api.deliveries.examples import DELIVERY
from api.http.shapes import ENDPOINT_ID

SECRET_TEXT: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # noqa: S105 - an example
ENDPOINT: Final[dict[str, Any]] = {
    "id": ENDPOINT_ID,
    "url": "https://shop.example/webhooks",
    "description": "Order system",
    "events": ["payment.success", "refund.processed"],
    "header_names": ["X-Tenant"],
    "rate_limit": 50,
    "is_default": False,
    "status": "enabled",
    "disabled_reason": None,
    "disabled_at": None,
    "previous_secret_expires_at": None,
    "health": {
        "state": "healthy",
        "failures_in_row": 0,
        "failing_since": None,
        "last_success_at": "2026-01-15T10:31:12.456Z",
        "next_probe_at": None,
        "waiting": 0,
        "waiting_is_exact": True,
    },
    "created_at": "2026-01-15T10:00:00.000Z",
    "updated_at": "2026-01-15T10:00:00.000Z",
}
NEW_ENDPOINT: Final[dict[str, Any]] = {
    "url": ENDPOINT["url"],
    "description": "Order system",
    "events": ["payment.success", "refund.processed"],
    "headers": {"X-Tenant": "blue"},
    "rate_limit": 50,
}
SECRET: Final = {"id": ENDPOINT_ID, "secret": SECRET_TEXT, "previous_secret_expires_at": None}

TEST_SEND: Final[dict[str, Any]] = {
    "id": DELIVERY["id"],
    "event": "webhook.test",
    "event_id": DELIVERY["event_id"],
    "endpoint_id": ENDPOINT_ID,
    "status": "success",
    "delivered": True,
    "response_code": 200,
    "duration_ms": 84,
    "error_class": None,
    "error": None,
    "response_body": "ok",
    "message": "Test webhook delivered",
}
