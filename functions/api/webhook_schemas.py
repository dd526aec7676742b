"""The shapes of answers about webhooks, for OpenAPI and the clients generated from it."""

from typing import Any, Literal

from pydantic import ConfigDict

from api.schemas import Described
from gateway.webhooks.deliveries.model import ErrorClass


class _Shape(Described):
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


class WebhookAttempt(_Shape):
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


class WebhookLogAnswer(_Shape):
    """A page of the log. Where `total_is_exact` is false, there are at least `total`."""

    data: list[WebhookLogItem]
    total: int
    total_is_exact: bool
    limit: int
    offset: int
    next_cursor: str | None


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


class EndpointHealth(_Shape):
    """How it has been doing. `paused`: ten failures in a row, one attempt at `next_probe_at`."""

    state: Literal["untried", "healthy", "failing", "paused"]
    failures_in_row: int
    failing_since: str | None
    last_success_at: str | None
    next_probe_at: str | None


class EndpointAnswer(_Shape):
    """A URL of yours that is told what happens."""

    id: str
    url: str
    description: str
    events: list[str] | None
    header_names: list[str]
    rate_limit: int | None
    is_default: bool
    status: Literal["enabled", "disabled"]
    disabled_reason: str | None
    disabled_at: str | None
    previous_secret_expires_at: str | None
    health: EndpointHealth
    created_at: str
    updated_at: str


class EndpointSecretAnswer(_Shape):
    """The signing secret; while a rotation lasts, the one before it is valid as well."""

    id: str
    secret: str
    previous_secret_expires_at: str | None


class NewEndpointAnswer(EndpointAnswer):
    """A new endpoint, with its secret."""

    secret: str


class EndpointListAnswer(_Shape):
    """All endpoints; there are at most sixteen."""

    data: list[EndpointAnswer]
    next_cursor: None
    has_more: Literal[False]


class DeletedAnswer(_Shape):
    """It is gone."""

    id: str
    deleted: Literal[True]


class EventAnswer(_Shape):
    """A fact: the webhook's body, with what it is about and when it was stored."""

    id: str
    event: str
    timestamp: int
    data: dict[str, Any]
    sequence: int
    mode: Literal["test", "live"]
    object_id: str
    created_at: str


class EventDetailAnswer(EventAnswer):
    """A fact, and to whom it was told."""

    deliveries: list[WebhookLogItem]


class EventPageAnswer(_Shape):
    """A page of the feed. In the default order there is always a `next_cursor`: more is to come."""

    data: list[EventAnswer]
    next_cursor: str | None
    has_more: bool


class RecoveryAnswer(_Shape):
    """Progress: `scheduled` of `total` are due again. `planned`, without an id: a dry run."""

    id: str | None
    endpoint_id: str | None
    since: str
    until: str
    events: list[str] | None
    wanted: Literal["missed", "failed", "success", "all"]
    status: Literal["planned", "running", "completed", "cancelled"]
    dry_run: bool
    total: int
    total_is_exact: bool
    scheduled: int
    created_at: str
    finished_at: str | None


class RecoveryListAnswer(_Shape):
    """The latest twenty."""

    data: list[RecoveryAnswer]


class VerificationProblem(_Shape):
    """What is wrong, and what to do about it."""

    code: str
    message: str
    fix: str


class VerificationAnswer(_Shape):
    """Whether a webhook verifies: by `X-Webhook-Signature` (legacy) and by `webhook-signature` (standard)."""

    valid: bool
    legacy: bool
    standard: bool
    endpoint_id: str | None
    event_id: str | None
    problems: list[VerificationProblem]
