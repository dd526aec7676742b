"""Shapes of the API's overview: for the documents, not for checking."""

from typing import Literal

from pydantic import ConfigDict, Field

from api.http.shapes import Described


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


class EarlierSpan(Described):
    """The span before, as many days earlier and up to the same time of day: what this one is compared with."""

    model_config = ConfigDict(populate_by_name=True)

    from_: str = Field(alias="from")
    until: str
    payments: PaymentCounts
    currencies: list[CurrencySum]
    steps: list[OverviewStep]


class FailureCount(Described):
    """How often payments failed for a reason."""

    error_code: str
    description: str | None
    count: int


class DeliveryCounts(Described):
    """Webhook deliveries of the span, without test events. `late`: pending for a minute, or tried in vain."""

    success: int
    failed: int
    pending: int
    late: int


class Attention(Described):
    """What waits for a person. `paused_deliveries` wait for `paused_endpoints`, counted up to 10,000.

    `unexpected_payments`: money that came late or twice, and waits for a word. `open_disputes`: the processor
    waits for an answer. `unknown_notices`: notices about payments that are not known here. `silent_accounts`: they
    take payments, and tell nothing of them: is the webhook set up and enabled there?
    """

    payments_in_review: int
    refunds_in_review: int
    failed_deliveries: int
    disabled_endpoints: int
    paused_endpoints: int
    paused_deliveries: int
    expiring_authorizations: int
    unexpected_payments: int
    open_disputes: int
    unknown_notices: int
    silent_accounts: int


class Progress(Described):
    """First steps that were taken."""

    order: bool
    payment: bool
    endpoint: bool
    delivery: bool
    refund: bool
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
    before: EarlierSpan
    failures: list[FailureCount]
    deliveries: DeliveryCounts
    attention: Attention
    progress: Progress


class FoundRecord(Described):
    """A record that a search has found."""

    kind: Literal["payment", "order", "refund", "event", "dispute", "unexpected"]
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


class ChecklistItem(Described):
    """One thing that live payments need. `two_factor` is of the person who asks, and null for an API key."""

    name: Literal["processor", "origins", "endpoint", "two_factor", "key", "trial"]
    done: bool | None


class ChecklistAnswer(Described):
    """What is missing before live payments can be taken."""

    is_on: bool = Field(description="Live payments are taken: an account at a processor is enabled.")
    accounts: list[str] = Field(description="The live accounts that are enabled, oldest first.")
    items: list[ChecklistItem]
