"""Around every request: an id, a limit on the body, one log line, and no trace in any answer."""

import re
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import error_body
from api.http.limits import limit_headers
from api.http.request_log import note_request
from api.http.written import tell_written
from gateway.errors import BadRequest, PayloadTooLarge
from gateway.ids import new_id
from gateway.processors.notices.receive import MOST_BYTES as NOTICE_MOST_BYTES
from gateway.runtime import Runtime
from gateway.webhooks.sender.inbox_url import PATH as INBOX_PATH

_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
# Of an answer that does not say it itself. JSON is no page: nothing may run in it, nor frame or embed it.
_USUAL: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_HTTPS: Final = ((b"strict-transport-security", b"max-age=31536000"),)
_QUIET: Final = frozenset({"/health"})
_NOTICES: Final = ("/api/v1/processors/", "/notices")


class RequestMiddleware:
    """Pure ASGI. Sets `request.state.request_id`; answers 500 in the envelope for whatever is our fault."""

    def __init__(self, app: ASGIApp, runtime: Runtime, docs_url: str) -> None:
        self._app = app
        self._logger = runtime.logger
        self._requests = runtime.requests
        self._reads = runtime.reads
        self._limit = runtime.settings.max_body_bytes
        self._docs_url = docs_url
        is_https = runtime.settings.api_url.startswith("https://")
        self._usual = _USUAL + (_HTTPS if is_https else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        is_head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if is_head else scope  # the same answer, its body left out below
        status, is_over, is_stream = 0, False, False

        async def send_with_id(message: Message) -> None:
            nonlocal status, is_over, is_stream
            if is_over:
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                if self._reads.has_replica:
                    await tell_written(self._reads, scope)
                headers = message["headers"]
                given = [name for name, _ in headers]
                headers.extend([header for header in self._usual if header[0] not in given])
                headers.append((b"x-request-id", request_id.encode()))
                headers.extend(limit_headers(scope["state"]))
                is_stream = b"content-length" not in given
            elif is_head:
                message = {**message, "body": b""}
            await send(message)
            if is_head and is_stream:
                # Told as over, so that nobody makes the body: a stream stops when its reader is gone.
                is_over = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        try:
            await self._app(inner, _limited(scope, receive, self._limit_of(scope["path"])), send_with_id)
        except Exception:
            self._logger.exception("request failed", extra={"request_id": request_id, "path": _shown_path(scope)})
            scope["state"]["error_code"] = "INTERNAL_SERVER_ERROR"
            if status:
                raise  # the answer has begun: all that is left is to break the connection
            await _send_500(send_with_id, request_id, self._docs_url)
        finally:
            seconds = time.perf_counter() - started
            self._log(scope, request_id, status, seconds)
            note_request(self._requests, scope, status, seconds)

    def _limit_of(self, path: str) -> int:
        """Bytes of a body. How much a processor tells is not for a setting about clients to say."""
        is_notice = path.startswith(_NOTICES[0]) and path.endswith(_NOTICES[1])
        return NOTICE_MOST_BYTES if is_notice else self._limit

    def _log(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        if scope["path"] in _QUIET and status < 400:
            return
        state = scope["state"]
        self._logger.info(
            "request",
            extra={
                "method": scope["method"],
                "path": _shown_path(scope),
                "status": status,
                "ms": round(seconds * 1000, 2),
                "request_id": request_id,
                "merchant_id": state.get("merchant_id"),
                "replayed": state.get("replayed", False),
            },
        )


def _shown_path(scope: Scope) -> str:
    """The path as a log may hold it: whoever has an inbox's token may write to it."""
    path: str = scope["path"]
    return f"{INBOX_PATH}[redacted]" if path.startswith(INBOX_PATH) else path[:200]


def _request_id(scope: Scope) -> str:
    """The caller's `X-Request-Id` if it is harmless, else a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            if _GIVEN_ID.fullmatch(text):
                return text
    return new_id("req")


def _limited(scope: Scope, receive: Receive, limit: int) -> Receive:
    """`receive` that raises `PayloadTooLarge` once the body is longer than `limit` bytes, and `BadRequest` where
    nothing came of a body that was announced: taken for none it would mean something else."""
    size = 0

    async def receive_limited() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > limit:
                raise PayloadTooLarge(f"The body is larger than {limit} bytes")
            if size == 0 and not message.get("more_body") and _announces_body(scope):
                raise BadRequest("The headers announce a body, and none came")
        return message

    return receive_limited


def _announces_body(scope: Scope) -> bool:
    """Whether there is a length that is not 0, or chunks (RFC 9112, section 6)."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 ") != b"")
        for name, value in scope["headers"]
    )


async def _send_500(send: Send, request_id: str, docs_url: str) -> None:
    body = error_body("INTERNAL_SERVER_ERROR", "Something went wrong on our side", None, request_id, docs_url)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
