"""The model: what each call must answer and what each answer of the bank must change. No code of the product."""

from dataclasses import dataclass, field
from typing import Literal

from tests.model.ways import BankSays, Way

Work = Literal["authorize", "capture", "void"]
Asked = Literal["pending", "succeeded", "failed"] | None
"""Of a capture or a void: whether it was asked for, and what the bank has said."""

MOST_ATTEMPTS = 12
"""Calls without an answer before a person is asked (GATEWAY_PROCESSOR_ATTEMPTS)."""


@dataclass
class Order:
    """What is to be paid."""

    id: str
    amount: int
    currency: str
    capture: str
    tried: list["Payment"] = field(default_factory=list)

    @property
    def status(self) -> str:
        """`created`, `attempted`, `paid`."""
        if any(payment.taken for payment in self.tried):
            return "paid"
        return "attempted" if self.tried else "created"

    def takes(self, way: Way) -> bool:
        """Whether a further payment is accepted. Only cards move anything but rupees."""
        in_rupees = way.vpa or way.bank or way.wallet
        return not self.is_taken and not (in_rupees and self.currency != "INR")

    @property
    def is_taken(self) -> bool:
        """Whether it has a payment that is undecided or successful."""
        return any(payment.status in ("pending", "requires_action", "success") for payment in self.tried)


@dataclass
class Refund:
    """Money on its way back."""

    id: str
    payment: "Payment"
    amount: int
    status: str = "pending"
    review: bool = False
    attempts: int = 0
    token: object = None
    """Who claimed it last. His finish counts until another one claims it, also when his lease is over."""
    is_leased: bool = False
    at_bank: bool = False
    reserved: bool = False
    """Whether the ledger holds its amount back: not before its payment's capture is there."""
    is_decided: bool = False
    """The bank's late answer has come."""

    def __post_init__(self) -> None:
        self.reserved = self.payment.taken > 0

    def is_claimed(self) -> None:
        """The capture that it has waited for is there, or is refused."""
        self.reserved = self.reserved or self.payment.taken > 0

    @property
    def is_open(self) -> bool:
        """Whether the worker has still to do with it."""
        return self.status == "pending" and not self.review

    @property
    def events(self) -> list[str]:
        """What has been told about it."""
        return ["refund.created"] + ([] if self.status == "pending" else [f"refund.{self.status}"])

    def ask(self, work: str, looks_up: bool, number: int) -> BankSays:
        """The bank's answer to the call, or (`looks_up`) to the question what became of it: here the same."""
        assert (work, number) == ("refund", 1)
        if self.payment.capture_status == "failed":
            return "declined"  # and the bank is not asked
        self.at_bank = True
        if self.payment.way.refund == "late":
            return "approved" if self.is_decided else "pending"
        return self.payment.way.refund

    def conclude(self, says: BankSays) -> None:
        """What the answer makes of it."""
        self.token, self.is_leased = None, False
        if says == "pending":
            self.attempts = 0
        elif says == "silent":
            self.review = self.attempts >= MOST_ATTEMPTS
        else:
            self.attempts = 0
            self.status = "processed" if says == "approved" else "failed"


