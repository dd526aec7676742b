"""Deliveries and their attempts as they are kept and shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from gateway.clock import iso, iso_or_none

DeliveryStatus = Literal["pending", "success", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A line of the contract's webhook log. `object_id` is what the event is about."""

    id: UUID
    event_type: str
    event_id: str
    endpoint_id: str
    object_id: str
    status: DeliveryStatus
    attempts: int
    last_attempt_at: datetime | None
    next_attempt_at: datetime | None
    response_code: int | None
    error_class: str | None
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What the log shows."""
        return {
            "id": str(self.id),
            "event": self.event_type,
            "event_id": self.event_id,
            "endpoint_id": self.endpoint_id,
            "payment_id": self.object_id if self.object_id.startswith("pay_") else None,
            "refund_id": self.object_id if self.object_id.startswith("rfnd_") else None,
            "status": self.status,
            "attempts": self.attempts,
            "last_attempt_at": iso_or_none(self.last_attempt_at),
            "next_retry_at": iso_or_none(self.next_attempt_at),
            "response_code": self.response_code,
            "error_class": self.error_class,
            "created_at": iso(self.created_at),
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """One HTTP try. `response_body` is text of at most 4 KiB."""

    id: int
    started_at: datetime
    duration_ms: int
    response_code: int | None
    error_class: str | None
    error: str | None
    request_headers: dict[str, str]
    response_body: str | None

    def as_json(self) -> dict[str, Any]:
        """What the log shows of it."""
        return {
            "started_at": iso(self.started_at),
            "duration_ms": self.duration_ms,
            "response_code": self.response_code,
            "error_class": self.error_class,
            "error": self.error,
            "request_headers": self.request_headers,
            "response_body": self.response_body,
        }
