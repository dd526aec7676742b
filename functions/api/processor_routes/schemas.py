"""Shapes of the API's routes: for the documents, not for checking."""

from pydantic import Field

from api.http.shapes import ClosedBody, OpenShape
from gateway.processors.capabilities import Method
from gateway.processors.routes.bodies import NewRule


class RuleAnswer(OpenShape):
    """A rule. Null fits any payment."""

    id: str
    account_id: str
    method: Method | None
    network: str | None
    currency: str | None
    amount_from: int | None
    amount_to: int | None
    share: int
    created_at: str


class RoutesAnswer(OpenShape):
    """All rules of this mode, in the order in which they are tried."""

    rules: list[RuleAnswer]
    version: str = Field(description="Of this list: another one after any change.")


class RoutesBody(ClosedBody):
    """All rules of this mode, in the order in which they are to be tried; those that are left out end."""

    rules: list[NewRule] = Field(max_length=100)
    version: str | None = Field(
        None, max_length=64, description="Replace them only if they are still those that were read: else 409."
    )


class RoutedTo(OpenShape):
    """An account, as people know it."""

    id: str
    processor: str
    label: str | None


class RuleVerdict(OpenShape):
    """A rule, and why it does not take such a payment; null: it does, unless one before it does."""

    rule: RuleAnswer
    account: RoutedTo
    why_not: str | None


class PreviewRefusal(OpenShape):
    """How the payment would be refused."""

    code: str
    description: str


class PreviewAnswer(OpenShape):
    """Who would take such a payment: an account, in test mode else the simulated bank, or nobody."""

    account: RoutedTo | None = Field(description="Of the first rule that fits; one with a share takes no more.")
    simulator: bool
    refusal: PreviewRefusal | None
    rules: list[RuleVerdict]
