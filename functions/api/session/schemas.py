"""Shapes of the API's session: for the documents, not for checking."""

from typing import Literal

from pydantic import Field

from api.http.shapes import Described, ModeName, RoleName


class LoginBody(Described):
    """A user's e-mail address and password."""

    email: str
    password: str
    code: str = Field("", max_length=100)


class UserAnswer(Described):
    """A member of the team."""

    id: str
    email: str
    name: str
    role: RoleName
    status: Literal["active", "invited"]
    created_at: str
    last_login_at: str | None
    two_factor: bool


class SessionMerchant(Described):
    """The merchant of a session."""

    id: str
    name: str
    email: str


class SeededKey(Described):
    """The test merchant's published key pair; no other secret can be shown again."""

    id: str
    secret: str


class SessionStop(Described):
    """An emergency stop that reaches the merchant's live mode."""

    scope: Literal["account", "merchant", "all"]
    covers: Literal["payments", "refunds"]
    reason: str | None
    by: str = Field(description="Who has set it: a member, a key, or the operator's command.")
    created_at: str
    account_id: str | None = Field(description="The account that it is of; null: it is wider.")
    processor: str | None
    account_label: str | None


class CurrentSessionAnswer(Described):
    """Who is logged in. `csrf_token` goes into `X-CSRF-Token` of every change."""

    id: str
    csrf_token: str
    user: UserAnswer
    merchant: SessionMerchant
    permissions: dict[ModeName, list[str]]
    test_mode: bool
    processors: dict[ModeName, str | None] = Field(
        description="What decides the merchant's payments; live: null before an account is enabled."
    )
    stops: list[SessionStop] = Field(description="What is stopped in live mode, the widest first.")
    warnings: list[str] = Field(description="What whoever runs this should know: that test mode is public.")
    seeded_key: SeededKey | None
    checkout_url: str
    api_url: str


class SessionAnswer(Described):
    """One log-in of yours."""

    id: str
    current: bool
    created_at: str
    last_seen_at: str
    expires_at: str
    address: str
    user_agent: str


class SessionsAnswer(Described):
    """Your log-ins that are still good."""

    data: list[SessionAnswer]


class PasswordBody(Described):
    """Your password now, and the one from now on."""

    current_password: str
    password: str = Field(min_length=10, max_length=200)
