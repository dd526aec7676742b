"""Shapes of the API's refunds: for the documents, not for checking."""

from typing import Literal

from pydantic import Field

from api.http.shapes import Amount, CurrencyCode, Moment, OpenShape, PaymentId, RefundId


class RefundAnswer(OpenShape):
    """A refund. `amount` in minor units."""

    id: RefundId
    payment_id: PaymentId
    amount: Amount
    currency: CurrencyCode
    reason: str | None
    status: Literal["pending", "processed", "failed"]
    error_code: str | None
    error_description: str | None
    created_at: Moment
    processed_at: Moment | None
    origin: Literal["gateway", "processor"] = Field(
        description="Who made it: you, here, or somebody in the processor's own dashboard."
    )
    taken_back_at: Moment | None = Field(
        description="When the processor took back what it had processed: the refund has failed since then."
    )
