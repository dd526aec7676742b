"""How a list is asked for and answered: JSON in pages, or all of it as CSV."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.http.dependencies import json_response, runtime_of
from gateway.merchants.model import Caller
from gateway.pages.export import stream_csv
from gateway.pages.model import Listing, T
from gateway.pages.query import read_query
from gateway.pages.select import select_page

_CSV: Final = "text/csv"


def wants_csv(request: Request) -> bool:
    """Whether `Accept` prefers CSV to JSON (RFC 9110, section 12.5.1). JSON wins a tie."""
    accept = request.headers.get("accept", "")
    if _CSV not in accept.lower():
        return False
    weights = dict(_weight(part) for part in reversed(accept.lower().split(",")))
    others = weights.get("application/json", weights.get("application/*", weights.get("*/*", 0.0)))
    # A wildcard is met by either: whoever names CSV beside it means CSV.
    named_json = "application/json" in weights
    return weights.get(_CSV, 0.0) > (others if named_json else 0.0)


def _weight(part: str) -> tuple[str, float]:
    media_type, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return media_type, float(parameter[2:])
            except ValueError:
                return media_type, 0.0
    return media_type, 1.0


async def answer_list(
    request: Request, caller: Caller, listing: Listing[T], parameters: list[tuple[str, str]] | None = None
) -> Response:
    """One page as `{data, next_cursor, has_more}`, or the whole filtered list as CSV. Raises `BadRequest`.

    `parameters` are those of the URL, unless the route has taken out its own.
    """
    query = read_query(listing, caller, request.query_params.multi_items() if parameters is None else parameters)
    database = runtime_of(request).database
    if not wants_csv(request):
        async with database.connection(caller) as tx:
            page = await select_page(tx, listing, caller, query)
        return json_response(page.as_json())
    chunks = stream_csv(database, listing, caller, query)
    first = await anext(chunks)  # a database that is away is a 503, not a broken file

    async def body() -> Any:
        yield first
        async for chunk in chunks:
            yield chunk

    headers = {"Content-Disposition": f'attachment; filename="{listing.name}.csv"'}
    return StreamingResponse(body(), headers=headers, media_type=_CSV)
