"""What a processor answers, and what it asks of the shopper: values of the port (`protocol`)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Mode = Literal["test", "live"]


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
    """The simulated bank's question: a challenge, the approval of a UPI payment, or what the page of a bank or of
    a wallet asks."""

    kind: Literal["challenge", "upi_approval", "bank_page"]
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

    `captured`: of a payment, whether the money is taken, or only held. `card_network`, `card_last4`, `vpa`,
    `instrument` (the code of a bank or a wallet): what it was paid with, where the shopper said that in the
    processor's own form. `extra`: what else was paid inside the same object; which of them is ours is the same
    whenever it is asked.
    """

    captured: bool = True
    card_network: str | None = None
    card_last4: str | None = None
    vpa: str | None = None
    instrument: str | None = None
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
