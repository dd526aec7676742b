"""Examples in the documents: timeline."""

from typing import Any, Final

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
    {
        "at": "2026-01-15T10:31:12.610Z",
        "kind": "processor",
        "title": "prepare",
        "processor": "razorpay",
        "account_id": "acct_B7n2M4k6J8h0G1f3",
        "object_id": "pay_H8sK3jD9s2L1pQr4",
        "method": "POST",
        "path": "/v1/orders",
        "request": {"amount": 50000, "currency": "INR", "receipt": "pay_H8sK3jD9s2L1pQr4"},
        "response_code": 200,
        "response": {"id": "order_DaZlswtdcn9UNV", "status": "created", "amount": 50000},
        "duration_ms": 214,
        "error": None,
    },
]
