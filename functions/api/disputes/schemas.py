"""Shapes of the API's disputes: for the documents, not for checking."""

from typing import Annotated, Literal

from pydantic import Field

from api.http.shapes import Amount, CurrencyCode, Moment, OpenShape, PaymentId

DisputeId = Annotated[str, Field(pattern="^disp_[A-Za-z0-9]{16}$", examples=["disp_K2mN8pQ4rS6tU1vW"])]


class DisputeAnswer(OpenShape):
    """A dispute, as the processor tells it. `amount` in minor units. Answer it in the processor's dashboard."""

    id: DisputeId
    payment_id: PaymentId
    account_id: str = Field(description="The account at the processor.")
    processor: str = Field(description="In whose dashboard it is answered.")
    account_label: str | None = Field(description="What you call that account.")
    reference: str = Field(description="The processor's id of it.")
    amount: Amount
    currency: CurrencyCode
    reason: str = Field(description="In the processor's words.")
    status: Literal["needs_response", "under_review", "won", "lost"]
    respond_by: Moment | None = Field(description="Until when the processor takes an answer.")
    created_at: Moment = Field(description="When we heard of it.")
    updated_at: Moment