@dataclass
class Payment:
    """One try to pay an order."""

    id: str
    order: Order
    way: Way
    status: str = "pending"
    captured: int = 0
    """What is taken, or asked for."""
    asked: list[int] = field(default_factory=list)
    """The amounts of its captures, those included that were refused."""
    voids: int = 0
    capture_status: Asked = None
    void_status: Asked = None
    work: Work | None = "authorize"
    review: bool = False
    attempts: int = 0
    token: object = None
    """Who claimed it last. His finish counts until another one claims it, also when his lease is over."""
    is_leased: bool = False
    at_bank: set[tuple[str, int]] = field(default_factory=set)
    """What the bank was asked for, and for the how many-th time."""
    decided: Literal["approved", "declined"] | None = None
    """What the shopper, or time, has made of the bank's open question."""
    was_authorized: bool = False
    events: list[str] = field(default_factory=lambda: ["payment.created", "payment.pending"])
    refunds: list[Refund] = field(default_factory=list)

    @property
    def amount(self) -> int:
        """Of its order."""
        return self.order.amount

    def refunded(self, status: str) -> int:
        """The sum of its refunds in this state."""
        return sum(refund.amount for refund in self.refunds if refund.status == status)

    @property
    def taken(self) -> int:
        """What the bank has taken."""
        return 0 if self.capture_status == "pending" else self.captured

    @property
    def held(self) -> int:
        """What the bank holds for us and has not taken."""
        return self.amount if self.status == "success" and not self.taken else 0

    @property
    def available(self) -> int:
        """What may still be asked back."""
        return self.captured - self.refunded("pending") - self.refunded("processed")

    @property
    def bank_waits(self) -> bool:
        """Whether the bank waits for the shopper."""
        asked = self.way.first == "action" and ("authorize", 1) in self.at_bank
        return asked and self.decided is None and ("void", 1) not in self.at_bank

    # --- calls of the API: the status that they must answer with

    def capture(self, amount: int | None) -> int:
        """`POST /payments/{id}/capture`."""
        if self.captured:
            return 200 if amount in (None, self.captured) else 400
        if self.status != "success" or self.void_status == "pending" or (amount or 0) > self.amount:
            return 400
        if self.refunded("pending"):
            return 409  # of the capture that was refused: they must end first
        self.captured = amount or self.amount
        self.asked.append(self.captured)
        self.capture_status = "pending"
        self._work("capture")
        return 200

    def _work(self, work: Work) -> None:
        self.work, self.token, self.is_leased, self.attempts, self.review = work, None, False, 0, False

    def cancel(self) -> int:
        """`POST /payments/{id}/cancel`."""
        if self.status == "cancelled" or self.void_status == "pending":
            return 200
        if self.status == "requires_action":  # the shopper has left: it is over at once
            self.status = "cancelled"
            self.events.append("payment.cancelled")
        elif self.status == "success" and not self.captured:
            self.void_status = "pending"
        else:
            return 400
        self.voids += 1
        self._work("void")
        return 200

    def may_refund(self, amount: int) -> bool:
        """Whether `POST /payments/{id}/refunds` is accepted."""
        return self.status == "success" and self.void_status != "pending" and self.available >= amount

    def refund(self, refund_id: str, amount: int) -> None:
        """One was accepted."""
        self.refunds.append(Refund(refund_id, self, amount))

    def authenticate(self, approve: bool) -> int:
        """`POST /test/payments/{id}/authenticate`."""
        if not self.bank_waits:
            return 400
        self.decided = "approved" if approve else "declined"
        return 200

    # --- the worker

    def ask(self, work: str, looks_up: bool, number: int) -> BankSays:
        """The bank's answer to this call; with `looks_up` it is asked first what became of a call before."""
        is_known = looks_up and (work, number) in self.at_bank
        self.at_bank.add((work, number))
        if work == "capture":
            is_refused = self.way.capture == "declined" or (self.way.capture == "declined once" and number == 1)
            return "declined" if is_refused else "approved"
        if work == "void":
            return self.way.void
        if self.decided is not None:
            return self.decided
        if self.way.first == "silent" and is_known:
            return "approved"
        return self.way.first

    def conclude(self, says: BankSays) -> None:
        """What the answer makes of it."""
        self.token, self.is_leased = None, False
        if says == "silent":
            self.review = self.attempts >= MOST_ATTEMPTS
            self.work = None if self.review else self.work
            return
        self.attempts = 0
        if says == "pending" or (says == "action" and self.status == "requires_action"):
            return
        if says == "action":
            self.status = "requires_action"
            self.events.append("payment.requires_action")
            return
        if self.work == "authorize":
            self.status = "success" if says == "approved" else "failed"
            self.events.append(f"payment.{self.status}")
            if says == "approved":
                self.was_authorized = True
                self.captured = self.amount if self.order.capture == "automatic" else 0
        elif self.work == "capture":
            self.capture_status = "succeeded" if says == "approved" else "failed"
            self.captured = self.captured if says == "approved" else 0
            self.events.append("payment.captured" if says == "approved" else "payment.capture_failed")
        elif self.void_status == "pending":
            self.void_status = "succeeded" if says == "approved" else "failed"
            self.status = "cancelled" if says == "approved" else "success"
            self.events.append("payment.cancelled" if says == "approved" else "payment.void_failed")
        self.work = None

    # --- the books

    def entries(self) -> dict[str, int]:
        """The ledger's entries about it and its refunds: id to amount."""
        found: dict[str, int] = {}
        if self.was_authorized and self.order.capture == "manual":
            found[f"{self.id}:authorization"] = self.amount
            if self.taken or self.status == "cancelled":
                found[f"{self.id}:release"] = self.amount
        if self.taken:
            found[f"{self.id}:capture"] = self.taken
        for refund in self.refunds:
            if not refund.reserved:
                continue
            found[f"{refund.id}:reserve"] = refund.amount
            if refund.status != "pending":
                found[f"{refund.id}:{'payout' if refund.status == 'processed' else 'return'}"] = refund.amount
        return found

    def bank_books(self) -> dict[str, tuple[int, int]]:
        """Per kind: how many operations the bank has made, and their sum."""
        amounts: dict[str, list[int]] = {}
        for kind, number in self.at_bank:
            amount = self.asked[number - 1] if kind == "capture" else self.amount
            amounts.setdefault(kind, []).append(amount)
        if refunds := [refund.amount for refund in self.refunds if refund.at_bank]:
            amounts["refund"] = refunds
        return {kind: (len(found), sum(found)) for kind, found in amounts.items()}
