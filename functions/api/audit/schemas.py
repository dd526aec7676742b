"""Shapes of the API's audit: for the documents, not for checking."""

from typing import Any, Literal

from api.http.shapes import Described, ModeName


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
