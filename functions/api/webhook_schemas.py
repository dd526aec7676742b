"""The shapes of answers about webhooks, for OpenAPI and the clients generated from it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

ErrorClass = Literal["dns", "connect", "tls", "timeout", "reset", "protocol", "refused_address", "status", "crash"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="allow")


class WebhookConfigAnswer(_Shape):
    """The merchant's first endpoint, in the shape of older dashboards."""

    webhook_url: str | None
    webhook_secret: str
    endpoint_id: str
    events: list[str] | None
    status: Literal["enabled", "disabled"]
    disabled_reason: str | None


class WebhookLogItem(_Shape):
    """One event for one endpoint. `attempts` of the present run."""

    id: str
    event: str
    event_id: str
    endpoint_id: str
    payment_id: str | None
    refund_id: str | None
    status: Literal["pending", "success", "failed"]
    attempts: int
    last_attempt_at: str | None
    next_retry_at: str | None
    response_code: int | None
    error_class: ErrorClass | None
    created_at: str


class WebhookLogAnswer(_Shape):
    """A page of the log. Where `total_is_exact` is false, there are at least `total`."""

    data: list[WebhookLogItem]
    total: int
    total_is_exact: bool
    limit: int
    offset: int


class WebhookRetryAnswer(_Shape):
    """The delivery is due again."""

    id: str
    status: Literal["pending"]
    message: str


class WebhookTestAnswer(_Shape):
    """What the receiver answered to the test event."""

    id: str
    event: Literal["webhook.test"]
    event_id: str
    endpoint_id: str
    status: Literal["success", "failed"]
    delivered: bool
    response_code: int | None
    duration_ms: int
    error_class: ErrorClass | None
    error: str | None
    response_body: str | None
    message: str
