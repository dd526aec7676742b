"""The request log: what was asked of the API, and what it answered."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import authenticated, json_response, runtime_of
from api.http.lists import answer_list
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, operation
from api.requests.schemas import LoggedRequestAnswer
from gateway.errors import NotFound
from gateway.requests.listing import REQUESTS
from gateway.requests.queries import select_request

router = APIRouter(prefix="/api/v1/requests", tags=["Request log"])

_LINE: Final[dict[str, Any]] = {
    "id": "48213",
    "request_id": "req_8sHk2LmNq0PzRtVw",
    "method": "POST",
    "path": "/api/v1/payments",
    "status": 400,
    "duration_ms": 3.41,
    "error_code": "INVALID_VPA",
    "key_id": "key_test_abc123",
    "user": None,
    "replayed": False,
    "created_at": "2026-01-15T10:31:12.456Z",
}


@router.get(
    "",
    summary="List requests",
    **operation(
        answer=list_answer(REQUESTS, LoggedRequestAnswer, _LINE),
        parameters=list_parameters(REQUESTS),
        errors=LIST_ERRORS,
    ),
)
async def get_requests(request: Request) -> Response:
    """Requests with your keys, and changes made at the dashboard, newest first. What another process of the
    API answered may be a second behind.

    Kept for `GATEWAY_REQUEST_LOG_HOURS`. No bodies, no query strings, no headers. Requests whose key or secret
    was wrong are nobody's, and not here.
    """
    caller = await authenticated(request, "read")
    await runtime_of(request).requests.flush()
    return await answer_list(request, caller, REQUESTS)


@router.get(
    "/{request_id}",
    summary="Retrieve a request",
    **operation(answer=LoggedRequestAnswer, example=_LINE, errors=(*READ_ERRORS, 404)),
)
async def get_request(request: Request, request_id: str) -> Response:
    """By the `X-Request-Id` of its answer, which errors carry in their body as well."""
    caller = await authenticated(request, "read")
    await runtime_of(request).requests.flush()
    async with runtime_of(request).database.connection(caller) as tx:
        line = await select_request(tx, caller, request_id[:100])
    if line is None:
        raise NotFound("Request not found")
    return json_response(line.as_json())
