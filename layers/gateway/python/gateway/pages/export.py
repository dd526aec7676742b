"""A whole list as CSV (RFC 4180), page by page."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from gateway.database import Connection
from gateway.database.reads import Reads
from gateway.money import decimal_text
from gateway.pages.cells import csv_cell
from gateway.pages.cursor import read_cursor
from gateway.pages.model import Listing, Page, Query, T
from gateway.pages.select import select_page
from gateway.tenancy.model import Caller

_PAGE_ROWS: Final = 500
_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Export:
    """How a file is written: with the times of `zone` beside those of UTC, and with a byte-order mark."""

    zone: ZoneInfo | None = None
    mark: bool = False


async def stream_csv(
    reads: Reads, listing: Listing[T], caller: Caller, query: Query, export: Export
) -> AsyncIterator[bytes]:
    """A header row, then every row of the query, whatever its limit.

    No connection is held between two pages: a slow reader costs memory for one page, and nothing else.
    """
    query = replace(query, limit=_PAGE_ROWS)
    columns = csv_columns(listing, export)
    header = (_MARK if export.mark else b"") + _lines([columns])
    while True:
        page, beside = await _read(reads, listing, caller, query)
        shown = (
            csv_values(listing, row.as_json() | more, export) for row, more in zip(page.rows, beside, strict=True)
        )
        yield header + _lines([csv_cell(values.get(name)) for name in columns] for values in shown)
        if page.next_cursor is None:
            return
        header = b""
        query = replace(query, after=read_cursor(listing.key, page.next_cursor, query.binding))


async def _read(
    reads: Reads, listing: Listing[T], caller: Caller, query: Query
) -> tuple[Page[T], list[dict[str, Any]]]:
    async def read(tx: Connection) -> tuple[Page[T], list[dict[str, Any]]]:
        page = await select_page(tx, listing, caller, query)
        return page, await _read_beside(tx, listing, caller, page.rows)

    return await reads.run(caller, read)


async def _read_beside(tx: Connection, listing: Listing[T], caller: Caller, rows: list[T]) -> list[dict[str, Any]]:
    if listing.beside is None:
        return [{} for _ in rows]
    owners = [getattr(row, listing.beside.key) for row in rows]
    found = await listing.beside.select(tx, caller, owners)
    return [found.get(owner, {}) for owner in owners]


def csv_columns(listing: Listing[Any], export: Export) -> tuple[str, ...]:
    """The names in the header row. New ones are added at the end: programs may count columns."""
    local = [f"{name}_local" for name in _times(listing)] if export.zone else []
    beside = listing.beside.columns if listing.beside else ()
    return (*listing.columns, *(f"{name}_major" for name in listing.money), *beside, *local)


def csv_values(listing: Listing[Any], shown: dict[str, Any], export: Export) -> dict[str, Any]:
    """What the API shows of a row, with its amounts as decimals, and its times by the clocks of the zone."""
    values = dict(shown)
    for name in listing.money:
        values[f"{name}_major"] = decimal_text(shown[name], shown["currency"])
    for name in _times(listing) if export.zone else ():
        if shown.get(name) is not None:
            moment = datetime.fromisoformat(shown[name]).astimezone(export.zone)
            # As spreadsheets read it; the offset is told by the column in UTC.
            values[f"{name}_local"] = moment.strftime("%Y-%m-%d %H:%M:%S")
    return values


def _times(listing: Listing[Any]) -> list[str]:
    return [name for name in listing.columns if name.endswith("_at")]


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
