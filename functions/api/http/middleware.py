"""Around every request of the ordinary way: what all get (`around`), and a limit on the body."""

import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.around import Around, name_request
from gateway.errors import BadRequest, PayloadTooLarge
from gateway.processors.notices.receive import MOST_BYTES as NOTICE_MOST_BYTES

_NOTICES: Final = ("/api/v1/processors/", "/notices")


class RequestMiddleware:
    """Pure ASGI. Sets `request.state.request_id`; answers 500 in the envelope for whatever is our fault."""

    def __init__(self, app: ASGIApp, around: Around, max_body_bytes: int) -> None:
        self._app = app
        self._around = around
        self._limit = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        name_request(scope)
        is_head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if is_head else scope  # the same answer, its body left out below
        status, is_over, is_stream = 0, False, False

        async def send_with_id(message: Message) -> None:
            nonlocal status, is_over, is_stream
            if is_over:
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                given = [name for name, _ in headers]
                await self._around.begin(headers, scope, given)
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
            self._around.note_failure(scope)
            if status:
                raise  # the answer has begun: all that is left is to break the connection
            code, headers, body = self._around.failure(scope)
            await send_with_id({"type": "http.response.start", "status": code, "headers": headers})
            await send_with_id({"type": "http.response.body", "body": body})
        finally:
            self._around.note(scope, status, time.perf_counter() - started)

    def _limit_of(self, path: str) -> int:
        """Bytes of a body. How much a processor tells is not for a setting about clients to say."""
        is_notice = path.startswith(_NOTICES[0]) and path.endswith(_NOTICES[1])
        return NOTICE_MOST_BYTES if is_notice else self._limit


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
