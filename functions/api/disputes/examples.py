"""Examples in the documents: disputes."""

from typing import Any, Final

from api.payments.examples import PAYMENT

DISPUTE: Final[dict[str, Any]] = {
    "id": "disp_K2mN8pQ4rS6tU1vW",
    "payment_id": PAYMENT["id"],
    "account_id": "acct_8sHk2LmNq0PzRtVw",
    "processor": "stripe",
    "account_label": "Web shop",
    "reference": "dp_1MtJUT2eZvKYlo2C",
    "amount": 50000,
    "currency": "INR",
    "reason": "fraudulent",
    "status": "needs_response",
    "respond_by": "2026-01-22T23:59:59.000Z",
    "created_at": "2026-01-17T09:00:00.000Z",
    "updated_at": "2026-01-17T09:00:00.000Z",
}
