"""Shapes of the API's timeline: for the documents, not for checking."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.http.shapes import Described


class TimelineEntry(Described):
    """Something that happened to a payment. Further fields depend on `kind`."""

    model_config = ConfigDict(extra="allow")

    at: str
    kind: Literal["event", "processor", "attempt", "scheduled", "action"]
    title: str
    event_id: str | None = None
    object_id: str | None = None
    deliveries: int | None = None
    payload: dict[str, Any] | None = None
    outcome: str | None = None
    amount: int | None = None
    currency: str | None = None
    requests: int | None = None
    error_code: str | None = None
    error: str | None = None
    answered_at: str | None = None
    processor: str | None = Field(None, description="With `processor`: whom it was asked of.")
    account_id: str | None = None
    method: str | None = Field(None, description="Of an HTTP exchange with an account's processor.")
    path: str | None = None
    request: Any = Field(None, description="What was sent; what may be secret is shown as `…`.")
    response: Any = Field(None, description="What was answered, as `request`.")
    delivery_id: str | None = None
    endpoint_id: str | None = None
    url: str | None = None
    number: int | None = None
    duration_ms: int | None = None
    delay_ms: int | None = None
    response_code: int | None = None
    error_class: str | None = None
    next_attempt_at: str | None = None
    actor: str | None = None
    actor_kind: str | None = None
    details: dict[str, Any] | None = None
    request_id: str | None = None


class TimelineAnswer(Described):
    """All of it, oldest first."""

    data: list[TimelineEntry]
