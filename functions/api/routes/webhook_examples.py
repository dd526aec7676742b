"""Examples and parameters that the OpenAPI document shows for webhooks."""

from typing import Any, Final

from gateway.events.model import EVENT_TYPES

ENDPOINT_ID: Final = "we_H8sK3jD9s2L1pQr4"

CONFIG: Final[dict[str, Any]] = {
    "webhook_url": "https://shop.example/webhooks",
    "webhook_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
    "endpoint_id": ENDPOINT_ID,
    "events": None,
    "status": "enabled",
    "disabled_reason": None,
}
DELIVERY: Final[dict[str, Any]] = {
    "id": "6f1e0c0a-7d0a-4a6e-9f0e-3d7c5b1a2e4f",
    "event": "payment.success",
    "event_id": "evt_8sHk2LmNq0PzRtVw",
    "endpoint_id": ENDPOINT_ID,
    "payment_id": "pay_H8sK3jD9s2L1pQr4",
    "refund_id": None,
    "status": "pending",
    "attempts": 2,
    "last_attempt_at": "2026-01-15T10:32:12.456Z",
    "next_retry_at": "2026-01-15T10:37:12.456Z",
    "response_code": 503,
    "error_class": "status",
    "created_at": "2026-01-15T10:31:12.456Z",
}
PAYLOAD: Final[dict[str, Any]] = {
    "event": "payment.success",
    "timestamp": 1768473072,
    "data": {"payment": {"id": "pay_H8sK3jD9s2L1pQr4", "amount": 50000, "currency": "INR", "status": "success"}},
    "id": DELIVERY["event_id"],
    "sequence": 3,
    "mode": "test",
}
EVENT: Final = PAYLOAD | {"object_id": "pay_H8sK3jD9s2L1pQr4", "created_at": "2026-01-15T10:31:12.456Z"}
DELIVERY_DETAIL: Final = DELIVERY | {
    "payload": PAYLOAD,
    "attempts_log": [
        {
            "started_at": "2026-01-15T10:32:12.456Z",
            "duration_ms": 84,
            "response_code": 503,
            "error_class": "status",
            "error": "answered 503",
            "request_headers": {"webhook-id": DELIVERY["event_id"], "webhook-timestamp": "1768473132"},
            "response_body": "try later",
        }
    ],
}
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
SECRET: Final = {"id": ENDPOINT_ID, "secret": CONFIG["webhook_secret"], "previous_secret_expires_at": None}
RECOVER: Final[dict[str, Any]] = {
    "since": "2026-01-15T08:00:00Z",
    "until": "2026-01-15T10:00:00Z",
    "endpoint_id": ENDPOINT_ID,
    "status": "missed",
    "dry_run": False,
}
RECOVERY: Final[dict[str, Any]] = {
    "id": "rec_8sHk2LmNq0PzRtVw",
    "endpoint_id": ENDPOINT_ID,
    "since": "2026-01-15T08:00:00.000Z",
    "until": "2026-01-15T10:00:00.000Z",
    "events": None,
    "wanted": "missed",
    "status": "running",
    "dry_run": False,
    "total": 1280,
    "total_is_exact": True,
    "scheduled": 500,
    "created_at": "2026-01-15T11:00:00.000Z",
    "finished_at": None,
}
LOG: Final[dict[str, Any]] = {
    "data": [DELIVERY],
    "total": 1,
    "total_is_exact": True,
    "limit": 10,
    "offset": 0,
    "next_cursor": None,
}
VERIFY: Final[dict[str, Any]] = {
    "body": '{"event": "payment.success", "id": "evt_8sHk2LmNq0PzRtVw"}',
    "headers": {
        "webhook-id": "evt_8sHk2LmNq0PzRtVw",
        "webhook-timestamp": "1768473132",
        "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    },
    "secret": CONFIG["webhook_secret"],
}
VERIFICATION: Final[dict[str, Any]] = {
    "valid": False,
    "legacy": False,
    "standard": False,
    "endpoint_id": ENDPOINT_ID,
    "event_id": DELIVERY["event_id"],
    "problems": [
        {
            "code": "reserialised_body",
            "message": "The body was parsed and printed again",
            "fix": "Verify the raw bytes of the request before anything parses them.",
        }
    ],
}
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


def parameter(name: str, schema: dict[str, Any], description: str, example: Any = None) -> dict[str, Any]:
    """A query parameter."""
    shown = {} if example is None else {"example": example}
    return {"name": name, "in": "query", "schema": schema, "description": description, **shown}


TIME: Final = {"type": "string", "format": "date-time"}
EVENT_NAME: Final = {"type": "string", "enum": list(EVENT_TYPES)}

LOG_PARAMETERS: Final = [
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}, "Rows of one page.", 10),
    parameter("offset", {"type": "integer", "minimum": 0, "maximum": 1_000_000, "default": 0}, "Rows to skip.", 0),
    parameter("cursor", {"type": "string", "maxLength": 512}, "`next_cursor` of the page before; without offset."),
    parameter("status", {"type": "string", "enum": ["pending", "success", "failed"]}, "Only in this state."),
    parameter("event", EVENT_NAME, "Only of this event type."),
    parameter("event_id", {"type": "string", "minLength": 1, "maxLength": 64}, "Only of this event."),
    parameter("endpoint_id", {"type": "string", "minLength": 1, "maxLength": 64}, "Only to this endpoint."),
    parameter("created_after", TIME, "Not older than this.", "2026-01-15T00:00:00Z"),
    parameter("created_before", TIME, "Older than this.", "2026-01-16T00:00:00Z"),
]
