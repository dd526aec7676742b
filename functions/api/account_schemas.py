"""Shapes of log-in, team, keys and audit log, for OpenAPI and the client generated from it."""

from typing import Any, Literal

from pydantic import Field

from api.schemas import Described

RoleName = Literal["owner", "admin", "developer", "support", "viewer"]
ModeName = Literal["test", "live"]


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


class CurrentSessionAnswer(Described):
    """Who is logged in. `csrf_token` goes into `X-CSRF-Token` of every change."""

    id: str
    csrf_token: str
    user: UserAnswer
    merchant: SessionMerchant
    permissions: dict[ModeName, list[str]]
    test_mode: bool
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


class TeamAnswer(Described):
    """All members, invited ones included."""

    data: list[UserAnswer]


class InviteBody(Described):
    """Whom to invite, and as what."""

    email: str
    role: RoleName


class InviteAnswer(Described):
    """An invited member; `invite_url` is shown once."""

    user: UserAnswer
    invite_url: str


class RoleBody(Described):
    """The role to give."""

    role: RoleName


class InvitationAnswer(Described):
    """What an invitation's link says before it is accepted."""

    email: str
    merchant: str


class TokenBody(Described):
    """The token behind the # of an invitation's link."""

    token: str


class AcceptBody(Described):
    """The invitation's token, and who you are."""

    token: str
    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=10, max_length=200)


class KeyAnswer(Described):
    """An API key without its secret."""

    id: str
    label: str
    mode: ModeName
    scopes: list[Literal["read", "write", "admin"]]
    status: Literal["live", "expiring", "expired", "revoked"]
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None


class KeysAnswer(Described):
    """All keys of this mode."""

    data: list[KeyAnswer]


class NewKeyBody(Described):
    """What the key is for, and what it may do."""

    label: str = ""
    scopes: list[Literal["read", "write", "admin"]] = Field(["read", "write"])


class NewKeyAnswer(Described):
    """A fresh pair; `secret` is shown once."""

    key: KeyAnswer
    secret: str


class RotateBody(Described):
    """How long the old key keeps working, in seconds."""

    overlap_seconds: int = Field(86_400, ge=0, le=604_800)


class RotateAnswer(Described):
    """The new pair and the old key; `secret` is shown once."""

    key: KeyAnswer
    secret: str
    old_key: KeyAnswer


class LabelBody(Described):
    """What the key is for."""

    label: str


class AuditActor(Described):
    """Who did it."""

    kind: Literal["user", "key", "system"]
    id: str
    label: str


class AuditLine(Described):
    """A control action."""

    id: str
    mode: ModeName | None
    actor: AuditActor
    action: str
    object_id: str | None
    details: dict[str, Any]
    address: str | None
    request_id: str | None
    created_at: str


class AuditAnswer(Described):
    """A page of the audit log, newest first."""

    data: list[AuditLine]
    next_cursor: str | None
    has_more: bool
