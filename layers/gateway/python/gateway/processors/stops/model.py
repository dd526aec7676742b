"""A stop. It covers new live payments or refunds; look-ups, notices and captures go on whatever is stopped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso

Covers = Literal["payments", "refunds"]
"""Two switches."""

RETRY_SECONDS: Final = 60
"""After which a refused caller may ask again whether a stop has ended: a person has set it."""

NO_PAYMENTS: Final = "New live payments are stopped for the moment"
NO_REFUNDS: Final = "Live refunds are stopped for the moment"


@dataclass(frozen=True, slots=True)
class Stop:
    """A row of `processor_stops`. No account: all of the merchant's. No merchant either: everybody's."""

    merchant_id: UUID | None
    account_id: str | None
    covers: Covers
    reason: str | None
    by_whom: str
    created_at: datetime

    @property
    def scope(self) -> Literal["account", "merchant", "all"]:
        """How far it reaches."""
        if self.account_id is not None:
            return "account"
        return "all" if self.merchant_id is None else "merchant"

    def as_json(self) -> dict[str, Any]:
        """What the API shows with an account that is stopped. `by`: a member, a key, or the operator's command."""
        return {
            "scope": self.scope,
            "covers": self.covers,
            "reason": self.reason,
            "by": self.by_whom,
            "created_at": iso(self.created_at),
        }


@dataclass(frozen=True, slots=True)
class NamedStop(Stop):
    """A stop with the name of the account that it is of, for those who may not look at accounts."""

    processor: str | None
    account_label: str | None

    def as_json(self) -> dict[str, Any]:
        """What a session shows."""
        return Stop.as_json(self) | {
            "account_id": self.account_id,
            "processor": self.processor,
            "account_label": self.account_label,
        }
