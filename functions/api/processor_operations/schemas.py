"""Shapes of the API's operations: for the documents, not for checking."""

from pydantic import Field

from api.http.shapes import Amount, CurrencyCode, Moment, OpenShape, PaymentId
from gateway.processors.capabilities import OperationKind
from gateway.processors.operations.model import Outcome


class OperationAnswer(OpenShape):
    """One thing asked of a processor. It was written down before it was sent; a repeat has the same key."""

    key: str = Field(description="What the processor knows it by.")
    object_id: str = Field(description="The payment, the refund or the unexpected money that it is of.")
    payment_id: PaymentId
    account_id: str
    kind: OperationKind
    amount: Amount
    currency: CurrencyCode
    reference: str | None = Field(description="The processor's id of what this made.")
    charge: str | None = Field(description="The processor's id of the money.")
    outcome: Outcome | None = Field(description="What it has come to; null: nothing was said yet.")
    raw: str | None = Field(description="In the processor's words.")
    sends: int = Field(description="How often it may have been sent.")
    first_sent_at: Moment | None = Field(description="Null: it has not been sent, for sure.")
    review_reason: str | None = Field(description="Why its payment or refund waits for a person.")
    advice: str | None = Field(description="What that person can do.")
    created_at: Moment
    updated_at: Moment
