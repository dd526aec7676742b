"""Shapes of the API's accounts at processors: for the documents, not for checking."""

from typing import Any, Literal

from pydantic import Field

from api.http.shapes import ModeName, OpenShape
from gateway.processors.capabilities import Method


class StopAnswer(OpenShape):
    """An emergency stop that reaches the account: its own, its merchant's, or everybody's."""

    scope: Literal["account", "merchant", "all"]
    covers: Literal["payments", "refunds"]
    reason: str | None
    by: str = Field(description="Who has set it: a member, a key, or the operator's command.")
    created_at: str


class ProcessorAccountAnswer(OpenShape):
    """An account at a processor. What opens it is never shown again."""

    id: str
    processor: str
    mode: ModeName
    label: str | None
    status: Literal["unchecked", "enabled", "disabled", "removed"]
    public_key: str
    has_webhook_secret: bool
    has_previous_webhook_secret: bool
    webhook_secret_at: str | None = Field(description="When it was set, where that is known.")
    previous_webhook_secret_at: str | None
    collect: bool
    external_id: str | None = Field(description="The processor's name of the account, where it has one.")
    api_version: str | None
    checked_at: str | None
    problem: str | None = Field(description="What the last check found, or why a person has to look at it.")
    noticed_at: str | None = Field(description="When the processor last told us something by itself.")
    is_silent: bool = Field(
        description="It took payments within a day, and has told nothing of them: is its webhook set up there?"
    )
    webhook_url: str = Field(description="To be entered at the processor, which tells there what has changed.")
    stops: list[StopAnswer] = Field(description="Always empty in test mode, which moves no money.")
    created_at: str
    updated_at: str


class OfferedProcessor(OpenShape):
    """A processor that an account may be at, and the names of its credentials."""

    name: str
    title: str
    public_field: str
    secret_fields: list[str]
    has_webhook_secret: bool
    collect: bool
    methods: list[Method]
    instruments: dict[str, list[str]] = Field(
        description="The banks and wallets that it takes, by method. Which of them are on for an account the "
        "processor says."
    )


class ProcessorAccountsAnswer(OpenShape):
    """All accounts of this mode, oldest first; those that were removed are left out. At most fifty."""

    data: list[ProcessorAccountAnswer]
    next_cursor: None
    has_more: Literal[False]
    processors: list[OfferedProcessor]


class CheckExchange(OpenShape):
    """What a check has asked of the processor, and what it answered, without secrets."""

    at: str
    method: str
    path: str
    request: Any
    response_code: int | None
    response: Any
    duration_ms: int
    error: str | None


class ProvenMoney(OpenShape):
    """A payment or capture that the processor has confirmed. `amount` in minor units."""

    payment_id: str
    amount: int
    currency: str
    reference: str | None = Field(description="The processor's id of it.")
    at: str | None


class ProvenRefund(ProvenMoney):
    """A refund that the processor has paid."""

    refund_id: str


class ProvenNotice(OpenShape):
    """A notice of a payment of ours, signed with the account's secret."""

    payment_id: str
    type: str
    at: str


class AccountProofAnswer(OpenShape):
    """What is proven of an account. Null: never seen among its 500 newest payments."""

    account_id: str
    checked_at: str | None
    problem: str | None
    checks: list[CheckExchange] = Field(description="Of the last check; empty for one before these were kept.")
    payment: ProvenMoney | None
    capture: ProvenMoney | None
    refund: ProvenRefund | None
    notice: ProvenNotice | None
