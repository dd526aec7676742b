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
from typing import Any, Final, Literal, Protocol

from gateway.cards.model import Card
from gateway.processors.capabilities import Capabilities, OperationKind

Mode = Literal["test", "live"]


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
    method: Literal["upi", "card"] = "card"
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


# --- what the shopper has to do


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go to a page of the processor or of a bank."""

    url: str

    def as_json(self) -> dict[str, Any]:
        """The payment's `next_action`."""
        return {"type": "redirect", "url": self.url}


@dataclass(frozen=True, slots=True)
class UpiIntent:
    """Open the link in a UPI app on this phone."""

    uri: str
    url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The payment's `next_action`."""
        return {"type": "upi_intent", "uri": self.uri} | ({"url": self.url} if self.url else {})


@dataclass(frozen=True, slots=True)
class UpiQr:
    """Scan the link, shown as a QR code."""

    uri: str
    url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The payment's `next_action`."""
        return {"type": "upi_qr", "uri": self.uri} | ({"url": self.url} if self.url else {})


@dataclass(frozen=True, slots=True)
class Fields:
    """Pay in the processor's own form. What opens it is a secret of the checkout page, and not in here."""

    processor: str

    def as_json(self) -> dict[str, Any]:
        """The payment's `next_action`."""
        return {"type": "fields", "processor": self.processor}


@dataclass(frozen=True, slots=True)
class Ask:
    """The simulated bank's question: a challenge, or the approval of a typed UPI address."""

    kind: Literal["challenge", "upi_approval"]
    url: str

    def as_json(self) -> dict[str, Any]:
        """The payment's `next_action`."""
        return {"type": self.kind, "url": self.url}


Action = Redirect | UpiIntent | UpiQr | Fields | Ask


# --- answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What every answer carries, as the processor said it. `amount` in our minor units.

    `reference`: its id of the object. `charge`: its id of the money. `raw`: its own word for the state or reason.
    """

    reference: str | None = None
    charge: str | None = None
    amount: int | None = None
    currency: str | None = None
    mode: Mode | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class ExtraCharge:
    """Another time that the same object was paid (two tabs, or a failed try that was authorised late).

    `charge`: the processor's id of that money. `amount`: what of it has not gone back. `captured`: whether it is
    taken; a hold that nobody captures is released by the processor.
    """

    charge: str
    amount: int
    currency: str
    captured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Said):
    """Done: the money is reserved, taken, released or paid back, as was asked.

    `captured`: of a payment, whether the money is taken, or only held. `card_network`, `card_last4`, `vpa`: what
    it was paid with, where the shopper typed that into the processor's own form. `extra`: what else was paid
    inside the same object; which of them is ours is the same whenever it is asked.
    """

    captured: bool = True
    card_network: str | None = None
    card_last4: str | None = None
    vpa: str | None = None
    extra: tuple[ExtraCharge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Said):
    """Refused. `code` is of `codes.CODES`; `description` is ours and safe to show to the shopper."""

    code: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending(Said):
    """Accepted, not decided: ask again by `look_up`, after `ask_after` seconds if it says so."""

    ask_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequired(Said):
    """The shopper has to do something first.

    `declined`: a try of the shopper's that was refused inside the same object; another may still succeed.
    """

    action: Action
    declined: "Declined | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Said):
    """No money can come any more, whatever the shopper does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(Said):
    """Of `look_up` only: the processor can know, and has never heard of it."""


Answer = Approved | Declined | Pending | ActionRequired | Closed


@dataclass(frozen=True, slots=True)
class Prepared:
    """An object at the processor that can be paid. It moves no money.

    `reference`: its id there. `action`: what the shopper has to do. `session`: what the checkout page needs to
    open the processor's form (a client secret); sealed where it is kept, in no event, log or merchant's answer.
    """

    reference: str
    action: Action
    session: dict[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None


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
        self.retry_after = retry_after


class Unknown(ProcessorError):
    """It may have happened: time-out, reset, 5xx, 409 in flight, an answer that cannot be read or cannot tell."""


class Misconfigured(ProcessorError):
    """Not with this account: 401, 403, wrong mode, unsupported. Nothing has happened there."""


class BadSignature(Exception):
    """This notice is not from the processor, or is too old."""


# --- notices, settlements, what is there that we have not asked for

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

    def settlements(self, day: date) -> AsyncIterator[SettlementLine]:
        """The lines settled on this day."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens an account. `public_key` may be shown to shoppers; `secrets` never to anybody."""

    public_key: str
    secrets: Mapping[str, str] = field(repr=False)


NO_SECRETS: Final[Mapping[str, str]] = {}
