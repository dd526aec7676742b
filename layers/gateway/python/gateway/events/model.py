"""Events as they are kept."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.clock import iso

EVENT_TYPES: Final = (
    "payment.created",
    "payment.pending",
    "payment.requires_action",
    "payment.success",
    "payment.captured",
    "payment.capture_failed",
    "payment.failed",
    "payment.cancelled",
    "payment.void_failed",
    "payment.unexpected",
    "payment.unexpected_returned",
    "refund.created",
    "refund.processed",
    "refund.failed",
    "dispute.created",
    "dispute.updated",
    "dispute.won",
    "dispute.lost",
    "order.paid",
    "webhook.test",
    "endpoint.disabled",
)
"""Every event there is."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of `events`."""

    id: str
    payload: bytes
    object_id: str
    created_at: datetime
    era: int
    xact: str
    position: int

    def as_json(self) -> dict[str, Any]:
        """The webhook's body, and what is kept beside it."""
        body: dict[str, Any] = json.loads(self.payload)
        return body | {"object_id": self.object_id, "created_at": iso(self.created_at)}
