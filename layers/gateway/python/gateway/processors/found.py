"""What is there at a processor that we have not asked for, and what it tells by itself: values of the port
(`protocol`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.processors.answers import Answer, Approved, Declined, Mode, Pending

NoticeTopic = Literal["payment", "refund", "dispute", "other"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A hint that something may have changed there. Nothing in it is believed but what to look at.

    `event_id`: the processor's, the same for each repeat. `references`: the ids of the processor's objects that it
    is about (order, intent, charge, refund, dispute). `own_ids`: ours, where the processor carries them.
    """

    event_id: str
    type: str
    topic: NoticeTopic
    references: tuple[str, ...]
    own_ids: tuple[str, ...] = ()
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRefund:
    """A refund as the processor knows it. `own_id`: ours, if it was made by us."""

    reference: str
    own_id: str | None
    amount: int
    currency: str
    answer: "Approved | Declined | Pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignDispute:
    """A dispute as the processor knows it. `status` is ours: `needs_response`, `under_review`, `won`, `lost`."""

    reference: str
    amount: int
    currency: str
    reason: str
    status: Literal["needs_response", "under_review", "won", "lost"]
    respond_by: datetime | None
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPayment:
    """A payment object as the processor lists it. `own_id`: our payment id, as we had sent it along."""

    reference: str
    own_id: str | None
    created_at: datetime
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRefund:
    """A refund as the processor lists it, whoever made it. `own_id`: ours (`rfnd_…`, or `unex_…` of money that
    nobody expected); `payment_id`: our payment's; None: not told. `of`: the processor's ids of its money."""

    reference: str
    own_id: str | None
    payment_id: str | None
    of: tuple[str, ...]
    created_at: datetime
    amount: int
    currency: str
    answer: "Approved | Declined | Pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLine:
    """One line of a day's settlement. Amounts in minor units, negative for what leaves.

    `net` is `amount - fee - tax`. `kind`: `payment`, `refund`, `dispute`, `adjustment` or `payout`.
    """

    reference: str
    kind: Literal["payment", "refund", "dispute", "adjustment", "payout"]
    own_id: str | None
    charge: str | None
    amount: int
    fee: int
    tax: int
    currency: str
    settlement: str | None
    utr: str | None
    at: datetime

    @property
    def net(self) -> int:
        """What reaches the merchant's bank of this line."""
        return self.amount - self.fee - self.tax


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a harmless GET tells about an account. `external_id`: the processor's name of it, where it has one."""

    mode: Mode
    external_id: str | None = None
    display_name: str | None = None
