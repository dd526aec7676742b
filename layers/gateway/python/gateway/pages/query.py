"""Read what a URL asks of a list."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from gateway.errors import BadRequest
from gateway.pages.cursor import read_cursor
from gateway.pages.model import DEFAULT_LIMIT, MAXIMUM_LIMIT, Condition, Filter, Listing, Query
from gateway.tenancy.model import Caller

_LIMIT: Final = re.compile(r"[0-9]{1,3}")


def read_query(listing: Listing[Any], caller: Caller, parameters: Iterable[tuple[str, str]]) -> Query:
    """The query in these URL parameters. Raises `BadRequest` naming the first that is unknown, wrong or twice."""
    filters = {one.name: one for one in listing.filters}
    given: dict[str, str] = {}
    conditions = []
    for name, text in parameters:
        if name in given:
            raise BadRequest(f"{name} is given twice", field=name)
        if name not in filters and name not in ("limit", "cursor"):
            raise BadRequest(f"Unknown parameter {name[:64]!r} for this list", field=name[:64])
        given[name] = text
        if name in filters:
            conditions.append(_read_filter(filters[name], text))
    limit, cursor = given.pop("limit", None), given.pop("cursor", None)
    query = Query(_read_limit(limit), tuple(conditions), _binding(listing, caller, given))
    return query if cursor is None else replace(query, after=_read_cursor(listing, cursor, query.binding))


def _read_filter(one: Filter, text: str) -> Condition:
    try:
        return one.read(text)
    except ValueError as error:
        raise BadRequest(f"{one.name} must {error}", field=one.name) from None


def _read_limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if _LIMIT.fullmatch(text) is None or not 1 <= int(text) <= MAXIMUM_LIMIT:
        raise BadRequest(f"limit must be 1 to {MAXIMUM_LIMIT}", field="limit")
    return int(text)


def _read_cursor(listing: Listing[Any], cursor: str, binding: bytes) -> tuple[Any, ...]:
    try:
        return read_cursor(listing.key, cursor, binding)
    except (ValueError, TypeError):
        text = "cursor must be the next_cursor of an answer to the same list with the same filters"
        raise BadRequest(text, field="cursor") from None


def _binding(listing: Listing[Any], caller: Caller, filters: dict[str, str]) -> bytes:
    parts = [listing.name, str(caller.merchant_id), caller.mode]
    parts += [f"{name}={filters[name]}" for name in sorted(filters)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
