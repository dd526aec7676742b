"""The short way of the requests that come most: before the framework, and with nothing that only others need.

There is one meaning and two speeds. This way takes a request only as long as it is usual, as nearly all are that
a merchant's server sends; whatever is unusual goes the ordinary way as if nobody had looked at it, and so does
all that would be refused for how it is written or who sends it. Both ways call the same functions for whose
request it is, its limit, its key, what it does, and the lines that tell of it; a test sends every request of the
contract's suite both ways and compares status, headers and bytes. What is counted here is answered here: nothing
is counted twice.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.around import Around, Headers, name_request
from api.http.body import read_json_object
from api.http.dependencies import IDEMPOTENCY_KEY, told_first
from api.http.errors import handle_gateway_error
from gateway.errors import AuthenticationError, BadRequest, GatewayError
from gateway.idempotency.model import Accepted, Answer, RequestKey, request_key
from gateway.ids import is_id
from gateway.limits.limiter import LimitReached
from gateway.runtime import Runtime
from gateway.tenancy.model import Caller

Read = Callable[[Runtime, Caller, str], Awaitable[bytes]]
"""The answer's body about the object with this id. Raises what the route raises."""

Write = Callable[[Request, Caller, dict[str, Any], RequestKey | None], Awaitable[Accepted]]
"""What becomes of a request with this body and key. Raises what the route raises."""

_Given = dict[bytes, bytes]
_Act = Callable[[Request, Caller], Awaitable[Accepted]]
_Take = Callable[[_Given, "_Body"], Awaitable[_Act | None]]
"""What is to be done; None where the request is unusual after all."""

_UNUSUAL: Final = frozenset(
    (
        b"authorization",
        b"content-encoding",
        b"cookie",
        b"expect",
        b"origin",
        b"sec-fetch-site",
        b"transfer-encoding",
    )
)
"""Headers to which the ordinary way gives a meaning that this one does not know."""

_JSON: Final = (b"application/json", b"application/json; charset=utf-8")
_BLANKS: Final = b" \t"
_TYPE: Final = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True)
class LeanRoutes:
    """What may go this way: reads by the path before the id, with the id's prefix; writes by path."""

    reads: Mapping[str, tuple[str, Read]]
    writes: Mapping[str, Write]


