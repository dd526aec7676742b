"""Accounts, and the kinds of entries that move money between them.

    authorization      the bank holds the shopper's money for us                  (manual capture only)
    release            the hold ends: by the capture, or because it was cancelled
    capture            the processor owes us the money, and we owe it to the merchant
    reserve            a refund takes its amount out of what the merchant may have
    payout             the refund is with the shopper
    return             the refund failed: the amount is the merchant's again
    payout_reversal    the processor took the refund back: it owes us the amount again (and a return follows)
    unexpected         money came after its payment was over, or twice: whose it is has to be settled
    unexpected_refund  it has gone back
    unexpected_refund_reversal  the processor took that back

Accounts are per merchant, mode and currency. A balance is never below zero.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from gateway.clock import iso

Account = Literal[
    "processor_receivable",
    "merchant_payable",
    "refunds_pending",
    "authorized_receivable",
    "authorized_payable",
    "suspense",
]
EntryKind = Literal[
    "authorization",
    "release",
    "capture",
    "reserve",
    "payout",
    "return",
    "payout_reversal",
    "unexpected",
    "unexpected_refund",
    "unexpected_refund_reversal",
]

DEBIT_ACCOUNTS: Final[frozenset[Account]] = frozenset({"processor_receivable", "authorized_receivable"})
"""Whose balance is debits less credits: what others owe. All others hold what we owe: credits less debits."""

ACCOUNTS: Final[dict[EntryKind, tuple[Account, Account]]] = {
    "authorization": ("authorized_receivable", "authorized_payable"),
    "release": ("authorized_payable", "authorized_receivable"),
    "capture": ("processor_receivable", "merchant_payable"),
    "reserve": ("merchant_payable", "refunds_pending"),
    "payout": ("refunds_pending", "processor_receivable"),
    "return": ("refunds_pending", "merchant_payable"),
    "payout_reversal": ("processor_receivable", "refunds_pending"),
    "unexpected": ("processor_receivable", "suspense"),
    "unexpected_refund": ("suspense", "processor_receivable"),
    "unexpected_refund_reversal": ("processor_receivable", "suspense"),
}
"""From a kind to its accounts: debit, credit. The database repeats it (`ledger_entry_holds`)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of `ledger_entries`. `amount` in minor units; `id` is what it is of (`object_id`), and the kind."""

    id: str
    kind: EntryKind
    debit: Account
    credit: Account
    amount: int
    currency: str
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "debit": self.debit,
            "credit": self.credit,
            "amount": self.amount,
            "currency": self.currency,
            "object_id": self.id.partition(":")[0],
            "created_at": iso(self.created_at),
        }


@dataclass(frozen=True, slots=True)
class Balances:
    """All accounts of a merchant in one currency, in minor units."""

    currency: str
    amounts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {"currency": self.currency, **self.amounts}


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of `ledger_audit()`: where the ledger and what it is to agree with part. Texts for people."""

    problem: str
    merchant_id: str
    mode: str
    subject: str
    expected: str | None
    found: str | None
