"""Ways to pay in the model, and what the simulated bank says to each."""

from dataclasses import dataclass
from typing import Any, Literal

BankSays = Literal["approved", "declined", "pending", "action", "silent"]


@dataclass(frozen=True)
class Way:
    """How somebody pays, and what the simulated bank does then (the contract's magic numbers and VPAs)."""

    name: str
    first: BankSays
    refund: Literal["approved", "declined", "late"] = "approved"
    capture: Literal["approved", "declined", "declined once"] = "approved"
    void: Literal["approved", "declined"] = "approved"
    vpa: str | None = None
    number: str | None = None
    bank: str | None = None
    wallet: str | None = None

    def body(self, order_id: str) -> dict[str, Any]:
        """Of `POST /payments`."""
        if self.vpa:
            return {"order_id": order_id, "method": "upi", "vpa": self.vpa}
        if self.bank:
            return {"order_id": order_id, "method": "netbanking", "bank": self.bank}
        if self.wallet:
            return {"order_id": order_id, "method": "wallet", "wallet": self.wallet}
        card = {"number": self.number, "expiry_month": 12, "expiry_year": 2030, "cvv": "123", "holder_name": "A"}
        return {"order_id": order_id, "method": "card", "card": card}


WAYS = (
    Way("approved", "approved", vpa="success@bank"),
    Way("card", "approved", number="4242424242424242"),
    Way("declined", "declined", vpa="failure@bank"),
    Way("no funds", "declined", number="4000000000009995"),
    Way("challenge", "action", number="4000002500003155"),
    Way("upi approval", "action", vpa="pending@bank"),
    Way("bank page", "action", bank="HDFC"),
    Way("wallet page", "action", wallet="paytm"),
    Way("bank declined", "declined", bank="TEST_FAILURE"),
    Way("lost answer", "silent", vpa="timeout@bank"),
    Way("late answer", "pending", vpa="late@bank"),
    Way("bank late", "pending", bank="TEST_LATE"),
    Way("wallet lost answer", "silent", wallet="test_timeout"),
    Way("refund refused", "approved", refund="declined", vpa="refundfail@bank"),
    Way("refund late", "approved", refund="late", number="4000000000007726"),
    Way("capture refused", "approved", capture="declined", number="4000000000000341"),
    Way("capture refused once", "approved", capture="declined once", vpa="captureonce@bank"),
    Way("void refused", "approved", void="declined", vpa="voidfail@bank"),
)
