"""One line of the request log."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gateway.clock import iso
from gateway.tenancy.model import Mode

MAXIMUM_PATH: Final = 200
# Begins with a digit, for which `re` looks faster than for what is not before one.
_CARD_NUMBER: Final = re.compile(r"[0-9](?<![0-9][0-9])(?:%20|[ -])?(?:[0-9](?:%20|[ -])?){11,17}[0-9](?![0-9])")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the buffer holds it. `duration_ms` in milliseconds; exactly one of key and person is set."""

    merchant_id: UUID
    mode: Mode
    request_id: str
    method: str
    path: str
    status: int
    duration_ms: float
    error_code: str | None
    key_id: str | None
    user_email: str | None
    replayed: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request as it was written down."""

    id: int
    request_id: str
    method: str
    path: str
    status: int
    duration_ms: float
    error_code: str | None
    key_id: str | None
    user_email: str | None
    replayed: bool
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {
            "id": str(self.id),
            "request_id": self.request_id,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "duration_ms": round(self.duration_ms, 2),
            "error_code": self.error_code,
            "key_id": self.key_id,
            "user": self.user_email,
            "replayed": self.replayed,
            "created_at": iso(self.created_at),
        }


def without_card_numbers(text: str) -> str:
    """The text with every run of 13 to 19 digits blotted out: somebody will put a card number into a URL."""
    return _CARD_NUMBER.sub("•••", text)
