"""Orders as the API shows them."""

from typing import Literal

from pydantic import ConfigDict, Field

from api.http.shapes import Amount, Capture, CurrencyCode, Described, Moment, OpenShape, OrderId


class OrderAnswer(OpenShape):
    """An order: what is to be paid."""

    id: OrderId
    merchant_id: str
    amount: Amount = Field(ge=100, description="Minor units.")
    currency: CurrencyCode
    receipt: str | None
    notes: dict[str, str]
    capture: Capture = Field(description="automatic: paid means captured. manual: authorised, then you capture.")
    status: Literal["created", "attempted", "paid"]
    return_url: str | None = Field(description="Where its shoppers come back to, if a payment says nothing else.")
    created_at: Moment
    updated_at: Moment


class PublicOrderAnswer(Described):
    """What a shopper's page may see of an order."""

    model_config = ConfigDict(extra="forbid")

    id: OrderId
    amount: Amount
    currency: CurrencyCode
    status: Literal["created", "attempted", "paid"]
