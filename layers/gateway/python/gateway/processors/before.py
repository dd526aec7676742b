"""The port to a processor: the party that really moves money.

Every call carries our key. A processor must treat a repeat with the same key as the same
operation, and must be able to tell later what became of a key (`look_up`). With these two,
a crash at any moment can be mended without charging twice.
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from gateway.cards.model import Card


@dataclass(frozen=True, slots=True)
class Approved:
    """Done: the money is reserved, taken, released or paid back, as was asked."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Refused for good. `code` is ours and stable; `description` is safe to show to the shopper."""

    code: str
    description: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted, not decided: ask again by `look_up`."""


@dataclass(frozen=True, slots=True)
class ActionRequired:
    """The shopper has to do something first; `next_action` is shown to the checkout as it is."""

    next_action: dict[str, Any]


Answer = Approved | Declined | Pending | ActionRequired


class ProcessorTimeout(Exception):
    """No answer in time. What the processor did is unknown; it is never taken as a failure."""


class Misconfigured(Exception):
    """This processor is not for this: the wrong mode. It has done nothing."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """A payment to authorise. `amount` in minor units; `capture` true takes the money at once."""

    key: str
    payment_id: str
    mode: str
    amount: int
    currency: str
    method: Literal["upi", "card"]
    capture: bool
    vpa: str | None = None
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A capture, void or refund of an authorised payment. `amount` in minor units."""

    key: str
    payment_id: str
    mode: str
    amount: int
    currency: str


class Processor(Protocol):
    """Calls may raise `ProcessorTimeout` and `Misconfigured`; everything else is an `Answer`."""

    async def authorize(self, request: Authorization) -> Answer:
        """Reserve (and with `capture` take) the amount."""

    async def capture(self, request: FollowUp) -> Answer:
        """Take a part or all of what was reserved."""

    async def void(self, request: FollowUp) -> Answer:
        """Release what was reserved, or make sure that nothing will be."""

    async def refund(self, request: FollowUp) -> Answer:
        """Pay back a part or all of what was taken."""

    async def look_up(self, key: str) -> Answer | None:
        """What became of the call with this key; None if the processor has never heard of it."""
