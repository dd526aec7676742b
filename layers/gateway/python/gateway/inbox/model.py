"""A webhook that the inbox received, and the address that it came to."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from gateway.clock import iso
from gateway.encryption import Keyring
from gateway.ids import is_id

KEPT: Final = 100
"""Webhooks of one merchant; older ones make room."""

MAXIMUM_BODY: Final = 65_536

_PURPOSE: Final = "webhook"
_BOUND_TO: Final = "inbox"


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook that arrived."""

    id: int
    endpoint_id: str
    event_id: str | None
    event_type: str | None
    verified: bool
    problems: list[dict[str, Any]]
    headers: dict[str, str]
    body: bytes
    answered: int
    received_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What the API shows. Bytes that are no UTF-8 show as U+FFFD."""
        return {
            "id": str(self.id),
            "endpoint_id": self.endpoint_id,
            "event_id": self.event_id,
            "event": self.event_type,
            "verified": self.verified,
            "problems": self.problems,
            "headers": self.headers,
            "body": self.body.decode("utf-8", "replace"),
            "answered": self.answered,
            "received_at": iso(self.received_at),
        }


def write_token(keyring: Keyring, merchant_id: UUID, endpoint_id: str) -> str:
    """The part of an inbox's URL that says whose it is. Nobody can make one up."""
    sealed = keyring.encrypt(_PURPOSE, merchant_id.bytes + endpoint_id.encode(), _BOUND_TO)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_token(keyring: Keyring, token: str) -> tuple[UUID, str] | None:
    """Merchant and endpoint of an inbox's URL; None if we did not write it."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        opened = keyring.decrypt(_PURPOSE, sealed, _BOUND_TO)
    except (ValueError, binascii.Error, InvalidTag):
        return None
    endpoint_id = opened[16:].decode()
    return (UUID(bytes=opened[:16]), endpoint_id) if is_id(endpoint_id, "we") else None
