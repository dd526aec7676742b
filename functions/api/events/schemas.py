"""Shapes of the API's events: for the documents, not for checking."""

from typing import Any, Literal

from api.deliveries.schemas import WebhookLogItem
from api.http.shapes import OpenShape


class EventAnswer(OpenShape):
    """A fact: the webhook's body, with what it is about and when it was stored."""

    id: str
    event: str
    timestamp: int
    data: dict[str, Any]
    sequence: int
    mode: Literal["test", "live"]
    object_id: str
    created_at: str


class EventDetailAnswer(EventAnswer):
    """A fact, and to whom it was told."""

    deliveries: list[WebhookLogItem]


class EventPageAnswer(OpenShape):
    """A page of the feed. In the default order there is always a `next_cursor`: more is to come."""

    data: list[EventAnswer]
    next_cursor: str | None
    has_more: bool
