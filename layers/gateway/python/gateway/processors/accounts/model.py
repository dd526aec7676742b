"""An account of a merchant at a processor, in one mode.

    unchecked ──→ enabled ⇄ disabled ──→ removed

A check that the processor answers enables it. Disabled it takes no new payment, and goes on capturing, refunding
and looking up. Removed it has nothing left to do, and nothing is kept that opens it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso, iso_or_none
from gateway.processors.protocol import Mode

AccountStatus = Literal["unchecked", "enabled", "disabled", "removed"]

ACCOUNT_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "unchecked": frozenset({"enabled", "disabled", "removed"}),
    "enabled": frozenset({"disabled", "removed"}),
    "disabled": frozenset({"enabled", "removed"}),
    "removed": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A row of `processor_accounts`; what is sealed stays sealed."""

    id: str
    merchant_id: UUID
    mode: Mode
    processor: str
    label: str | None
    status: AccountStatus
    public_key: str
    credentials: bytes = field(repr=False)
    webhook_secret: bytes | None = field(repr=False)
    previous_webhook_secret: bytes | None = field(repr=False)
    collect: bool
    external_id: str | None
    api_version: str | None
    checked_at: datetime | None
    problem: str | None
    noticed_at: datetime | None
    webhook_secret_at: datetime | None
    previous_webhook_secret_at: datetime | None
    sequence: int
    created_at: datetime
    updated_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What the API shows: no secret, whatever is asked."""
        return {
            "id": self.id,
            "processor": self.processor,
            "mode": self.mode,
            "label": self.label,
            "status": self.status,
            "public_key": self.public_key,
            "has_webhook_secret": self.webhook_secret is not None,
            "has_previous_webhook_secret": self.previous_webhook_secret is not None,
            "webhook_secret_at": iso_or_none(self.webhook_secret_at),
            "previous_webhook_secret_at": iso_or_none(self.previous_webhook_secret_at),
            "collect": self.collect,
            "external_id": self.external_id,
            "api_version": self.api_version,
            "checked_at": iso_or_none(self.checked_at),
            "problem": self.problem,
            "noticed_at": iso_or_none(self.noticed_at),
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }
