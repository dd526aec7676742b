"""Shapes of the API's keys: for the documents, not for checking."""

from typing import Literal

from pydantic import Field

from api.http.shapes import Described, ModeName


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
