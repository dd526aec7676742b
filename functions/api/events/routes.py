"""Events: every fact, in the order in which it was committed."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.deliveries.examples import DELIVERY
from api.events.examples import EVENT
from api.events.schemas import EventAnswer, EventDetailAnswer
from api.http.dependencies import authenticated, json_response, runtime_of
from api.http.lists import answer_list
from api.http.negotiate import wants_csv
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, operation
from api.reference.parameters import parameter
from gateway.errors import BadRequest, NotFound
from gateway.events.feed import FEED, NEWEST_EVENTS, FeedPage, select_feed, select_feed_end
from gateway.events.queries import select_event
from gateway.ids import is_id
from gateway.pages.model import Query
from gateway.pages.query import read_query
from gateway.runtime import Runtime
from gateway.tenancy.model import Caller
from gateway.webhooks.deliveries.queries import select_deliveries_of_event

router = APIRouter(prefix="/api/v1/events", tags=["Events"])

_MOST_WAIT_SECONDS: Final = 20
_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 0.5
_LATEST: Final = "latest"

_PARAMETERS: Final = [
    *list_parameters(FEED),
    parameter(
        "after",
        {"type": "string", "maxLength": 512},
        "The same as `cursor`; `latest` answers no events, and the cursor behind those there are now.",
        _LATEST,
    ),
    parameter(
        "wait",
        {"type": "integer", "minimum": 0, "maximum": _MOST_WAIT_SECONDS, "default": 0},
        "Where nothing is there, wait so many seconds for it.",
        20,
    ),
    parameter(
        "order",
        {"type": "string", "enum": ["asc", "desc"], "default": "asc"},
        "`asc`: the feed. `desc`: newest first, for people; may not show what is being committed.",
        "asc",
    ),
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The query of the feed, and what only the feed knows."""

    query: Query
    wait: int
    from_latest: bool


@router.get(
    "",
    summary="Follow events",
    **operation(
        answer=list_answer(FEED, EventAnswer, EVENT), example=None, parameters=_PARAMETERS, errors=LIST_ERRORS
    ),
)
async def get_events(request: Request) -> Response:
    """In commit order, without gaps: ask again with `next_cursor` and you have seen everything."""
    caller = await authenticated(request, "read")
    parameters = request.query_params.multi_items()
    order = dict(parameters).get("order", "asc")
    if order not in ("asc", "desc"):
        raise BadRequest("order must be asc or desc", field="order")
    parameters = [(name, value) for name, value in parameters if name != "order"]
    if order == "desc" or wants_csv(request):
        listing = NEWEST_EVENTS if order == "desc" else FEED
        return await answer_list(request, caller, listing, parameters)
    asked = _read(caller, parameters)
    page = await _wait_for_page(request, runtime_of(request), caller, asked)
    return json_response(page.as_json())


def _read(caller: Caller, parameters: list[tuple[str, str]]) -> _Asked:
    given = dict(parameters)
    if "after" in given and "cursor" in given:
        raise BadRequest("Give cursor or after, not both", field="after")
    wait = given.get("wait", "0")
    if not (wait.isascii() and wait.isdecimal() and len(wait) < 4 and int(wait) <= _MOST_WAIT_SECONDS):
        raise BadRequest(f"wait must be 0 to {_MOST_WAIT_SECONDS} (seconds)", field="wait")
    from_latest = given.get("after") == _LATEST
    rest = [
        ("cursor" if name == "after" else name, value)
        for name, value in parameters
        if name != "wait" and not (name == "after" and from_latest)
    ]
    if from_latest and "cursor" in dict(rest):
        raise BadRequest("after is given twice", field="after")
    return _Asked(read_query(FEED, caller, rest), int(wait), from_latest)


async def _wait_for_page(request: Request, runtime: Runtime, caller: Caller, asked: _Asked) -> FeedPage:
    """The page; an empty one is asked for again until `wait` is over. No connection is held in between."""
    ends_at = time.monotonic() + asked.wait
    pause = _FIRST_PAUSE_SECONDS
    while True:
        if asked.from_latest:
            return await runtime.reads.run(caller, lambda tx: select_feed_end(tx, asked.query))
        page = await runtime.reads.run(caller, lambda tx: select_feed(tx, caller, asked.query))
        left = ends_at - time.monotonic()
        if page.rows or left <= 0 or await request.is_disconnected():
            return page
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


@router.get(
    "/{event_id}",
    summary="Retrieve an event",
    **operation(answer=EventDetailAnswer, example=EVENT | {"deliveries": [DELIVERY]}, errors=(*READ_ERRORS, 404)),
)
async def get_event(request: Request, event_id: str) -> Response:
    """With the deliveries that it led to."""
    caller = await authenticated(request, "read")
    event = None
    if is_id(event_id, "evt"):
        async with runtime_of(request).database.connection(caller) as tx:
            event = await select_event(tx, caller, event_id)
            deliveries = [] if event is None else await select_deliveries_of_event(tx, event_id)
    if event is None:
        raise NotFound("Event not found")
    shown: dict[str, Any] = event.as_json()
    return json_response(shown | {"deliveries": [delivery.as_json() for delivery in deliveries]})