class Lean:
    """Pure ASGI, outermost. What is not for it goes on to `app`."""

    def __init__(self, app: ASGIApp, routes: LeanRoutes, runtime: Runtime, around: Around) -> None:
        self._app = app
        self._routes = routes
        self._runtime = runtime
        self._around = around
        self._limit = runtime.settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        if scope["type"] == "http" and not scope["query_string"] and not scope.get("root_path"):
            take = self._read(scope) if scope["method"] == "GET" else self._write(scope)
            given = None if take is None else _usual_headers(scope)
            if take is not None and given is not None:
                body = _Body(receive)
                receive = body.receive_again
                if await self._answer(Request(scope, receive), take, given, body, send, started):
                    return
        await self._app(scope, receive, send)

    def _read(self, scope: Scope) -> _Take | None:
        folder, _, object_id = scope["path"].rpartition("/")
        found = self._routes.reads.get(folder)
        if found is None or not is_id(object_id, found[0]):
            return None
        read = found[1]

        async def act(_: Request, caller: Caller) -> Accepted:
            return Accepted(Answer(200, await read(self._runtime, caller, object_id)))

        async def take(_: _Given, __: _Body) -> _Act:
            return act

        return take

    def _write(self, scope: Scope) -> _Take | None:
        path = scope["path"]
        write = self._routes.writes.get(path) if scope["method"] == "POST" else None
        if write is None:
            return None

        async def take(given: _Given, body: _Body) -> _Act | None:
            named = given.get(b"idempotency-key")
            key_text = None if named is None else named.strip(_BLANKS).decode("latin-1")
            if given.get(b"content-type") not in _JSON:
                return None
            if key_text is not None and IDEMPOTENCY_KEY.fullmatch(key_text) is None:
                return None
            raw = await body.whole(self._limit)
            try:
                content = None if raw is None else read_json_object(raw)
            except (ValueError, GatewayError):
                return None
            if raw is None or content is None:
                return None

            async def act(request: Request, caller: Caller) -> Accepted:
                key = None
                if key_text is not None:
                    keyring = self._runtime.keyring
                    key = request_key(keyring, key_text, "POST", path, b"", raw, shoppers_order=None)
                accepted = await write(request, caller, content, key)
                request.scope["state"]["replayed"] = accepted.replayed
                return accepted

            return act

        return take

    async def _answer(
        self, request: Request, take: _Take, given: _Given, body: "_Body", send: Send, started: float
    ) -> bool:
        """Answer the request; False: it is not for this way, and nothing was done."""
        scope, status, is_ours = request.scope, 0, True
        try:
            name_request(scope)
            try:
                caller = await self._caller(given, "read" if scope["method"] == "GET" else "write")
                act = None if caller is None else await take(given, body)
                if caller is None or act is None or not self._count(scope, caller):
                    is_ours = False
                    return False
                answered = _shown(await act(request, caller))
            except GatewayError as error:
                answered = await _refused(request, error)
            except Exception:
                self._around.note_failure(scope)
                answered = self._around.failure(scope)
            status, headers, content = answered
            await self._around.begin(headers, scope, ())
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": content})
            return True
        finally:
            if is_ours:
                self._around.note(scope, status, time.perf_counter() - started)

    async def _caller(self, given: _Given, needed: str) -> Caller | None:
        """Whose key it is; None: it is no key that may do this."""
        key = given.get(b"x-api-key", b"").strip(_BLANKS).decode("latin-1")
        secret = given.get(b"x-api-secret", b"").strip(_BLANKS).decode("latin-1")
        if not (key and secret and self._runtime.keyring.is_complete):
            return None
        try:
            caller = await self._runtime.authenticator.authenticate(key, secret)
        except AuthenticationError:
            return None
        return caller if needed in caller.scopes else None

    def _count(self, scope: Scope, caller: Caller) -> bool:
        """Count it as the caller's; False: it would be one too many, and was not counted."""
        assert caller.key_id is not None
        try:
            verdict = self._runtime.limiter.count("key", caller.key_id)
        except LimitReached:
            return False
        scope["state"] |= {"merchant_id": str(caller.merchant_id), "caller": caller}
        if verdict is not None:
            scope["state"]["limits"] = [verdict]
        return True


class _Body:
    """What comes with a request, which may have to be given once more."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._given: Message | None = None

    async def whole(self, limit: int) -> bytes | None:
        """The body, if it came at once, is not empty and has `limit` bytes at most."""
        self._given = message = await self._receive()
        raw: bytes = message.get("body", b"")
        return raw if 0 < len(raw) <= limit and not message.get("more_body") else None

    async def receive_again(self) -> Message:
        """ASGI's `receive`, as if nobody had called it."""
        if self._given is None:
            return await self._receive()
        message, self._given = self._given, None
        return message


def _usual_headers(scope: Scope) -> _Given | None:
    """By name; None where one stands twice, or where the ordinary way reads more than this one."""
    headers = scope["headers"]
    given = dict(headers)
    return given if len(given) == len(headers) and _UNUSUAL.isdisjoint(given) else None


def _shown(accepted: Accepted) -> tuple[int, Headers, bytes]:
    """The answer as Starlette's `Response` writes it."""
    body = accepted.answer.body
    headers = [(b"content-length", b"%d" % len(body)), _TYPE]
    if accepted.replayed:
        headers.insert(0, (b"idempotent-replayed", b"true"))
    return accepted.answer.status_code, headers, body


async def _refused(request: Request, error: GatewayError) -> tuple[int, Headers, bytes]:
    """As `routing` and the framework's handler refuse it."""
    try:
        if isinstance(error, BadRequest):
            error = await told_first(request, error)
    except GatewayError as other:
        error = other
    response = await handle_gateway_error(request, error)
    return response.status_code, response.raw_headers, bytes(response.body)
