"""Shapes of the API's deliveries: for the documents, not for checking."""

from typing import Any, Literal

from api.http.shapes import OpenShape
from gateway.webhooks.sender.failures import ErrorClass


class WebhookLogItem(OpenShape):
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


class WebhookAttempt(OpenShape):
    """One HTTP try. `response_body`: up to 4 KiB of text. The merchant's own headers are blotted out."""

    started_at: str
    duration_ms: int
    response_code: int | None
    error_class: ErrorClass | None
    error: str | None
    request_headers: dict[str, str]
    response_body: str | None


class WebhookDeliveryAnswer(WebhookLogItem):
    """A delivery with what was sent and what came of it, the newest attempt first."""

    payload: dict[str, Any]
    attempts_log: list[WebhookAttempt]


class WebhookLogAnswer(OpenShape):
    """A page of the log. Where `total_is_exact` is false, there are at least `total`."""

    data: list[WebhookLogItem]
    total: int
    total_is_exact: bool
    limit: int
    offset: int
    next_cursor: str | None


class WebhookRetryAnswer(OpenShape):
    """The delivery is due again."""

    id: str
    status: Literal["pending"]
    message: str
