"""A trial: an order of the least amount that an account takes, and how far it has come.

Nothing of it is kept beside the order, its payment and what the processor has answered: its receipt marks it.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

State = Literal["waiting", "done", "failed", "late"]
StepName = Literal["prepared", "paid", "captured", "notice", "refund_asked", "refunded"]

NOTICE_SECONDS: Final = 60
"""After a payment's success: a notice that has not come by then is told to be missing. They take seconds."""

NOTES: Final = {"purpose": "A trial by the merchant's own staff"}


def receipt_of(account_id: str) -> str:
    """By which the trials of an account are found."""
    return f"Try it: {account_id}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a trial would cost: `amount` in minor units; `methods` are those that routes lead to the account."""

    amount: int
    currency: str
    methods: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {"amount": self.amount, "currency": self.currency, "methods": list(self.methods)}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the processor has to confirm. `at`: ISO 8601; `reference`: the processor's id of it."""

    name: StepName
    state: State
    text: str
    at: str | None = None
    reference: str | None = None
    code: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {
            "name": self.name,
            "state": self.state,
            "text": self.text,
            "at": self.at,
            "reference": self.reference,
            "code": self.code,
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is of a trial: rows as they stand."""

    order: dict[str, Any]
    payment: dict[str, Any] | None = None
    operations: list[dict[str, Any]] = field(default_factory=list)
    notice: dict[str, Any] | None = None
    refund: dict[str, Any] | None = None
