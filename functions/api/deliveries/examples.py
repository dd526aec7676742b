"""Examples in the documents: deliveries."""

from typing import Any, Final

from api.http.shapes import ENDPOINT_ID

PAYLOAD: Final[dict[str, Any]] = {
    "event": "payment.success",
    "timestamp": 1768473072,
    "data": {"payment": {"id": "pay_H8sK3jD9s2L1pQr4", "amount": 50000, "currency": "INR", "status": "success"}},
    "id": "evt_8sHk2LmNq0PzRtVw",
    "sequence": 3,
    "mode": "test",
}
DELIVERY: Final[dict[str, Any]] = {
    "id": "6f1e0c0a-7d0a-4a6e-9f0e-3d7c5b1a2e4f",
    "event": "payment.success",
    "event_id": PAYLOAD["id"],
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

LOG: Final[dict[str, Any]] = {
    "data": [DELIVERY],
    "total": 1,
    "total_is_exact": True,
    "limit": 10,
    "offset": 0,
    "next_cursor": None,
}
