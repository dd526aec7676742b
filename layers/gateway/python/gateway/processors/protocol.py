"""The port to a processor: the party that really moves money.

The shape that fits all of them: **prepare** makes an object there and moves no money, its reference is stored,
the shopper pays in the processor's own fields, and **look_up** by that reference says what became of it. Capture,
void and refund are our calls. What must hold around them (what is sent again and when, what counts as failed,
whose amount is right) is in `payments.process` and `refunds.process`, once, and in no connector.

A connector holds no state, retries nothing, and reads no clock but for a signature's age. It answers, or raises
one of three:

* `NotSent`: nothing has happened there, for sure.
* `Unknown`: it may have happened, or not. Never taken for a refusal.
* `Misconfigured`: this account cannot be used for this. An operator has to mend it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, Protocol

from gateway.cards.model import Card
from gateway.processors.answers import (
    Absent,
    Action,
    ActionRequired,
    Answer,
    Approved,
    Ask,
    Closed,
    Declined,
    ExtraCharge,
    Fields,
    Mode,
    Pending,
    Prepared,
    Redirect,
    Said,
    UpiIntent,
    UpiQr,
)
from gateway.processors.capabilities import Capabilities, Method, OperationKind
from gateway.processors.found import (
    AccountFacts,
    ForeignDispute,
    ForeignRefund,
    KnownPayment,
    KnownRefund,
    Notice,
    NoticeTopic,
    SettlementLine,
)

__all__ = [
    "NO_SECRETS",
    "Absent",
    "AccountFacts",
    "Action",
    "ActionRequired",
    "Answer",
    "Approved",
    "Ask",
    "BadSignature",
    "Closed",
    "Credentials",
    "Declined",
    "ExtraCharge",
    "Fields",
    "ForeignDispute",
    "ForeignRefund",
    "Instrument",
    "KnownPayment",
    "KnownRefund",
    "Misconfigured",
    "Mode",
    "NotSent",
    "Notice",
    "NoticeTopic",
    "Operation",
    "OrderFacts",
    "Pending",
    "Prepared",
    "Processor",
    "ProcessorError",
    "Redirect",
    "Said",
    "SettlementLine",
    "Unknown",
    "UpiIntent",
    "UpiQr",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing asked of a processor. Committed before it is asked, with the claim.

    `key` is ours and the same for every repeat (`pay_…:capture`, `rfnd_…:refund`); a new asking has a new one
    (`pay_…:capture:2`). `reference`: the processor's id of what this operation made, once we know it. `parent`:
    the processor's id of what it is done to (its order or intent); `charge`: its id of the money that was taken,
    where that is another. `first_sent_at`: when it was first sent, None: never yet.
    `capture`: whether the money is to be taken at once (of `prepare` and `authorize`).
    """

    key: str
    kind: OperationKind
    payment_id: str
    mode: Mode
    amount: int
    currency: str
    method: Method = "card"
    capture: bool = True
    reference: str | None = None
    parent: str | None = None
    charge: str | None = None
    first_sent_at: datetime | None = None

    @property
    def own_id(self) -> str:
        """Our id of the object: of the refund for a refund, else of the payment."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a processor may be told about what is paid. Nothing of it is needed."""

    order_id: str
    receipt: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """What the shopper pays with, where our own page has asked for it (`client: none`)."""

    card: Card | None = None
    vpa: str | None = None
    flow: Literal["collect", "intent", "qr"] | None = None
    code: str | None = None
    """Of the bank or the wallet."""


# --- raised, never an answer


class ProcessorError(Exception):
    """Base of the three. `raw`: what the processor said, shortened and without secrets, for people."""

    def __init__(self, reason: str, *, raw: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = raw


class NotSent(ProcessorError):
    """Nothing has happened there: no connection, 429, breaker open. May go elsewhere; costs no attempt."""

    def __init__(self, reason: str, *, raw: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(reason, raw=raw)
        # A whole number among broken ones is refused by the driver, and a batch of finished work with it.
        self.retry_after = None if retry_after is None else float(retry_after)


class Unknown(ProcessorError):
    """It may have happened: time-out, reset, 5xx, 409 in flight, an answer that cannot be read or cannot tell."""


class Misconfigured(ProcessorError):
    """Not with this account: 401, 403, wrong mode, unsupported. Nothing has happened there."""


class BadSignature(Exception):
    """This notice is not from the processor, or is too old."""


class Processor(Protocol):
    """One account at one processor. Every call may raise `NotSent`, `Unknown` and `Misconfigured`.

    Amounts are ours (ISO 4217 minor units); a connector converts with integers and refuses what its table lacks.
    """

    @property
    def name(self) -> str:
        """The processor: `simulator`, `razorpay`, `stripe`."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def check(self) -> AccountFacts:
        """GET something harmless: are these credentials right, and of which account?"""

    async def prepare(self, op: Operation, order: OrderFacts, return_url: str | None) -> Prepared | Declined:
        """Make the object that the shopper will pay. A repeat with the same key makes no second one."""

    async def authorize(self, op: Operation, instrument: Instrument) -> Answer:
        """Reserve, and with `op.capture` take, the amount (`client: none`)."""

    async def capture(self, op: Operation) -> Answer:
        """Take `op.amount` of what was reserved. What is already captured with this amount is `Approved`."""

    async def void(self, op: Operation) -> Answer:
        """Release what was reserved."""

    async def refund(self, op: Operation) -> Answer:
        """Pay back `op.amount` of what was taken."""

    async def look_up(self, op: Operation) -> Answer | Absent:
        """What became of this operation. `prepare` and `authorize`: how does the payment stand?"""

    async def close(self, op: Operation) -> Closed | Approved | Pending:
        """Make sure that no money can come any more for a prepared object (`op.reference`)."""

    async def refunds_of(self, op: Operation) -> Sequence[ForeignRefund]:
        """All refunds of a payment, whoever made them."""

    async def disputes_of(self, op: Operation) -> Sequence[ForeignDispute]:
        """All disputes of a payment."""

    def list_since(self, since: datetime) -> AsyncIterator[KnownPayment]:
        """Every payment object made since then, for the time after a restore."""

    def refunds_since(self, since: datetime) -> AsyncIterator[KnownRefund]:
        """Every refund made since then, whenever its payment was made."""

    def settlements(self, day: date) -> AsyncIterator[SettlementLine]:
        """The lines settled on this day."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens an account. `public_key` may be shown to shoppers; `secrets` never to anybody."""

    public_key: str
    secrets: Mapping[str, str] = field(repr=False)


NO_SECRETS: Final[Mapping[str, str]] = {}
