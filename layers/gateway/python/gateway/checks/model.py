"""What a check compares, and what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.disputes.model import Dispute
from gateway.processors.operations.model import KnownOperation
from gateway.processors.protocol import Answer, ForeignDispute, ForeignRefund
from gateway.processors.trouble import Trouble
from gateway.refunds.model import Refund
from gateway.unexpected.model import UnexpectedMoney


@dataclass(slots=True)
class Facts:
    """What the processor says. `refunds`: of the payment; `disputes` None: not asked for.

    `of_charges`: the refunds of money that nobody expected, by the processor's id of that money. `sent`: what was
    said to the refund that this check has sent (or looked up) of such money, by our id of it. `attempts`: claims
    in a row without an answer, this one counted. `held`: an emergency stop covers refunds at the moment.
    """

    payment: Answer
    refunds: Sequence[ForeignRefund] = ()
    disputes: Sequence[ForeignDispute] | None = None
    of_charges: dict[str, Sequence[ForeignRefund]] = field(default_factory=dict)
    sent: dict[str, Answer | Trouble] = field(default_factory=dict)
    attempts: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What stands here about a payment. `operations` are all that were asked of processors about it."""

    refunds: Sequence[Refund] = ()
    unexpected: Sequence[UnexpectedMoney] = ()
    disputes: Sequence[Dispute] = ()
    operations: Sequence[KnownOperation] = ()
    dispute_was_noticed: bool = False
    refunds_are_stopped: bool = False

    def object_of(self, found: ForeignRefund) -> str | None:
        """Our id of a refund that the processor tells: as it carries it, or by its reference. None: not ours."""
        if found.own_id is not None:
            return found.own_id
        keys = [one.key for one in self.operations if one.kind == "refund" and one.reference == found.reference]
        return keys[0].partition(":")[0] if keys else None

    @property
    def has_unanswered_refund(self) -> bool:
        """Whether a refund of ours was sent of which the processor's id is not known yet."""
        return any(
            one.kind == "refund"
            and one.first_sent_at is not None
            and one.reference is None
            and one.outcome in (None, "unknown", "pending")
            for one in self.operations
        )


@dataclass(frozen=True, slots=True)
class AdoptedRefund:
    """A refund that somebody made at the processor, as ours; a `pending` one had been ours, was lost here, and is
    not decided there. `reference`: its id there."""

    refund: Refund
    reference: str


@dataclass(frozen=True, slots=True)
class ChangedDispute:
    """A dispute as it is now, and what is told of it, in order; `is_new`: we had not known of it."""

    dispute: Dispute
    told: tuple[tuple[str, Dispute], ...]
    is_new: bool


@dataclass(slots=True)
class Findings:
    """What a check comes to. Amounts in minor units.

    `found`: money that nobody expected; `returned` and `reviewed`: such money after the change.
    `captured_there`: what was captured at the processor and not by us; `released_there`: the hold is gone there.
    `wait`: seconds until the next look, None: none is needed. `attempts`: claims in a row without an answer.
    `review`: what a person has to look at.
    """

    found: list[UnexpectedMoney] = field(default_factory=list)
    returned: list[UnexpectedMoney] = field(default_factory=list)
    reviewed: list[UnexpectedMoney] = field(default_factory=list)
    adopted: list[AdoptedRefund] = field(default_factory=list)
    taken_back: list[Refund] = field(default_factory=list)
    disputes: list[ChangedDispute] = field(default_factory=list)
    captured_there: int | None = None
    released_there: bool = False
    wait: float | None = None
    attempts: int = 0
    review: str | None = None

    def look_again(self, seconds: float) -> None:
        """Not later than in so many seconds."""
        self.wait = seconds if self.wait is None else min(self.wait, seconds)
