"""Shapes of money that nobody expected: for the documents, not for checking."""

from typing import Annotated, Literal

from pydantic import Field

from api.http.shapes import Amount, CurrencyCode, Moment, OpenShape, PaymentId

UnexpectedId = Annotated[str, Field(pattern="^unex_[A-Za-z0-9]{16}$", examples=["unex_K2mN8pQ4rS6tU1vW"])]


class UnexpectedAnswer(OpenShape):
    """Money that came after its payment was over, or twice. `amount` in minor units."""

    id: UnexpectedId
    payment_id: PaymentId
    account_id: str = Field(description="The account at the processor where it lies.")
    processor: str = Field(description="Whose account it is.")
    account_label: str | None = Field(description="What you call that account.")
    charge: str = Field(description="The processor's id of the money.")
    amount: Amount
    currency: CurrencyCode
    reason: Literal["late", "twice"] = Field(
        description="`late`: its payment had failed or was cancelled; `twice`: its payment was paid already."
    )
    status: Literal["returning", "returned", "kept", "review"] = Field(
        description="`returning`: it is being paid back; `kept`: it waits for your word "
        "(`GATEWAY_UNEXPECTED_REFUNDS` is off); `review`: the processor has refused, does not say what became of "
        "it, or took the refund back."
    )
    review_reason: str | None
    created_at: Moment
    returned_at: Moment | None
    taken_back_at: Moment | None
    advice: str | None = Field(description="What a person can do; null where nobody has to do anything.")
