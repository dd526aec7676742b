"""Errors on the wire: the status of each code, and the envelope that all of them share."""

import json
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from gateway.errors import GatewayError, NotFound
from gateway.idempotency.model import Answer
from gateway.ids import new_id

HTTP_STATUS: Final[dict[str, int]] = {
    "BAD_REQUEST_ERROR": 400,
    "INVALID_VPA": 400,
    "INVALID_CARD": 400,
    "EXPIRED_CARD": 400,
    "AUTHENTICATION_ERROR": 401,
    "TWO_FACTOR_REQUIRED": 401,
    "TWO_FACTOR_INVALID": 401,
    "PERMISSION_ERROR": 403,
    "NOT_FOUND_ERROR": 404,
    "METHOD_NOT_ALLOWED": 405,
    "REQUEST_TIMEOUT": 408,
    "CONFLICT_ERROR": 409,
    "IDEMPOTENCY_IN_PROGRESS": 409,
    "PROCESSOR_REQUIRED": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "RATE_LIMITED": 429,
    "HEADERS_TOO_LARGE": 431,
    "INTERNAL_SERVER_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
}

# Where a repeat makes sense and the error does not say when.
_RETRY_AFTER_SECONDS: Final = {
    "CONFLICT_ERROR": 1,
    "IDEMPOTENCY_IN_PROGRESS": 1,
    "RATE_LIMITED": 60,
    "SERVICE_UNAVAILABLE": 1,
}


def error_body(code: str, description: str, field: str | None, request_id: str, docs_url: str) -> bytes:
    """The contract's envelope."""
    error: dict[str, str] = {"code": code, "description": description}
    if field is not None:
        error["field"] = field
    error |= {"request_id": request_id, "docs_url": f"{docs_url}#{code.lower()}"}
    return json.dumps({"error": error}, separators=(",", ":"), ensure_ascii=False).encode()


def error_on_the_wire(error: GatewayError, docs_url: str) -> bytes:
    """The whole answer to what never became a request."""
    request_id, status = new_id("req"), HTTPStatus(HTTP_STATUS[error.code])
    body = error_body(error.code, error.description, error.field, request_id, docs_url)
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
        f"x-request-id: {request_id}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def error_answer(request: Request, error: GatewayError) -> Answer:
    """Status and body of an error."""
    request.state.error_code = error.code
    body = error_body(
        error.code, error.description, error.field, request.state.request_id, request.app.state.docs_url
    )
    return Answer(HTTP_STATUS[error.code], body)


async def handle_gateway_error(request: Request, error: Exception) -> Response:
    """FastAPI's handler for every `GatewayError`."""
    assert isinstance(error, GatewayError)
    answer = error_answer(request, error)
    retry_after = _RETRY_AFTER_SECONDS.get(error.code) if error.retry_after is None else error.retry_after
    headers = {} if retry_after is None else {"Retry-After": str(retry_after), "Should-Retry": "true"}
    if error.code == "AUTHENTICATION_ERROR":
        headers["WWW-Authenticate"] = 'Basic realm="payment gateway"'
    return Response(answer.body, answer.status_code, headers, "application/json")


async def handle_http_error(request: Request, error: Exception) -> Response:
    """FastAPI's handler for what the router itself refuses: unknown routes and methods."""
    if request.scope["path"] == "*" and request.method == "OPTIONS":  # of the server as a whole
        methods = {"HEAD", "OPTIONS"}.union(
            *(getattr(route, "methods", None) or () for route in request.app.routes)
        )
        return Response(status_code=204, headers={"Allow": ", ".join(sorted(methods))})
    if getattr(error, "status_code", 404) != 405:
        return await handle_gateway_error(request, NotFound("No such route"))
    allow = {"Allow": ", ".join(_allowed_methods(request))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    response = await handle_gateway_error(request, MethodNotAllowed("Method not allowed on this route"))
    response.headers.update(allow)
    return response


class MethodNotAllowed(GatewayError):
    """The route exists, with other methods."""

    code = "METHOD_NOT_ALLOWED"


def _allowed_methods(request: Request) -> list[str]:
    """Every method of this path: the router knows them route by route."""
    found = {"OPTIONS"}
    path = request.scope["path"]
    is_fixed = path in request.app.state.fixed_paths
    for route in request.app.routes:
        if route.path == path if is_fixed else route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found | ({"HEAD"} if "GET" in found else set()))
