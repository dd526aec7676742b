"""Events, endpoints and deliveries as they are kept and shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso, iso_or_none

EVENT_TYPES: Final = (
    "payment.created",
    "payment.pending",
    "payment.requires_action",
    "payment.success",
    "payment.captured",
    "payment.failed",
    "payment.cancelled",
    "refund.created",
    "refund.processed",
    "refund.failed",
    "order.paid",
    "webhook.test",
    "endpoint.disabled",
)
"""Every event there is."""

MAX_ENDPOINTS: Final = 16
"""Endpoints of one merchant in one mode."""

DeliveryStatus = Literal["pending", "success", "failed"]
ErrorClass = Literal["dns", "connect", "tls", "timeout", "reset", "protocol", "refused_address", "status", "crash"]


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
