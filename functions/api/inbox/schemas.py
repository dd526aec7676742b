"""Shapes of the webhook inbox."""

from pydantic import Field

from api.http.shapes import Described
from api.webhook_config.schemas import VerificationProblem


class InboxMessage(Described):
    """A webhook that the inbox received."""

    id: str
    endpoint_id: str
    event_id: str | None = Field(description="The `webhook-id` header, as it was sent.")
    event: str | None
    verified: bool = Field(description="Whether a receiver with the endpoint's secret would have taken it.")
    problems: list[VerificationProblem] = Field(description="As `POST /webhooks/verify` finds them.")
    headers: dict[str, str] = Field(description="Those that verification needs.")
    body: str
    answered: int = Field(description="The status that the inbox answered.")
    received_at: str


class InboxAnswer(Described):
    """The inbox; without an endpoint while it is closed."""

    endpoint_id: str | None
    url: str | None
    answer: int | None = Field(description="What it answers: 200, or 503 to play a failing receiver.")
    data: list[InboxMessage] = Field(description="The newest hundred, newest first.")


class InboxReceipt(Described):
    """What the inbox answers a sender."""

    received: bool
    verified: bool
