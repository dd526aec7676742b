"""Read the query of the webhook log."""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request

from gateway.errors import BadRequest
from gateway.events.model import EVENT_TYPES
from gateway.pages.cursor import read_cursor, write_cursor
from gateway.pages.filters import read_moment
from gateway.pages.model import KeyColumn, moment_column
from gateway.tenancy.model import Caller
from gateway.webhooks.deliveries.model import Delivery
from gateway.webhooks.deliveries.queries import LogFilter, LogPage

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100
MAX_OFFSET: Final = 1_000_000
_STATUSES: Final = ("pending", "success", "failed")
_KEY: Final = (moment_column("created_at"), KeyColumn("id", str, UUID))
_NAMES: Final = frozenset(
    {"cursor", "limit", "offset", "status", "event", "event_id", "endpoint_id", "created_after", "created_before"}
)


def read_log_query(request: Request, caller: Caller) -> tuple[LogFilter, LogPage, bytes]:
    """Filter, page, and what binds a cursor to the filter. Raises `BadRequest` for unknown names and values."""
    query = dict(request.query_params.multi_items())
    if len(query) != len(request.query_params.multi_items()):
        raise BadRequest("A query parameter is given twice")
    for name in query:
        if name not in _NAMES:
            raise BadRequest(f"Unknown query parameter {name[:40]}", field=name[:40])
    where = LogFilter(
        status=_one_of(query, "status", _STATUSES),
        event=_one_of(query, "event", EVENT_TYPES),
        event_id=_text(query, "event_id"),
        endpoint_id=_text(query, "endpoint_id"),
        created_after=_moment(query, "created_after"),
        created_before=_moment(query, "created_before"),
    )
    if "cursor" in query and "offset" in query:
        raise BadRequest("Give cursor or offset, not both", field="cursor")
    binding = hashlib.sha256(repr((caller.merchant_id, caller.mode, where)).encode()).digest()
    page = LogPage(
        limit=_integer(query, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT),
        offset=_integer(query, "offset", 0, MAX_OFFSET, 0),
        after=_place(query, binding),
    )
    return where, page, binding


def next_cursor(deliveries: list[Delivery], page: LogPage, binding: bytes) -> str | None:
    """The cursor behind a full page; None behind the last."""
    return write_cursor(_KEY, deliveries[-1], binding) if len(deliveries) == page.limit else None


def _place(query: dict[str, str], binding: bytes) -> tuple[datetime, UUID] | None:
    if "cursor" not in query:
        return None
    try:
        moment, delivery_id = read_cursor(_KEY, query["cursor"], binding)
    except (ValueError, TypeError):
        text = "cursor must be the next_cursor of an answer with the same filters"
        raise BadRequest(text, field="cursor") from None
    return moment, delivery_id


def _integer(query: dict[str, str], name: str, least: int, most: int, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    raise BadRequest(f"{name} must be an integer from {least} to {most}", field=name)


def _one_of(query: dict[str, str], name: str, known: tuple[str, ...]) -> str | None:
    value = query.get(name)
    if value is not None and value not in known:
        raise BadRequest(f"{name} must be one of {', '.join(known)}", field=name)
    return value


def _text(query: dict[str, str], name: str) -> str | None:
    value = query.get(name)
    if value is not None and (not 1 <= len(value) <= 64 or "\x00" in value):
        raise BadRequest(f"{name} is not an id", field=name)
    return value


def _moment(query: dict[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        return read_moment(text)
    except ValueError:
        raise BadRequest(f"{name} must be an ISO 8601 time", field=name) from None
