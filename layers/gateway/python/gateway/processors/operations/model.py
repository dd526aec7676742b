"""What was asked of a processor, as it is kept: the rows behind `protocol.Operation`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from gateway.processors.protocol import (
    Absent,
    ActionRequired,
    Answer,
    Approved,
    Closed,
    Declined,
    Pending,
)
from gateway.processors.transcript import Call

Outcome = Literal[
    "approved",
    "declined",
    "pending",
    "action",
    "closed",
    "absent",
    "prepared",
    "unknown",
    "not_sent",
    "misconfigured",
]
_OUTCOMES: Final[dict[type[Any], Outcome]] = {
    Approved: "approved", Declined: "declined", Pending: "pending", ActionRequired: "action", Closed: "closed",
    Absent: "absent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownOperation:
    """A row of `processor_operations`, as a claim reads it. `first_sent_at` None: it was not sent, for sure."""

    key: str
    kind: str
    account_id: str
    request: str | None
    reference: str | None
    charge: str | None
    first_sent_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """What is written down of an operation when its claim ends. None leaves what is there.

    `session` is sealed. `was_not_sent`: nothing has reached the processor by this claim, so that a claim before it
    decides whether it was ever sent.
    """

    key: str
    outcome: Outcome
    reference: str | None = None
    charge: str | None = None
    session: bytes | None = None
    session_expires_at: datetime | None = None
    raw: str | None = None
    was_not_sent: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An exchange and what it was for."""

    key: str
    merchant_id: Any
    mode: str
    account_id: str
    payment_id: str
    call: Call


def request_hash(kind: str, amount: int, currency: str, account_id: str) -> str:
    """Hex SHA-256 of what is asked: the claim statements compute the same."""
    return hashlib.sha256(f"{kind}|{amount}|{currency}|{account_id}".encode()).hexdigest()


def outcome_of(answer: Answer | Absent) -> Outcome:
    """An answer in one word."""
    return _OUTCOMES[type(answer)]


def latest(operations: Sequence[KnownOperation], kind: str, account_id: str) -> KnownOperation | None:
    """The newest operation of this kind at this account, if there is one. `operations` are oldest first."""
    found = [one for one in operations if one.kind == kind and one.account_id == account_id]
    return found[-1] if found else None
