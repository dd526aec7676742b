"""An order and its states.

`created` (no payment yet) → `attempted` (at least one) → `paid` (money captured, the end). While its first payment
is pending an order is written as `created`: that it is attempted follows from the payment (`orders.queries.SEEN`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal
from uuid import UUID

from pydantic import Field

from gateway.clock import iso
from gateway.money import MAXIMUM_AMOUNT, MINIMUM_AMOUNT, Currency
from gateway.orders.return_url import MAX_LENGTH
from gateway.validation import RequestModel

OrderStatus = Literal["created", "attempted", "paid"]
Capture = Literal["automatic", "manual"]

ORDER_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "created": frozenset({"attempted", "paid"}),
    "attempted": frozenset({"paid"}),
    "paid": frozenset(),
}
"""As they are written. An order that is paid at once is seen as attempted while its payment is pending."""

_AMOUNT_TEXT: Final = f"amount must be at least {MINIMUM_AMOUNT}"


class NewOrder(RequestModel):
    """Body of `POST /api/v1/orders`."""

    messages: ClassVar[dict[str, str]] = {
        "amount": _AMOUNT_TEXT,
        "amount:less_than_equal": f"amount must be at most {MAXIMUM_AMOUNT}",
        "currency": "currency must be an upper-case ISO 4217 code",
        "receipt": "receipt must be a text of at most 255 characters, or null",
        "notes": "notes must be an object of at most 15 texts, names and texts of at most 256 characters each",
        "capture": "capture must be automatic or manual",
        "return_url": f"return_url must be an https URL of at most {MAX_LENGTH} characters",
    }

    amount: int = Field(
        ge=MINIMUM_AMOUNT, le=MAXIMUM_AMOUNT, description="Minor units: 50000 is ₹500.00.", examples=[50000]
    )
    currency: Currency = Field("INR", description="ISO 4217, upper case.")
    receipt: str | None = Field(None, max_length=255, description="Your own reference.", examples=["receipt_123"])
    notes: dict[Annotated[str, Field(max_length=256)], Annotated[str, Field(max_length=256)]] | None = Field(
        None, max_length=15, description="Up to 15 texts of your own."
    )
    capture: Capture | None = Field(
        None,
        description="automatic: captured when paid. manual: authorised, then you capture. Default: a setting.",
    )
    return_url: str | None = Field(
        None,
        max_length=MAX_LENGTH,
        description="Where its shoppers come back to from the page of a bank or a processor: https. A payment may "
        "say another.",
        examples=["https://shop.example/thanks"],
    )


@dataclass(frozen=True, slots=True)
class Order:
    """A row of `orders`. `amount` in minor units."""

    id: str
    merchant_id: UUID
    mode: str
    amount: int
    currency: str
    receipt: str | None
    notes: dict[str, str]
    capture: Capture
    status: OrderStatus
    created_at: datetime
    updated_at: datetime
    return_url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What the API shows to the merchant."""
        return {
            "id": self.id,
            "merchant_id": str(self.merchant_id),
            "amount": self.amount,
            "currency": self.currency,
            "receipt": self.receipt,
            "notes": self.notes,
            "capture": self.capture,
            "status": self.status,
            "return_url": self.return_url,
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }

    def as_public_json(self) -> dict[str, Any]:
        """What anybody may see who knows the id: the shopper's page."""
        return {"id": self.id, "amount": self.amount, "currency": self.currency, "status": self.status}
