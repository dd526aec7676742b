"""What every request gets besides its answer, whichever way it goes: an id, the usual headers, a line of the log
and one of the request log, and no trace of what is our fault."""

import re
from collections.abc import Container
from typing import Final

from starlette.types import Scope

from api.http.errors import error_body
from api.http.limits import limit_headers
from api.http.request_log import note_request
from api.http.written import tell_written
from gateway.ids import new_id
from gateway.log import InfoLines
from gateway.runtime import Runtime
from gateway.webhooks.sender.inbox_url import PATH as INBOX_PATH

Headers = list[tuple[bytes, bytes]]

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


class Around:
    """Of one process."""

    def __init__(self, runtime: Runtime, docs_url: str) -> None:
        self._logger = runtime.logger
        self._lines = InfoLines(runtime.logger)
        self._requests = runtime.requests
        self._reads = runtime.reads
        self._docs_url = docs_url
        is_https = runtime.settings.api_url.startswith("https://")
        self._usual = _USUAL + (_HTTPS if is_https else ())

    async def begin(self, headers: Headers, scope: Scope, given: Container[bytes]) -> None:
        """Before the answer leaves: tell whose rows have changed, and add what it has besides the headers whose
        names are `given`."""
        if self._reads.has_replica:
            await tell_written(self._reads, scope)
        state = scope["state"]
        headers.extend([header for header in self._usual if header[0] not in given])
        headers.append((b"x-request-id", state["request_id"].encode()))
        headers.extend(limit_headers(state))

    def note_failure(self, scope: Scope) -> None:
        """Log the error that is being handled, and have the request's lines say that it was ours."""
        state = scope["state"]
        extra = {"request_id": state["request_id"], "path": _shown_path(scope)}
        self._logger.exception("request failed", extra=extra)
        state["error_code"] = "INTERNAL_SERVER_ERROR"

    def failure(self, scope: Scope) -> tuple[int, Headers, bytes]:
        """Status, headers and body of what is our fault."""
        text, request_id = "Something went wrong on our side", scope["state"]["request_id"]
        body = error_body("INTERNAL_SERVER_ERROR", text, None, request_id, self._docs_url)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        return 500, headers, body

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """The request's lines, once it is over."""
        if status >= 400 or scope["path"] not in _QUIET:
            state = scope["state"]
            fields = {
                "method": scope["method"],
                "path": _shown_path(scope),
                "status": status,
                "ms": round(seconds * 1000, 2),
                "request_id": state["request_id"],
                "merchant_id": state.get("merchant_id"),
                "replayed": state.get("replayed", False),
            }
            self._lines.add("request", fields)
        note_request(self._requests, scope, status, seconds)


def name_request(scope: Scope) -> None:
    """Give the request its id: the caller's `X-Request-Id` if it is harmless, else a fresh one."""
    scope.setdefault("state", {})["request_id"] = _request_id(scope)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            if _GIVEN_ID.fullmatch(text):
                return text
    return new_id("req")


def _shown_path(scope: Scope) -> str:
    """The path as a log may hold it: whoever has an inbox's token may write to it."""
    path: str = scope["path"]
    return f"{INBOX_PATH}[redacted]" if path.startswith(INBOX_PATH) else path[:200]
