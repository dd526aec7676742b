"""A key pair without its secret, whose it is, and the limits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gateway.audit.model import Actor
from gateway.clock import iso, iso_or_none
from gateway.errors import BadRequest
from gateway.tenancy.model import Mode

KEY_SCOPES: Final = ("read", "write", "admin")
"""`admin` manages keys, team and settings; the checkout needs a key without any scope."""
MAX_KEYS: Final = 50
"""Active ones of a merchant in a mode, those that a rotation lets run out included."""
MAX_OVERLAP: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a key. `has_left`: a person who is not in the team any more."""

    actor: Actor
    has_left: bool

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {
            "kind": self.actor.kind,
            "id": self.actor.id,
            "label": self.actor.label,
            "has_left": self.has_left,
        }


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A row of `api_keys` without its secret. `maker` is None where nobody wrote it down."""

    id: str
    merchant_id: UUID
    mode: Mode
    label: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    maker: Maker | None

    def as_json(self, now: datetime) -> dict[str, Any]:
        """What the API shows. `status`: active, expiring (a rotation's old key), expired, revoked."""
        return {
            "id": self.id,
            "label": self.label,
            "mode": self.mode,
            "scopes": self.scopes,
            "status": self._status(now),
            "created_by": None if self.maker is None else self.maker.as_json(),
            "created_at": iso(self.created_at),
            "last_used_at": iso_or_none(self.last_used_at),
            "expires_at": iso_or_none(self.expires_at),
            "revoked_at": iso_or_none(self.revoked_at),
        }

    def _status(self, now: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is None:
            return "active"
        return "expiring" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Keys, and where the next page starts (None: there is none)."""

    keys: list[ListedKey]
    next_cursor: str | None


def read_label(value: Any) -> str:
    """What a key is for. Raises `BadRequest`."""
    if not isinstance(value, str) or len(value) > 100:
        raise BadRequest("label must be text of at most 100 characters", field="label")
    return value.strip()


def read_scopes(value: Any) -> list[str]:
    """What a key may do, in the usual order. Raises `BadRequest`."""
    if not isinstance(value, list) or any(scope not in KEY_SCOPES for scope in value):
        raise BadRequest(f"scopes must be a list of {', '.join(KEY_SCOPES)}", field="scopes")
    return [scope for scope in KEY_SCOPES if scope in value]


def read_overlap(value: Any) -> timedelta:
    """How long a rotated key goes on, in seconds. Raises `BadRequest`."""
    limit = int(MAX_OVERLAP.total_seconds())
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
        raise BadRequest(f"overlap_seconds must be 0 to {limit}", field="overlap_seconds")
    return timedelta(seconds=value)
