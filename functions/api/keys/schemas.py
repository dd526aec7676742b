"""Shapes of the API's keys: for the documents, not for checking."""

from typing import Literal

from pydantic import Field

from api.http.shapes import ClosedBody, Described, ModeName


class KeyMaker(Described):
    """Who made a key: a person, another key, or the operator's command."""

    kind: Literal["user", "key", "system"]
    id: str
    label: str = Field(description="The e-mail address at that time, or the key's id.")
    has_left: bool = Field(description="A person who is not in the team any more. The key works all the same.")


class KeyAnswer(Described):
    """An API key without its secret."""

    id: str
    label: str
    mode: ModeName
    scopes: list[Literal["read", "write", "admin"]]
    status: Literal["active", "expiring", "expired", "revoked"]
    created_by: KeyMaker | None = Field(description="Null where nobody wrote it down.")
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None


class KeysAnswer(Described):
    """Keys of this mode: those that work first, all of them on the first page, then those that have ended."""

    data: list[KeyAnswer]
    next_cursor: str | None
    has_more: bool


class NewKeyBody(ClosedBody):
    """What the key is for, and what it may do."""

    label: str = ""
    scopes: list[Literal["read", "write", "admin"]] = Field(["read", "write"])
    current_password: str = Field("", description="Of a person at the dashboard, for a key with the scope admin.")


class NewKeyAnswer(Described):
    """A fresh pair; `secret` is shown once."""

    key: KeyAnswer
    secret: str


class RotateBody(ClosedBody):
    """How long the old key keeps working, in seconds."""

    overlap_seconds: int = Field(86_400, ge=0, le=604_800)
    current_password: str = Field("", description="Of a person at the dashboard, for a key with the scope admin.")


class RotateAnswer(Described):
    """The new pair and the old key; `secret` is shown once."""

    key: KeyAnswer
    secret: str
    old_key: KeyAnswer


class LabelBody(ClosedBody):
    """What the key is for."""

    label: str
