"""Shapes of the API's endpoints: for the documents, not for checking."""

from typing import Literal

from api.http.shapes import OpenShape
from gateway.webhooks.sender.failures import ErrorClass


class WebhookTestAnswer(OpenShape):
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


class EndpointHealth(OpenShape):
    """How it has been doing. `paused`: ten failures in a row, one attempt at `next_probe_at`.

    `waiting`: deliveries that are neither delivered nor given up, counted up to 10,000.
    """

    state: Literal["untried", "healthy", "failing", "paused"]
    failures_in_row: int
    failing_since: str | None
    last_success_at: str | None
    next_probe_at: str | None
    waiting: int
    waiting_is_exact: bool


class EndpointAnswer(OpenShape):
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


class EndpointSecretAnswer(OpenShape):
    """The signing secret; while a rotation lasts, the one before it is valid as well."""

    id: str
    secret: str
    previous_secret_expires_at: str | None


class NewEndpointAnswer(EndpointAnswer):
    """A new endpoint, with its secret."""

    secret: str


class EndpointListAnswer(OpenShape):
    """All endpoints; there are at most sixteen."""

    data: list[EndpointAnswer]
    next_cursor: None
    has_more: Literal[False]


class DeletedAnswer(OpenShape):
    """It is gone."""

    id: str
    deleted: Literal[True]
