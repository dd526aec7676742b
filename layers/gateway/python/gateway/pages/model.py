"""What a list is made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, Protocol, TypeVar

from psycopg.rows import BaseRowFactory

from gateway.database import Connection
from gateway.database.rows import rows_as
from gateway.tenancy.model import Caller

MAXIMUM_LIMIT: Final = 100
DEFAULT_LIMIT: Final = 20


class Row(Protocol):
    """A row of a list: a frozen dataclass that knows how the API shows it."""

    def as_json(self) -> dict[str, Any]:
        """The object as the API shows it."""


T = TypeVar("T", bound=Row)


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of a `WHERE`, with its parameters by name.

    `selects` stand in the place of the list's own, with its columns, where the rows are found in several ways:
    each is read in the order of the list, no row by two of them.
    """

    sql: str
    parameters: dict[str, Any]
    selects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list.

    `read` turns its text into a condition, or raises `ValueError` with a text for the caller that
    completes "`name` must …". `schema`, `description` and `example` are for OpenAPI.
    """

    name: str
    read: Callable[[str], Condition]
    schema: dict[str, Any]
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column of the order of a list: how its value is written in a cursor, and read back.

    `read` raises `ValueError` for what `write` cannot have written.
    """

    name: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() != timedelta(0):
        raise ValueError("not in UTC")
    return moment


def _read_text(text: str) -> str:
    if b"\0" in text.encode():  # half a surrogate pair is a `ValueError` by itself
        raise ValueError("no text of Postgres")
    return text


def _read_number(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError("no bigint")
    return number


def moment_column(name: str) -> KeyColumn:
    """A `timestamptz` column, kept to the microsecond."""
    return KeyColumn(name, _write_moment, _read_moment)


def text_column(name: str) -> KeyColumn:
    """A `text` column."""
    return KeyColumn(name, str, _read_text)


def number_column(name: str) -> KeyColumn:
    """An integer column."""
    return KeyColumn(name, str, _read_number)


NEWEST_FIRST: Final = (moment_column("created_at"), text_column("id"))
"""The order of most lists. The id decides between rows of the same millisecond."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the CSV says of the object that a row belongs to, by the row's field `key`.

    `select` gets that of all the keys of a page in one statement. `example` is for OpenAPI.
    """

    key: str
    columns: tuple[str, ...]
    select: Callable[[Connection, Caller, list[str]], Awaitable[dict[str, dict[str, Any]]]]
    example: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list of a noun: its statement, its rows, its order and its filters.

    `select` is the statement up to and without `WHERE`, over a table with the columns `merchant_id` and
    `mode`; its columns are the fields of `row`, in the same order (else `TypeError`), and include the columns of
    `key`. The order by these must be total, and an index must serve it. `columns` are the fields of
    `row.as_json()` that the CSV shows; those of `money` are in minor units of the row's `currency`, and shown as
    decimals as well.
    """

    name: str
    select: str
    row: type[T]
    columns: tuple[str, ...]
    filters: tuple[Filter, ...]
    key: tuple[KeyColumn, ...] = NEWEST_FIRST
    newest_first: bool = True
    money: tuple[str, ...] = ()
    beside: Beside | None = None
    rows: BaseRowFactory[T] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        columns = self.select.partition("SELECT ")[2].partition(" FROM ")[0]
        object.__setattr__(self, "rows", rows_as(self.row, columns))


@dataclass(frozen=True, slots=True)
class Query:
    """One request for a page: at most `limit` rows that meet all `conditions`, after the row at `after`.

    `binding` ties a cursor to list, caller and filters: see `pages.cursor`.
    """

    limit: int
    conditions: tuple[Condition, ...]
    binding: bytes
    after: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, and the cursor of the page after them; None on the last page."""

    rows: list[T]
    next_cursor: str | None

    def as_json(self) -> dict[str, Any]:
        """The contract's answer of a list."""
        return {
            "data": [row.as_json() for row in self.rows],
            "next_cursor": self.next_cursor,
            "has_more": self.next_cursor is not None,
        }
