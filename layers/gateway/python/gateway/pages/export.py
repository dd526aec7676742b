"""A whole list as CSV (RFC 4180), page by page."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any, Final

from gateway.database import Database
from gateway.merchants.model import Caller
from gateway.pages.cursor import read_cursor
from gateway.pages.model import Listing, Page, Query, T
from gateway.pages.select import select_page

_PAGE_ROWS: Final = 500

# A spreadsheet runs a cell that begins so as a formula (OWASP, "CSV Injection"); a quote makes it text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


async def stream_csv(
    database: Database, listing: Listing[T], caller: Caller, query: Query
) -> AsyncIterator[bytes]:
    """A header row, then every row of the query, whatever its limit.

    No connection is held between two pages: a slow reader costs memory for one page, and nothing else.
    """
    query = replace(query, limit=_PAGE_ROWS)
    header = _lines([listing.columns])
    while True:
        page = await _read(database, listing, caller, query)
        yield header + _lines(_cells(listing, page))
        if page.next_cursor is None:
            return
        header = b""
        query = replace(query, after=read_cursor(listing.key, page.next_cursor, query.binding))


async def _read(database: Database, listing: Listing[T], caller: Caller, query: Query) -> Page[T]:
    async with database.connection(caller) as tx:
        return await select_page(tx, listing, caller, query)


def _cells(listing: Listing[T], page: Page[T]) -> Iterable[list[Any]]:
    for row in page.rows:
        shown = row.as_json()
        yield [csv_cell(shown.get(name)) for name in listing.columns]


def csv_cell(value: Any) -> str | int:
    """A value as a cell: nothing for null, `true`/`false`, JSON for objects, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
