"""Shapes of overview, timeline, search and work, for OpenAPI and the client generated from it."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.schemas import Described


class PaymentCounts(Described):
    """Payments of a span by status; `success_rate` is null before the first is decided."""

    total: int
    success: int
    failed: int
    pending: int
    requires_action: int
    cancelled: int
    success_rate: float | None


class CurrencySum(Described):
    """Money of one currency, in minor units."""

    currency: str
    payments: int
    gross: int
    refunded: int
    net: int


class OverviewStep(Described):
    """An hour or a day; `gross` is in the main currency."""

    at: str
    total: int
    success: int
    failed: int
    gross: int


class FailureCount(Described):
    """How often payments failed for a reason."""

    error_code: str
    description: str | None
    count: int


class DeliveryCounts(Described):
    """Webhook deliveries of the span."""

    success: int
    failed: int
    pending: int


class Attention(Described):
    """What waits for a person."""

    payments_in_review: int
    refunds_in_review: int
    failed_deliveries: int
    disabled_endpoints: int
    expiring_authorizations: int


class Progress(Described):
    """First steps that were taken."""

    order: bool
    payment: bool
    endpoint: bool
    delivery: bool
    live_key: bool


class OverviewAnswer(Described):
    """A span at a glance."""

    model_config = ConfigDict(populate_by_name=True)

    range: Literal["today", "7d", "30d", "90d"]
    from_: str = Field(alias="from")
    until: str
    payments: PaymentCounts
    currencies: list[CurrencySum]
    main_currency: str
    steps: list[OverviewStep]
    failures: list[FailureCount]
    deliveries: DeliveryCounts
    attention: Attention
    progress: Progress


class LoggedRequestAnswer(Described):
    """A request to the API, without anything that was in it."""

    id: str
    request_id: str = Field(description="`X-Request-Id` of the answer.")
    method: str
    path: str = Field(description="Without the query.")
    status: int
    duration_ms: float = Field(description="Milliseconds until the answer had been sent.")
    error_code: str | None = Field(description="Of the error in the answer, if it was one.")
    key_id: str | None = Field(description="The API key that asked; null: a person did.")
    user: str | None = Field(description="E-mail address of the person at the dashboard.")
    replayed: bool = Field(description="Answered from the kept answer of an idempotency key.")
    created_at: str


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


class FoundRecord(Described):
    """A record that a search has found."""

    kind: Literal["payment", "order", "refund", "event"]
    id: str
    parent_id: str | None
    title: str
    status: str | None
    amount: int | None
    currency: str | None
    created_at: str


class SearchAnswer(Described):
    """At most a handful."""

    data: list[FoundRecord]


class ChangesAnswer(Described):
    """Of which nouns something is new since the cursor."""

    cursor: str
    nouns: list[str]


class Job(Described):
    """A payment or refund that the machine still works on, or leaves to a person."""

    kind: Literal["payments", "refunds"]
    id: str
    work: str | None
    amount: int
    currency: str
    status: str
    attempts: int
    due_at: str | None
    review_reason: str | None
    sent_at: str | None
    created_at: str
    state: Literal["needs_attention", "in_flight", "due", "scheduled"]


class WaitingDeliveries(Described):
    """Webhook deliveries that wait."""

    due: int
    scheduled: int
    in_flight: int


class JobsAnswer(Described):
    """The merchant's work, what needs a person first."""

    data: list[Job]
    deliveries: WaitingDeliveries
    workers: dict[str, Literal["running", "stopped"]]


class RetriedJobAnswer(Described):
    """The job is due again."""

    id: str
    status: Literal["due"]
