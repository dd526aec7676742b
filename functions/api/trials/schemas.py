"""Shapes of the API's trials: for the documents, not for checking."""

from typing import Literal

from pydantic import Field

from api.http.shapes import OpenShape


class TrialOffer(OpenShape):
    """What another trial would pay. `amount` in minor units."""

    amount: int
    currency: str
    methods: list[str] = Field(description="Those that the routes lead to this account.")


class TrialOrder(OpenShape):
    """The order of the newest trial."""

    id: str
    amount: int
    currency: str
    status: Literal["created", "attempted", "paid"]
    created_at: str


class TrialStep(OpenShape):
    """One thing that the processor has to confirm. `late`: it should have come by now."""

    name: Literal["prepared", "paid", "captured", "notice", "refund_asked", "refunded"]
    state: Literal["waiting", "done", "failed", "late"]
    text: str = Field(description="What it means, or what to do, in words.")
    at: str | None
    reference: str | None = Field(description="The processor's id of it.")
    code: str | None = Field(description="Why it failed.")


class TrialAnswer(OpenShape):
    """The newest trial of an account, and how far it has come by the processor's answers."""

    account_id: str
    offer: TrialOffer | None
    why_not: str | None = Field(description="Why there is no offer, in words.")
    order: TrialOrder | None
    checkout_url: str | None = Field(description="Where it is paid.")
    payment_id: str | None
    refundable: int = Field(description="What can be paid back now, in minor units.")
    steps: list[TrialStep]
