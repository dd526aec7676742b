"""A user, a session, and what they show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gateway.clock import iso, iso_or_none
from gateway.users.roles import Role

SESSION_LIFE: Final = timedelta(days=7)
SESSION_IDLE: Final = timedelta(hours=12)
INVITE_LIFE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class User:
    """A row of `users` without its secrets."""

    id: UUID
    merchant_id: UUID
    email: str
    name: str
    role: Role
    is_invited: bool
    created_at: datetime
    last_login_at: datetime | None
    has_two_factor: bool = False

    def as_json(self) -> dict[str, Any]:
        """What the team page shows."""
        return {
            "id": str(self.id),
            "email": self.email,
            "name": self.name,
            "role": self.role,
            "status": "invited" if self.is_invited else "active",
            "created_at": iso(self.created_at),
            "last_login_at": iso_or_none(self.last_login_at),
            "two_factor": self.has_two_factor,
        }


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in, with the user behind it."""

    id: UUID
    user: User
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str

    def as_json(self, current: UUID) -> dict[str, Any]:
        """What the list of sessions shows; `current` is the asking session's id."""
        return {
            "id": str(self.id),
            "current": self.id == current,
            "created_at": iso(self.created_at),
            "last_seen_at": iso(self.last_seen_at),
            "expires_at": iso(self.expires_at),
            "address": self.address,
            "user_agent": self.user_agent,
        }
