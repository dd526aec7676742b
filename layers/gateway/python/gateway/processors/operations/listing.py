"""The list of what was asked of processors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from gateway.clock import iso, iso_or_none
from gateway.pages.filters import TIMES, id_of, one_of
from gateway.pages.model import Condition, Filter, Listing, moment_column, text_column
from gateway.processors.capabilities import OperationKind
from gateway.processors.operations.advice import advise
from gateway.processors.operations.model import Outcome


@dataclass(frozen=True, slots=True)
class ListedOperation:
    """A row of `processor_operations`, with why its payment or refund waits for a person."""

    key: str
    account_id: str
    payment_id: str
    kind: str
    amount: int
    currency: str
    reference: str | None
    charge: str | None
    outcome: str | None
    raw: str | None
    sends: int
    first_sent_at: datetime | None
    created_at: datetime
    updated_at: datetime
    review_reason: str | None

    def as_json(self) -> dict[str, Any]:
        """What the API shows. The session of the checkout page is not among it."""
        return {
            "key": self.key,
            "object_id": self.key.partition(":")[0],
            "payment_id": self.payment_id,
            "account_id": self.account_id,
            "kind": self.kind,
            "amount": self.amount,
            "currency": self.currency,
            "reference": self.reference,
            "charge": self.charge,
            "outcome": self.outcome,
            "raw": self.raw,
            "sends": self.sends,
            "first_sent_at": iso_or_none(self.first_sent_at),
            "review_reason": self.review_reason,
            "advice": advise(self.review_reason),
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }


# By the few that wait, which a partial index of each table has, rather than by all operations.
IN_REVIEW: Final = """
    split_part(key, ':', 1) IN (SELECT id FROM payments WHERE review_reason IS NOT NULL
                                UNION ALL SELECT id FROM refunds WHERE review_reason IS NOT NULL
                                UNION ALL SELECT id FROM unexpected_money WHERE review_reason IS NOT NULL)
"""


def _read_review(text: str) -> Condition:
    if text not in ("true", "false"):
        raise ValueError("be true or false")
    return Condition(IN_REVIEW if text == "true" else f"NOT ({IN_REVIEW})", {})


SELECT_OPERATIONS: Final = """
SELECT key, account_id, payment_id, kind, amount, currency, reference, charge, outcome, raw, sends, first_sent_at,
       created_at, updated_at, review_reason FROM (
    SELECT o.*, coalesce(p.review_reason, r.review_reason, u.review_reason) AS review_reason
    FROM processor_operations o
    LEFT JOIN payments p ON p.id = split_part(o.key, ':', 1)
    LEFT JOIN refunds r ON r.id = split_part(o.key, ':', 1)
    LEFT JOIN unexpected_money u ON u.id = split_part(o.key, ':', 1)
) AS operations
"""

OPERATIONS: Final = Listing(
    name="processor-operations",
    select=SELECT_OPERATIONS,
    row=ListedOperation,
    columns=(
        "key",
        "object_id",
        "payment_id",
        "account_id",
        "kind",
        "amount",
        "currency",
        "reference",
        "charge",
        "outcome",
        "raw",
        "sends",
        "first_sent_at",
        "review_reason",
        "created_at",
        "updated_at",
    ),
    money=("amount",),
    key=(moment_column("created_at"), text_column("key")),
    filters=(
        Filter(
            "review",
            _read_review,
            {"type": "boolean"},
            "`true`: only those whose payment or refund waits for a person.",
            "true",
        ),
        id_of("account_id", "acct", "Only what was asked of this account."),
        id_of("payment_id", "pay", "Only what was asked about this payment and its refunds."),
        one_of("kind", get_args(OperationKind), "Only operations of this kind."),
        one_of("outcome", get_args(Outcome), "Only those that have come to this."),
        *TIMES,
    ),
)
