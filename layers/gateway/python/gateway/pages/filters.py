"""The kinds of filters that lists share."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from gateway.ids import is_id
from gateway.money import CURRENCY_DIGITS
from gateway.pages.model import Condition, Filter

_AMOUNT: Final = re.compile(r"[0-9]{1,13}")
_LEAP_SECOND: Final = re.compile(
    r"(?P<before>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:)60(?:[.,][0-9]+)?(?P<offset>.*)", re.IGNORECASE
)
_MAXIMUM_SEARCH: Final = 255


def one_of(name: str, values: Iterable[str], description: str, hints: Mapping[str, str] | None = None) -> Filter:
    """The rows whose column `name` has the given one of these values.

    `hints` is SQL, per value, that a constraint of the table makes true of all these rows, and that lets
    Postgres find them by a partial index.
    """
    known = tuple(values)

    def read(text: str) -> Condition:
        if text not in known:
            raise ValueError(f"be one of {', '.join(known)}")
        condition = _equal(name, name, text)
        hint = (hints or {}).get(text)
        return condition if hint is None else Condition(f"{condition.sql} AND ({hint})", condition.parameters)

    return Filter(name, read, {"type": "string", "enum": list(known)}, description, known[0])


def id_of(name: str, prefix: str, description: str, condition: str | None = None) -> Filter:
    """The rows that belong to the object with this id. `condition` is SQL with the parameter `name`."""

    def read(text: str) -> Condition:
        if not is_id(text, prefix):
            raise ValueError(f"be an id that starts with {prefix}_")
        return Condition(condition or f"{name} = %({name})s", {name: text})

    schema = {"type": "string", "pattern": f"^{prefix}_[A-Za-z0-9]{{16}}$"}
    return Filter(name, read, schema, description, f"{prefix}_8sHk2LmNq0PzRtVw")


def _read_currency(text: str) -> Condition:
    if text not in CURRENCY_DIGITS:
        raise ValueError("be an upper-case ISO 4217 code")
    return _equal("currency", "currency", text)


CURRENCY: Final = Filter(
    "currency",
    _read_currency,
    {"type": "string", "enum": sorted(CURRENCY_DIGITS)},
    "Only this currency (ISO 4217, upper case).",
    "INR",
)


def _bound(name: str, column: str, operator: str, description: str) -> Filter:
    def read(text: str) -> Condition:
        if _AMOUNT.fullmatch(text) is None:
            raise ValueError("be a whole number of minor units")
        # That it is above zero is what the indexes of amounts ask for.
        return Condition(f"{column} {operator} %({name})s AND {column} > 0", {name: int(text)})

    return Filter(name, read, {"type": "integer", "minimum": 0, "maximum": 10**13 - 1}, description, "50000")


AMOUNTS: Final = (
    _bound("amount_min", "amount", ">=", "At least this amount, in minor units."),
    _bound("amount_max", "amount", "<=", "At most this amount, in minor units."),
)


def read_moment(text: str) -> datetime:
    """ISO 8601 as UTC; without an offset it is meant as UTC, a date alone is its midnight.

    Raises `ValueError`, worded as `Filter.read` does.
    """
    try:
        leap = _LEAP_SECOND.fullmatch(text)
        if leap is not None:  # the moment after it is the next one that clocks here can tell
            text = f"{leap['before']}59{leap['offset']}"
        moment = datetime.fromisoformat(text.upper()) + timedelta(seconds=leap is not None)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("be an ISO 8601 time such as 2026-01-15T10:30:00Z (in a URL, + is %2B)") from None


def _time(name: str, operator: str, description: str) -> Filter:
    def read(text: str) -> Condition:
        return Condition(f"created_at {operator} %({name})s", {name: read_moment(text)})

    return Filter(name, read, {"type": "string", "format": "date-time"}, description, "2026-01-15T10:30:00Z")


TIMES: Final = (
    _time("created_after", ">=", "Created at this moment or later (ISO 8601)."),
    _time("created_before", "<", "Created before this moment (ISO 8601)."),
)
"""From and until: the moment itself belongs to the later of two neighbouring spans, so none is lost."""


def search(description: str, find: Callable[[str], Condition]) -> Filter:
    """`q`: whatever a person has at hand. `find` chooses the condition by the shape of the text."""

    def read(text: str) -> Condition:
        if not 1 <= len(text) <= _MAXIMUM_SEARCH:
            raise ValueError(f"have 1 to {_MAXIMUM_SEARCH} characters")
        return find(text)

    schema = {"type": "string", "minLength": 1, "maxLength": _MAXIMUM_SEARCH}
    return Filter("q", read, schema, description, "receipt_123")


def starts_with(column: str, text: str) -> Condition:
    """The text column begins so, whatever the case and the composition. Needs a column `…_lower` with a
    `text_pattern_ops` index.

    `^@` rather than a range: Postgres can tell from its statistics how many rows it will find, and walks
    the list instead when they are many. Rather than LIKE: it is leakproof, so it may go before a policy.
    """
    return Condition(f"{column}_lower ^@ searched(%(q_prefix)s::text)", {"q_prefix": text})


def equals(column: str, text: str) -> Condition:
    """`q` is exactly the column."""
    return _equal(column, "q", text)


def _equal(column: str, parameter: str, value: Any) -> Condition:
    return Condition(f"{column} = %({parameter})s", {parameter: value})
