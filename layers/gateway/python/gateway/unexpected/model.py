"""Money that came after its payment was over (`late`), or twice. The order and the payment stay as they are.

    returning ──→ returned ──→ review
        │  ↖─────────┐
        └──→ review ─┘        kept ──→ returning

It is paid back by itself (`returning`), unless a setting leaves that to people (`kept`). `review`: the processor
has refused, has not said for long what became of it, or has taken the refund back; a person looks at it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso, iso_or_none
from gateway.events.publish import EventDraft
from gateway.payments.model import Payment
from gateway.processors.operations.advice import advise

UnexpectedReason = Literal["late", "twice"]
UnexpectedStatus = Literal["returning", "returned", "kept", "review"]

UNEXPECTED_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "returning": frozenset({"returned", "review"}),
    "returned": frozenset({"review"}),
    "kept": frozenset({"returning", "returned"}),
    "review": frozenset({"returning", "returned"}),
}

COLUMNS: Final = (
    "id, merchant_id, mode, account_id, payment_id, charge, amount, currency, reason, status, review_reason, "
    "refund_number, sequence, created_at, returned_at, taken_back_at"
)


@dataclass(frozen=True, slots=True)
class UnexpectedMoney:
    """A row of `unexpected_money`. `amount` in minor units; `charge` is the processor's id of the money.

    `refund_number`: how often its refund was asked for anew, after a refusal.
    """

    id: str
    merchant_id: UUID
    mode: str
    account_id: str
    payment_id: str
    charge: str
    amount: int
    currency: str
    reason: UnexpectedReason
    status: UnexpectedStatus
    review_reason: str | None
    refund_number: int
    sequence: int
    created_at: datetime
    returned_at: datetime | None
    taken_back_at: datetime | None

    @property
    def refund_key(self) -> str:
        """What the processor knows its refund by."""
        return f"{self.id}:refund" + (f":{self.refund_number}" if self.refund_number > 1 else "")

    def as_json(self) -> dict[str, Any]:
        """What `payment.unexpected` events carry in `data.unexpected`."""
        return {
            "id": self.id,
            "payment_id": self.payment_id,
            "account_id": self.account_id,
            "charge": self.charge,
            "amount": self.amount,
            "currency": self.currency,
            "reason": self.reason,
            "status": self.status,
            "review_reason": self.review_reason,
            "created_at": iso(self.created_at),
            "returned_at": iso_or_none(self.returned_at),
            "taken_back_at": iso_or_none(self.taken_back_at),
        }


KEPT_ADVICE: Final = (
    "This gateway pays nothing back by itself. Have it paid back, or settle it with the shopper and leave it."
)


@dataclass(frozen=True, slots=True)
class ListedMoney(UnexpectedMoney):
    """The same with the account where it lies (`processors.accounts.beside`), and what a person can do."""

    processor: str
    account_label: str | None

    def as_json(self) -> dict[str, Any]:
        """What the API shows. `advice`: null where nobody has to do anything."""
        return UnexpectedMoney.as_json(self) | {
            "processor": self.processor,
            "account_label": self.account_label,
            "advice": KEPT_ADVICE if self.status == "kept" else advise(self.review_reason),
        }


def unexpected_event(payment: Payment, money: UnexpectedMoney, event_type: str, at: datetime) -> EventDraft:
    """A fact about this money as it is after the change."""
    return EventDraft(
        merchant_id=money.merchant_id,
        mode=money.mode,
        type=event_type,
        cause=money.id,
        object_id=money.id,
        sequence=money.sequence,
        data={"payment": payment.as_event_json(), "unexpected": money.as_json()},
        at=at,
    )
