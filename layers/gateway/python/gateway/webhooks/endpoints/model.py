"""Endpoints as they are kept and shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso, iso_or_none

MAX_ENDPOINTS: Final = 16
"""Endpoints of one merchant in one mode."""

WAITING_LIMIT: Final = 10_000
"""Waiting deliveries that are counted for one endpoint."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row of `webhook_endpoints`. Secrets and headers are ciphertexts bound to the id."""

    id: str
    merchant_id: UUID
    mode: str
    is_default: bool
    url: str | None
    description: str
    events: list[str] | None
    status: Literal["enabled", "disabled"]
    disabled_reason: str | None
    disabled_at: datetime | None
    secret: bytes
    previous_secret: bytes | None
    previous_secret_expires_at: datetime | None
    headers: bytes | None
    rate_limit: int | None
    sequence: int
    created_at: datetime
    updated_at: datetime

    def as_json(self, health: "Health | None", header_names: list[str]) -> dict[str, Any]:
        """What the API shows of an endpoint: never its secret, nor the values of its headers."""
        return {
            "id": self.id,
            "url": self.url,
            "description": self.description,
            "events": self.events,
            "header_names": header_names,
            "rate_limit": self.rate_limit,
            "is_default": self.is_default,
            "status": self.status,
            "disabled_reason": self.disabled_reason,
            "disabled_at": iso_or_none(self.disabled_at),
            "previous_secret_expires_at": iso_or_none(self.previous_secret_expires_at),
            "health": (health or Health(self.id, 0, None, None, None, 0)).as_json(),
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint has been doing. `open_until`: the breaker lets nothing through before.

    `waiting`: its deliveries that are neither delivered nor given up, counted up to one above the limit.
    """

    endpoint_id: str
    failures_in_row: int
    failing_since: datetime | None
    last_success_at: datetime | None
    open_until: datetime | None
    waiting: int

    def as_json(self) -> dict[str, Any]:
        """For the dashboard."""
        untried = self.failures_in_row == 0 and self.last_success_at is None
        state = "failing" if self.failures_in_row else "untried" if untried else "healthy"
        return {
            "state": "paused" if self.open_until is not None else state,
            "failures_in_row": self.failures_in_row,
            "failing_since": iso_or_none(self.failing_since),
            "last_success_at": iso_or_none(self.last_success_at),
            "next_probe_at": iso_or_none(self.open_until),
            "waiting": min(self.waiting, WAITING_LIMIT),
            "waiting_is_exact": self.waiting <= WAITING_LIMIT,
        }
