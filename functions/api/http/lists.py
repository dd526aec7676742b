"""How a list is asked for and answered: JSON in pages, or all of it as CSV."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.http.dependencies import json_response, runtime_of
from api.http.negotiate import wants_csv
from gateway.errors import BadRequest
from gateway.pages.export import Export, stream_csv
from gateway.pages.model import Listing, T
from gateway.pages.query import read_query
from gateway.pages.select import select_page
from gateway.tenancy.model import Caller
from gateway.zones import zone_of

CSV: Final = "text/csv"
_OF_FILES: Final = ("time_zone", "bom")


async def answer_list(
    request: Request, caller: Caller, listing: Listing[T], parameters: list[tuple[str, str]] | None = None
) -> Response:
    """One page as `{data, next_cursor, has_more}`, or the whole filtered list as CSV. Raises `BadRequest`.

    `parameters` are those of the URL, unless the route has taken out its own.
    """
    given = request.query_params.multi_items() if parameters is None else parameters
    reads = runtime_of(request).reads
    if not wants_csv(request):
        query = read_query(listing, caller, given)
        page = await reads.run(caller, lambda tx: select_page(tx, listing, caller, query))
        return json_response(page.as_json())
    export = _read_export(given)
    query = read_query(listing, caller, [one for one in given if one[0] not in _OF_FILES])
    chunks = stream_csv(reads, listing, caller, query, export)
    first = await anext(chunks)  # a database that is away is a 503, not a broken file

    async def body() -> Any:
        yield first
        async for chunk in chunks:
            yield chunk

    headers = {"Content-Disposition": f'attachment; filename="{listing.name}.csv"'}
    return StreamingResponse(body(), headers=headers, media_type=CSV)


def _read_export(parameters: list[tuple[str, str]]) -> Export:
    """How the file is to be written. Raises `BadRequest`."""
    names = [name for name, _ in parameters if name in _OF_FILES]
    given = dict(parameters)
    for name in _OF_FILES:
        if names.count(name) > 1:
            raise BadRequest(f"{name} is given twice", field=name)
    if given.get("bom", "true") not in ("true", "false"):
        raise BadRequest("bom must be true or false", field="bom")
    zone = zone_of(given["time_zone"]) if "time_zone" in given else None
    return Export(zone, given.get("bom") == "true")
