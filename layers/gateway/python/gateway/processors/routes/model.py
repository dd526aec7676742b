"""A rule, and what it is asked about. Rules are tried by position; the first that fits takes the payment."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.clock import iso
from gateway.processors.capabilities import Method

MOST_RULES: Final = 100
"""Of a merchant in one mode."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A payment that an account is looked for. `amount` in minor units.

    `network`: of a card, where it is known already; of UPI the flow (`collect`, `intent`, `qr`); else the bank or
    the wallet. Where the shopper chooses in a processor's own form none of them is known before. `manual`: its
    money is to be held.
    """

    method: str
    currency: str
    amount: int
    network: str | None = None
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of `processor_routes`. None fits any. `share`: hundredths of the payments that fit."""

    id: str
    position: int
    account_id: str
    method: Method | None
    network: str | None
    currency: str | None
    amount_from: int | None
    amount_to: int | None
    share: int
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {
            "id": self.id,
            "account_id": self.account_id,
            "method": self.method,
            "network": self.network,
            "currency": self.currency,
            "amount_from": self.amount_from,
            "amount_to": self.amount_to,
            "share": self.share,
            "created_at": iso(self.created_at),
        }

    def why_not(self, wanted: Wanted) -> str | None:
        """Why this rule is not for this payment, in words for a merchant; None: it is. Its share is not asked."""
        if self.method not in (None, wanted.method):
            return f"is for {self.method}"
        if self.network is not None and wanted.network is None:
            return f"is for {self.network}, and which it is is not known before the shopper pays"
        if self.network not in (None, wanted.network):
            return f"is for {self.network}"
        if self.currency not in (None, wanted.currency):
            return f"is for {self.currency}"
        if self.amount_from is not None and wanted.amount < self.amount_from:
            return f"is for {self.amount_from} and more (minor units)"
        if self.amount_to is not None and wanted.amount > self.amount_to:
            return f"is for {self.amount_to} and less (minor units)"
        return None

    def has_share_of(self, payment_id: str) -> bool:
        """Whether this payment is of the rule's share: the same answer whenever and wherever it is asked."""
        digest = hashlib.sha256(f"{payment_id}:{self.id}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % 100 < self.share


def version_of(rules: Sequence[Rule]) -> str:
    """Of a whole list, 16 hex digits: another one where anything of it is another."""
    text = json.dumps([rule.as_json() for rule in rules], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
