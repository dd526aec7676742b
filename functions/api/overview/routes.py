"""The dashboard's first page, its search, and its live updates."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.http.dependencies import authenticated, json_response, runtime_of
from api.overview.examples import CHANGES, FOUND, OVERVIEW
from api.overview.schemas import ChangesAnswer, OverviewAnswer, SearchAnswer
from api.reference.openapi import READ_ERRORS, operation
from gateway.clock import iso, utc_now
from gateway.database import SingleDatabase
from gateway.database.reads import Reads
from gateway.errors import BadRequest, GatewayError, NotFound
from gateway.overview.changes import Place, read_changes
from gateway.overview.find import find_records
from gateway.overview.model import RANGES, span_of
from gateway.overview.read import read_overview
from gateway.tenancy.model import Caller

router = APIRouter(prefix="/api/v1", tags=["Overview"])

_STREAM_SECONDS: Final = 300.0
"""A stream ends after this, so that a browser comes back to a server that is being replaced."""
_LOOK_SECONDS: Final = 1.0
_KEEP_ALIVE_LOOKS: Final = 15

_OVERVIEW_PARAMETERS: Final[list[dict[str, Any]]] = [
    {
        "name": "range",
        "in": "query",
        "schema": {"type": "string", "enum": list(RANGES), "default": "7d"},
        "description": "The span of time that is summed up.",
    },
    {
        "name": "time_zone",
        "in": "query",
        "schema": {"type": "string", "default": "UTC"},
        "description": "Where a day begins at midnight (IANA name).",
        "example": "Asia/Kolkata",
    },
]
_CURSOR: Final[list[dict[str, Any]]] = [
    {
        "name": "cursor",
        "in": "query",
        "schema": {"type": "string"},
        "description": "The cursor of the answer before.",
    }
]


def _only(request: Request, *names: str) -> None:
    unknown = set(request.query_params) - set(names)
    if unknown:
        raise BadRequest(f"Unknown query parameter {min(unknown)}", field=min(unknown))


@router.get(
    "/overview",
    summary="A span at a glance",
    **operation(
        answer=OverviewAnswer, example=OVERVIEW, errors=(*READ_ERRORS, 400), parameters=_OVERVIEW_PARAMETERS
    ),
)
async def get_overview(request: Request) -> Response:
    """Sums by currency, payments by status and step, failures, webhook health, and what needs attention."""
    caller = await authenticated(request, "read")
    _only(request, "range", "time_zone")
    query, now = request.query_params, utc_now()
    span = span_of(query.get("range", "7d"), query.get("time_zone", "UTC"), now)
    reads = runtime_of(request).reads
    return json_response(await reads.run(caller, lambda tx: read_overview(tx, caller, span, now)))


@router.get(
    "/search",
    summary="Find a record",
    **operation(
        answer=SearchAnswer,
        example={"data": [FOUND]},
        errors=(*READ_ERRORS, 400),
        parameters=[
            {
                "name": "q",
                "in": "query",
                "required": True,
                "schema": {"type": "string", "minLength": 2, "maxLength": 255},
                "description": "Any id, how a receipt or a VPA begins, or a card's last four digits.",
                "example": "receipt_123",
            }
        ],
    ),
)
async def get_search(request: Request) -> Response:
    """For jumping to it: at most a handful of records."""
    caller = await authenticated(request, "read")
    _only(request, "q")
    text = request.query_params.get("q", "").strip()
    if not 2 <= len(text) <= 255 or "\0" in text:
        raise BadRequest("q must have 2 to 255 characters", field="q")
    found = await runtime_of(request).reads.run(caller, lambda tx: find_records(tx, caller, text))
    return json_response({"data": [record | {"created_at": iso(record["created_at"])} for record in found]})


@router.get(
    "/changes",
    summary="What is new",
    **operation(answer=ChangesAnswer, example=CHANGES, errors=READ_ERRORS, parameters=_CURSOR),
)
async def get_changes(request: Request) -> Response:
    """For polling: without a cursor only the place to start from."""
    caller = await authenticated(request, "read")
    after = Place.parse(request.query_params.get("cursor", ""))
    place, nouns = await _read_news(runtime_of(request).reads, caller, after)
    return json_response({"cursor": str(place), "nouns": nouns})


@router.get(
    "/changes/stream",
    summary="What is new, as it happens",
    **operation(
        answer={
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": f"data: {json.dumps(CHANGES)}\n\n",
            }
        },
        example=None,
        errors=(*READ_ERRORS, 404),
        parameters=_CURSOR,
    ),
)
async def get_stream(request: Request) -> Response:
    """Server-sent events. A Lambda cannot hold one (404): poll `/changes` there."""
    caller = await authenticated(request, "read")
    if isinstance(runtime_of(request).database, SingleDatabase):
        raise NotFound("Streams are not held here: poll /changes")
    place = Place.parse(request.query_params.get("cursor", ""))
    return StreamingResponse(_stream(request, caller, place), media_type="text/event-stream")


async def _read_news(reads: Reads, caller: Caller, after: Place | None) -> tuple[Place, list[str]]:
    return await reads.run(caller, lambda tx: read_changes(tx, caller, after), of_news=True)


async def _stream(request: Request, caller: Caller, place: Place | None) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    end, quiet = loop.time() + _STREAM_SECONDS, 0
    reads = runtime_of(request).reads
    while loop.time() < end:
        try:
            # Who was logged out, revoked or demoted meanwhile hears no more.
            caller = await authenticated(request, "read")
            now, nouns = await _read_news(reads, caller, place)
        except GatewayError:
            return
        quiet += 1
        if nouns or place is None or quiet >= _KEEP_ALIVE_LOOKS:
            quiet = 0
            yield f"data: {json.dumps({'cursor': str(now), 'nouns': nouns})}\n\n"
        place = now
        await asyncio.sleep(_LOOK_SECONDS)
