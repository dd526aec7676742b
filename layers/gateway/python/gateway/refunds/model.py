"""A refund and its states: `pending` → `processed` | `failed`;  `processed` → `failed`.

The amount is reserved on the payment while the refund is pending, counted as paid back when it
is processed, and free again when it failed. A processor may take back what it had processed (the shopper's bank
has sent it back, say): then it has failed, `taken_back_at` says when, and it is never pending again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from pydantic import Field

from gateway.clock import iso, iso_or_none
from gateway.events.publish import EventDraft
from gateway.money import MAXIMUM_AMOUNT
from gateway.validation import ClosedModel

RefundStatus = Literal["pending", "processed", "failed"]
RefundOrigin = Literal["gateway", "processor"]
"""Who made it: us, or somebody in the processor's own dashboard."""

REFUND_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "pending": frozenset({"processed", "failed"}),
    "processed": frozenset({"failed"}),
    "failed": frozenset(),
}

EXCEEDS: Final = "Refund amount exceeds available amount"


class NewRefund(ClosedModel):
    """Body of `POST /api/v1/payments/{id}/refunds`."""

    messages: ClassVar[dict[str, str]] = {
        "amount": "amount must be a positive integer in minor units",
        "amount:less_than_equal": EXCEEDS,
        "reason": "reason must be a text of at most 255 characters",
    }

    amount: int = Field(gt=0, le=MAXIMUM_AMOUNT, description="Minor units.", examples=[10000])
    reason: str | None = Field(None, max_length=255, description="Shown to your staff.")


@dataclass(frozen=True, slots=True)
class Refund:
    """A row of `refunds` without its work columns. `amount` in minor units."""

    id: str
    merchant_id: UUID
    mode: str
    payment_id: str
    amount: int
    currency: str
    reason: str | None
    status: RefundStatus
    error_code: str | None
    error_description: str | None
    sequence: int
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None
    origin: RefundOrigin = "gateway"
    taken_back_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """What the API shows, and what `refund.*` events carry in `data.refund`."""
        return {
            "id": self.id,
            "payment_id": self.payment_id,
            "amount": self.amount,
            "currency": self.currency,
            "reason": self.reason,
            "status": self.status,
            "error_code": self.error_code,
            "error_description": self.error_description,
            "created_at": iso(self.created_at),
            "processed_at": iso_or_none(self.processed_at),
            "origin": self.origin,
            "taken_back_at": iso_or_none(self.taken_back_at),
        }


def refund_event(refund: Refund, event_type: str, at: datetime) -> EventDraft:
    """A fact about this refund as it is after the change."""
    return EventDraft(
        merchant_id=refund.merchant_id,
        mode=refund.mode,
        type=event_type,
        cause=refund.id,
        object_id=refund.id,
        sequence=refund.sequence,
        data={"refund": refund.as_json()},
        at=at,
    )
