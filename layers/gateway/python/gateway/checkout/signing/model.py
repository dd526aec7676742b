"""A signing secret, and what may be asked of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from pydantic import ConfigDict, Field

from gateway.clock import iso_or_none
from gateway.errors import BadRequest
from gateway.validation import RequestModel

MOST_DAYS: Final = 30
_TEXT: Final = f"activates_at must be a time such as 2026-01-15T10:30:00Z, at most {MOST_DAYS} days from now"


@dataclass(frozen=True, slots=True)
class SealedSecrets:
    """A row of `signing_secrets`, with what signs at this moment as `secret`.

    `next_secret` is one that does not sign yet; from `activates_at` on it does.
    """

    id: UUID
    secret: bytes
    next_secret: bytes | None
    activates_at: datetime | None


@dataclass(frozen=True, slots=True)
class SigningSecrets:
    """The same, opened."""

    mode: str
    secret: str
    next_secret: str | None
    activates_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """What the API shows to who may see secrets."""
        return {
            "mode": self.mode,
            "signing_secret": self.secret,
            "next_signing_secret": self.next_secret,
            "activates_at": iso_or_none(self.activates_at),
        }


class SigningRotation(RequestModel):
    """Body of `POST /checkout/signing-secret/rotate`."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    messages: ClassVar[dict[str, str]] = {"activates_at": _TEXT}

    activates_at: str | None = Field(
        None,
        max_length=64,
        description="From when on the new secret signs (ISO 8601 with its zone). Left out: in 24 hours. "
        "`now`, or a time that is over: at once.",
        examples=["2026-01-16T10:30:00Z"],
    )

    def moment(self, now: datetime) -> datetime | None:
        """When the new secret is to sign; None: in 24 hours. Raises `BadRequest`."""
        if self.activates_at is None:
            return None
        if self.activates_at == "now":
            return now
        try:
            at = datetime.fromisoformat(self.activates_at)
            if at.tzinfo is None or at.astimezone(UTC) > now + timedelta(days=MOST_DAYS):
                raise ValueError("no zone, or too far")
        except (ValueError, OverflowError):
            raise BadRequest(_TEXT, field="activates_at") from None
        return at
