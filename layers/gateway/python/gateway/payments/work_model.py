"""A claim on a payment, and what it has come to: what the worker's statements take and give."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from gateway.events.publish import EventDraft
from gateway.payments.model import Payment
from gateway.processors.operations.model import KnownOperation, Noted, latest

Movement = Literal["paid", "authorized", "captured", "released"]
"""What the bank's yes does with money: `paid` is an automatic capture, `captured` that of an authorisation."""


@dataclass(frozen=True, slots=True)
class ClaimedPayment:
    """A payment that this process may work on until its lease ends.

    `attempts` counts this claim. `sent_before`: an earlier claim may have reached the processor.
    `sealed_card`: the vault's ciphertext, if it is still there. `number`: how often this work was asked for anew.
    `operations`: what was asked of accounts about this payment before this claim, oldest first. `is_stopped`: no
    new payment is to be begun there. `is_noticed`: the processor has said that something has changed.
    """

    payment: Payment
    work: str
    attempts: int
    lease_token: UUID
    sent_before: bool
    sealed_card: bytes | None
    number: int = 1
    operations: tuple[KnownOperation, ...] = ()
    is_stopped: bool = False
    is_noticed: bool = False

    @property
    def kind(self) -> str:
        """What is asked for by this work: over an account the shopper pays what we have prepared."""
        return "prepare" if self.work == "authorize" and self.payment.account_id is not None else self.work

    @property
    def key(self) -> str:
        """What the processor knows this work by."""
        return f"{self.payment.id}:{self.kind}" + (f":{self.number}" if self.number > 1 else "")

    @property
    def prepared(self) -> KnownOperation | None:
        """What was prepared at the account that takes the payment."""
        account_id = self.payment.account_id
        return None if account_id is None else latest(self.operations, "prepare", account_id)

    @property
    def prepared_reference(self) -> str | None:
        """The processor's id of what the shopper pays, once we know it."""
        return self.prepared.reference if self.prepared else None

    @property
    def sent_before_now(self) -> bool:
        """Whether a claim before this one may have reached the account."""
        return self.operation is not None and self.operation.first_sent_at is not None

    @property
    def operation(self) -> KnownOperation | None:
        """This work as it was asked for before this claim."""
        return next((one for one in self.operations if one.key == self.key), None)


@dataclass(frozen=True, slots=True)
class FinishedWork:
    """What a claim has come to. `next_seconds`: when to work again; None: the work is done.

    `payment` is the row after the change; `events` must start at the sequence after `claimed`'s.
    `movement`: what of it is booked. `next_work`: what is to be done then, if that is something else. `noted`:
    what became of the operation that was asked for.
    """

    claimed: ClaimedPayment
    payment: Payment
    next_seconds: float | None
    attempts: int
    review_reason: str | None
    events: tuple[EventDraft, ...]
    movement: Movement | None = None
    next_work: str | None = None
    noted: Noted | None = None


def refused_reason(work: str) -> str:
    """The `review_reason` of a payment of which more was told than the processor has then done."""
    return f"the processor refused to {work}"
