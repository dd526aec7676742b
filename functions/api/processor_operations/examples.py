"""Examples in the documents: operations."""

from typing import Any, Final

OPERATION: Final[dict[str, Any]] = {
    "key": "pay_H8sK3jD9s2L1pQr4:capture",
    "object_id": "pay_H8sK3jD9s2L1pQr4",
    "payment_id": "pay_H8sK3jD9s2L1pQr4",
    "account_id": "acct_B7n2M4k6J8h0G1f3",
    "kind": "capture",
    "amount": 50000,
    "currency": "INR",
    "reference": None,
    "charge": None,
    "outcome": "unknown",
    "raw": "no answer within 30 s",
    "sends": 12,
    "first_sent_at": "2026-01-15T10:31:12.500Z",
    "review_reason": "the processor gave no answer to capture in 12 attempts",
    "advice": "The processor did not answer. Look at its status page, then try again: what it knows is asked "
    "first, and nothing is sent that it has done.",
    "created_at": "2026-01-15T10:31:12.500Z",
    "updated_at": "2026-01-15T10:52:41.018Z",
}
