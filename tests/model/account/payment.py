"""The model of a payment over an account: what a merchant's call must answer, and what may be seen of it.

What the worker makes of it depends on what the processor's door does to each call, so it is not foretold: it is
followed, and only what somebody has asked for or done is let pass. No code of the product but its capabilities.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from gateway.processors.capabilities import Capabilities
from tests.model.audit import Facts, expected
from tests.model.model import Asked, Order, Payment, Refund, Work
from tests.model.ways import Way

STORY = re.compile(
    r"created pending( requires_action)?"
    r"( failed| cancelled| success( capture_failed| void_failed)*( captured| cancelled)?)?"
)
"""All that can ever be told about a payment, in this order."""


class Form(Way):
    """In the processor's own form."""

    def body(self, order_id: str) -> dict[str, Any]:
        """Without a card: that is the processor's to ask for."""
        return {"order_id": order_id, "method": "card"}


FORM = Form("the processor's form", "action")


@dataclass(frozen=True)
class Row:
    """A payment as it stands in the database."""

    id: str
    status: str
    amount_captured: int
    work: Work | None
    review_reason: str | None
    capture_status: Asked
    void_status: Asked


@dataclass(frozen=True)
class RefundRow:
    """A refund as it stands in the database."""

    id: str
    payment_id: str
    amount: int
    status: str
    review_reason: str | None
    reserved: bool
    origin: str
    is_taken_back: bool


@dataclass
class PaidBack(Refund):
    """A refund: the processor may take it back."""

    is_taken_back: bool = False

    @property
    def events(self) -> list[str]:
        """What has been told about it."""
        ends = ["refund.processed", "refund.failed"] if self.is_taken_back else super().events[1:]
        return ["refund.created", *ends]


@dataclass(frozen=True)
class Unexpected:
    """Money that came after its payment was over, as it stands in the database."""

    id: str
    payment_id: str
    amount: int
    status: str
    is_back: bool
    is_taken_back: bool

    def entries(self) -> dict[str, int]:
        """The ledger's entries about it."""
        kinds = ["unexpected"] + ["unexpected_refund"] * self.is_back
        kinds += ["unexpected_refund_reversal"] * self.is_taken_back
        return {f"{self.id}:{kind}": self.amount for kind in kinds}

    @property
    def events(self) -> list[str]:
        """What has been told about it."""
        return ["payment.unexpected"] + ["payment.unexpected_returned"] * self.is_back


@dataclass
class AccountPayment(Payment):
    """One try to pay an order, in the processor's form."""

    can: Capabilities = field(kw_only=True, repr=False)
    is_paid: bool = False
    """The shopper has paid, or is about to."""
    is_begun: bool = False
    """His bank takes its time."""
    is_late: bool = False
    """The shopper's time is over."""
    is_cancelled_there: bool = False
    captured_there: int | None = None
    """What somebody has captured in the processor's dashboard."""
    refunded_there: list[str] = field(default_factory=list)
    """Refunds that somebody has made in the processor's dashboard: its ids."""
    ended_there: set[str] = field(default_factory=set)
    """Refunds that the processor has taken back, or refused: its ids."""
    unexpected: list[Unexpected] = field(default_factory=list)
    review_reason: str | None = None

    @property
    def is_for_a_person(self) -> bool:
        """Somebody has captured another amount in the dashboard than was asked for here: no machine decides."""
        return self.captured_there is not None and self.captured_there != [self.amount, *self.asked][-1]

    # --- calls of the API

    def capture(self, amount: int | None) -> int:
        """As everywhere; and a part only where the processor captures parts."""
        is_part = not self.captured and 0 < (amount or 0) < self.amount
        if is_part and not self.can.partial_capture and not self.refunded("pending"):
            return 400
        return super().capture(amount)

    def cancel(self) -> int:
        """As everywhere; and what waited for its shopper is closed there."""
        was = self.status
        answer = super().cancel()
        if (was, self.status) == ("requires_action", "cancelled"):
            self.work = "close"
        return answer

    def refund(self, refund_id: str, amount: int) -> None:
        """One was accepted."""
        self.refunds.append(PaidBack(refund_id, self, amount))

    # --- the worker

    def follow(self, row: Row, events: list[str]) -> None:
        """A worker's step has made this of it. Raises `AssertionError` where nothing justifies that."""
        if row.status != self.status:
            assert self._may_become(row.status), f"{self.id} is {row.status}, was {self.status}: {self}"
        if row.capture_status != self.capture_status:
            asked = self.capture_status is not None or self.captured_there is not None
            assert asked, f"{self.id}: nobody has asked for its capture: {self}"
        if row.amount_captured not in (self.captured, 0):
            whole = self.amount if self.order.capture == "automatic" else None
            assert row.amount_captured in (whole, self.captured_there), f"{self.id} takes {row.amount_captured}"
        story = " ".join(one.removeprefix("payment.") for one in events)
        assert STORY.fullmatch(story), f"{self.id}: {story}"
        self.status, self.captured, self.work = row.status, row.amount_captured, row.work
        self.capture_status, self.void_status = row.capture_status, row.void_status
        self.review_reason, self.review = row.review_reason, row.review_reason is not None
        self.was_authorized = self.was_authorized or row.status == "success"
        self.events = events

    def _may_become(self, status: str) -> bool:
        """A payment fails only when its time is over, or when it was cancelled there: never for a refusal."""
        if status == "cancelled":
            return self.void_status == "pending"
        if status == "failed":
            return self.is_late or self.is_cancelled_there
        return self.is_paid if status == "success" else status == "requires_action"

    def follow_refund(self, row: RefundRow) -> None:
        """The same of a refund; one that we have not made was made there."""
        known = next((one for one in self.refunds if one.id == row.id), None)
        if known is None:
            assert row.origin == "processor" and row.status != "pending", f"a refund of nobody's: {row}"
            assert self.refunded_there, f"nobody has made a refund at the processor: {row}"
            known = PaidBack(row.id, self, row.amount)
            self.refunds.append(known)
        assert isinstance(known, PaidBack)
        if row.is_taken_back:
            assert self.ended_there, f"nobody has taken back {row}"
        if known.status == "failed":
            assert row.status == "failed", f"{row} had failed"
        known.status, known.review, known.reserved = row.status, row.review_reason is not None, row.reserved
        known.is_taken_back = row.is_taken_back

    # --- the books

    def entries(self) -> dict[str, int]:
        """The ledger's entries about it, its refunds, and money that nobody expected."""
        found = super().entries()
        for refund in self.refunds:
            if isinstance(refund, PaidBack) and refund.is_taken_back:
                found[f"{refund.id}:payout"] = found[f"{refund.id}:payout_reversal"] = refund.amount
        for money in self.unexpected:
            found |= money.entries()
        return found


def expected_there(orders: list[Order], payments: list[AccountPayment]) -> Facts:
    """All facts, as the model has them."""
    facts = expected(orders, payments)
    facts["events"] |= {money.id: list(enumerate(money.events, 1)) for one in payments for money in one.unexpected}
    return facts
