"""A dispute as the processor tells it. What it does to the money is between the merchant and the processor.

needs_response ⇄ under_review ──→ won | lost          (an appeal may open it again)
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso, iso_or_none
from gateway.events.publish import EventDraft

DisputeStatus = Literal["needs_response", "under_review", "won", "lost"]

COLUMNS: Final = (
    "id, merchant_id, mode, account_id, payment_id, reference, amount, currency, reason, status, raw, respond_by, "
    "sequence, created_at, updated_at"
)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A row of `disputes`. `amount` in minor units; `reference` is the processor's id, `reason` its word."""

    id: str
    merchant_id: UUID
    mode: str
    account_id: str
    payment_id: str
    reference: str
    amount: int
    currency: str
    reason: str
    status: DisputeStatus
    raw: str
    respond_by: datetime | None
    sequence: int
    created_at: datetime
    updated_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What `dispute.*` events carry in `data.dispute`."""
        return {
            "id": self.id,
            "payment_id": self.payment_id,
            "account_id": self.account_id,
            "reference": self.reference,
            "amount": self.amount,
            "currency": self.currency,
            "reason": self.reason,
            "status": self.status,
            "respond_by": iso_or_none(self.respond_by),
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }


@dataclass(frozen=True, slots=True)
class ListedDispute(Dispute):
    """A dispute with the account where it is to be answered: see `processors.accounts.beside`."""

    processor: str
    account_label: str | None

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return Dispute.as_json(self) | {"processor": self.processor, "account_label": self.account_label}


def event_type_of(dispute: Dispute) -> str:
    """What is told of a dispute that has changed."""
    return f"dispute.{dispute.status}" if dispute.status in ("won", "lost") else "dispute.updated"


def dispute_event(dispute: Dispute, event_type: str, at: datetime) -> EventDraft:
    """A fact about this dispute as it is after the change."""
    return EventDraft(
        merchant_id=dispute.merchant_id,
        mode=dispute.mode,
        type=event_type,
        cause=dispute.id,
        object_id=dispute.id,
        sequence=dispute.sequence,
        data={"dispute": dispute.as_json()},
        at=at,
    )
