"""Shapes of the API's jobs: for the documents, not for checking."""

from typing import Literal

from pydantic import Field

from api.http.shapes import Described


class Job(Described):
    """A payment or refund that the machine still works on, or leaves to a person."""

    kind: Literal["payments", "refunds", "refund_caps"]
    id: str
    payment_id: str
    account_id: str | None = Field(description="The account that takes it; null: the simulated bank.")
    work: str | None
    amount: int
    currency: str
    status: str
    attempts: int = Field(
        description="Claims in a row without an answer; of a refused refund how often it was asked for."
    )
    asked_by: str | None = Field(
        description="Of a refund that a daily cap has refused: the key or person who asked."
    )
    due_at: str | None
    review_reason: str | None = Field(description="Why it waits for a person.")
    advice: str | None = Field(description="What that person can do.")
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


class SettledJobAnswer(Described):
    """It waits for nobody any more."""

    id: str
    status: Literal["settled"]
