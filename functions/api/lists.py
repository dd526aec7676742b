"""How a list is asked for and answered: JSON in pages, or all of it as CSV."""

from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.dependencies import json_response, runtime_of
from api.openapi import json_content
from gateway.merchants.model import Caller
from gateway.pages.export import csv_cell, stream_csv
from gateway.pages.model import DEFAULT_LIMIT, MAXIMUM_LIMIT, Filter, Listing, T
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


def list_parameters(listing: Listing[Any]) -> list[dict[str, Any]]:
    """The query parameters of a list, for OpenAPI."""
    paging: list[dict[str, Any]] = [
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": DEFAULT_LIMIT},
            "description": "Rows of one page. CSV has all of them, whatever the limit.",
            "example": DEFAULT_LIMIT,
        },
        {
            "name": "cursor",
            "in": "query",
            "schema": {"type": "string", "maxLength": 512},
            "description": "`next_cursor` of the page before, with the same filters.",
        },
    ]
    return paging + [_parameter(one) for one in listing.filters]


def _parameter(one: Filter) -> dict[str, Any]:
    example: Any = int(one.example) if one.schema["type"] == "integer" else one.example
    return {
        "name": one.name,
        "in": "query",
        "schema": one.schema,
        "description": one.description,
        "example": example,
    }


def array_answer(model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """The `content` of an answer that is a bare array of `model`, in OpenAPI."""
    row = json_content(model, {})["application/json"]["schema"]
    return {"application/json": {"schema": {"type": "array", "items": row}, "example": [example]}}


def list_answer(
    listing: Listing[Any], model: type[BaseModel], example: dict[str, Any], *, bare: bool = False
) -> dict[str, Any]:
    """The `content` of a list's answer in OpenAPI: pages of `model`; with `bare`, an array of them as well."""
    row = json_content(model, {})["application/json"]["schema"]
    page = {
        "type": "object",
        "required": ["data", "next_cursor", "has_more"],
        "properties": {
            "data": {"type": "array", "items": row},
            "next_cursor": {"type": ["string", "null"], "description": "Where the next page starts."},
            "has_more": {"type": "boolean"},
        },
    }
    array = {"type": "array", "items": row, "description": "Without any query parameter."}
    cells = [str(csv_cell(example.get(name))) for name in listing.columns]
    return {
        "application/json": {
            "schema": {"oneOf": [page, array]} if bare else page,
            "example": {"data": [example], "next_cursor": None, "has_more": False},
        },
        _CSV: {
            "schema": {"type": "string"},
            "example": f"{','.join(listing.columns)}\r\n{','.join(cells)}\r\n",
        },
    }
