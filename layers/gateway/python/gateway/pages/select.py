"""Get one page of a list."""

from typing import Any

from gateway.database import Connection
from gateway.pages.cursor import write_cursor
from gateway.pages.model import Listing, Page, Query, T
from gateway.tenancy.model import Caller


async def select_page(tx: Connection, listing: Listing[T], caller: Caller, query: Query) -> Page[T]:
    """The caller's rows that the query asks for. One more row than the limit is read, to know of a next page."""
    statement, parameters = build_statement(listing, caller, query)
    cursor = tx.cursor(row_factory=listing.rows)
    # Planned anew each time: which index is best depends on the values of the filters.
    await cursor.execute(statement, parameters, prepare=False)
    rows = await cursor.fetchall()
    if len(rows) <= query.limit:
        return Page(rows, None)
    rows.pop()
    return Page(rows, write_cursor(listing.key, rows[-1], query.binding))


def build_statement(listing: Listing[Any], caller: Caller, query: Query) -> tuple[str, dict[str, Any]]:
    """The statement of a page and its parameters. Nothing of a request is ever in the statement's text."""
    where = ["merchant_id = %(merchant_id)s", "mode = %(mode)s"]
    parameters: dict[str, Any] = {
        "merchant_id": caller.merchant_id,
        "mode": caller.mode,
        "page_rows": query.limit + 1,
    }
    selects = next((condition.selects for condition in query.conditions if condition.selects), (listing.select,))
    for condition in query.conditions:
        where.append(f"({condition.sql})")
        parameters |= condition.parameters
    names = [column.name for column in listing.key]
    if query.after is not None:
        after = {f"after_{name}": value for name, value in zip(names, query.after, strict=True)}
        place = ", ".join(f"%({name})s" for name in after)
        where.append(f"({', '.join(names)}) {'<' if listing.newest_first else '>'} ({place})")
        parameters |= after
    direction = "DESC" if listing.newest_first else "ASC"
    order = ", ".join(f"{name} {direction}" for name in names)
    page = f"WHERE {' AND '.join(where)} ORDER BY {order} LIMIT %(page_rows)s"
    if len(selects) == 1:
        return f"{selects[0]} {page}", parameters
    ways = " UNION ALL ".join(f"({select} {page})" for select in selects)
    return f"SELECT * FROM ({ways}) AS ways ORDER BY {order} LIMIT %(page_rows)s", parameters  # noqa: S608
