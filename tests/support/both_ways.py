"""The API as a process in which every request for the short way goes both ways: `python -m
tests.support.both_ways`.

The ordinary way comes first, in a transaction that is rolled back, so that both find the same database; it has
limits of its own, which begin where the real ones stand. Then the request is answered as in production. Status,
headers and bytes are compared but for what is made anew each time: ids, times and what is left of a limit. The
file `BOTH_WAYS_REPORT` gets a line of JSON for each request: `route`, `lean` (whether the short way has
answered) and `difference` (null where there is none).
"""

import asyncio
import copy
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final
from unittest import mock

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import __main__ as api_main
from api.app import build_app
from api.http.lean import Lean
from gateway import runtime as runtime_module
from gateway.database.pool import _UNAVAILABLE, Connection, _unavailable, connect_arguments
from gateway.database.scope import Role, ScopedConnection, Tenant, set_tenant
from gateway.errors import GatewayError
from gateway.limits.limiter import Limiter
from gateway.runtime import Runtime, build_runtime
from gateway.settings import Settings

REPORT: Final = "BOTH_WAYS_REPORT"
_ROUTES: Final = (
    ("POST", re.compile(r"/api/v1/(orders|payments)")),
    ("GET", re.compile(r"/api/v1/(orders|payments)/[^/]+")),
)
_MADE_ANEW: Final = re.compile(rb"\b[a-z]+_[A-Za-z0-9]{16}\b|\d{4}-\d\d-\d\dT[0-9:.]+Z")
_REQUEST_ID: Final = re.compile(rb"\breq_[A-Za-z0-9]{16}\b")
_LEFT: Final = re.compile(rb"\d+")

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class RolledBack:
    """One connection, in a transaction of which nothing is kept."""

    def __init__(self, settings: Settings, role: Role) -> None:
        self._settings, self._role = settings, role
        self._connection: ScopedConnection | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def rehearsal(self) -> AsyncIterator[None]:
        arguments = connect_arguments(self._settings, self._role)
        if self._connection is None or self._connection.closed:
            self._connection = await ScopedConnection.connect(self._settings.database_url, **arguments)
        await self._connection.execute("BEGIN")
        try:
            yield
        finally:
            await self._connection.execute("ROLLBACK")
            self._connection.scope_is_known = False  # the tenant was set in what is gone

    @asynccontextmanager
    async def connection(self, tenant: Tenant | None) -> AsyncIterator[Connection]:
        connection = self._connection
        assert connection is not None
        refused: GatewayError | None = None
        try:
            async with self._turn:
                await set_tenant(connection, tenant)
                async with connection.transaction():  # a savepoint: what fails leaves the rest usable
                    try:
                        yield connection
                    except GatewayError as error:
                        refused = error
        except _UNAVAILABLE as error:
            raise _unavailable(error) from error
        finally:
            connection.scope_is_known = False
        if refused is not None:
            raise refused

    async def renew(self) -> None:
        raise AssertionError("the database of a test has no fail-over")

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()


class BothWays:
    """In place of the app's own stack."""

    def __init__(self, app: FastAPI, runtime: Runtime, report: Path) -> None:
        assert isinstance(app.middleware_stack, Lean)
        self._lean, self._report = app.middleware_stack, report
        self._fell_through = False
        ordinary = self._lean._app
        self._lean._app = self._noting(ordinary)
        with _rehearsing():
            self._rehearsal = build_runtime(runtime.settings, "api")
        self._rehearsal.requests._enabled = False
        self._limiter, self._own_limiter = runtime.limiter, self._rehearsal.limiter
        self._ordinary = build_app(self._rehearsal, is_lean=False)
        self._turn = asyncio.Lock()

    def _noting(self, ordinary: ASGIApp) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            self._fell_through = True
            await ordinary(scope, receive, send)

        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope.get("path", ""), scope.get("method")
        if any(method == of and pattern.fullmatch(path) for of, pattern in _ROUTES):
            async with self._turn:
                await self._compare(scope, receive, send)
        elif method in ("GET", "HEAD", "OPTIONS"):
            await self._lean(scope, receive, send)
        else:
            async with self._turn:  # nothing changes between the two ways but by the workers
                await self._lean(scope, receive, send)

    async def _compare(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        before = await self._rehearse(scope, messages)
        told: list[Message] = []

        async def keep(message: Message) -> None:
            told.append(copy.deepcopy(message))

        async def send_and_keep(message: Message) -> None:
            await keep(message)
            await send(message)

        self._fell_through = False
        await self._lean(scope, _replay(messages), send_and_keep)
        is_lean, answer = not self._fell_through, _answer_of(told)
        difference = _difference(scope, before, answer)
        for _ in range(3 if scope["method"] == "GET" else 0):  # a worker may have come between
            if difference is None:
                break
            told = []
            before = await self._rehearse(scope, messages)
            await self._lean({**scope, "state": {}}, _replay(messages), keep)
            difference = _difference(scope, before, _answer_of(told))
        shown = scope["path"] if scope["method"] == "POST" else scope["path"].rpartition("/")[0] + "/{id}"
        line = {"route": f"{scope['method']} {shown}", "lean": is_lean, "status": answer[0]}
        with self._report.open("a") as report:
            report.write(json.dumps(line | {"difference": difference}) + "\n")

    async def _rehearse(self, scope: Scope, messages: list[Message]) -> Answer:
        told: list[Message] = []

        async def keep(message: Message) -> None:
            told.append(message)

        self._own_limiter._buckets = {name: copy.copy(one) for name, one in self._limiter._buckets.items()}
        self._rehearsal.authenticator._cache.clear()
        database = self._rehearsal.database
        assert isinstance(database, RolledBack)
        async with database.rehearsal():
            own = {**scope, "headers": list(scope["headers"]), "state": {}}
            await self._ordinary(own, _replay(messages), keep)
        return _answer_of(told)


@contextmanager
def _rehearsing() -> Iterator[None]:
    def local_limiter(settings: Settings, logger: Any, *, in_lambda: bool) -> Limiter:
        return original(settings, logger, in_lambda=True)  # tells nobody what it counts

    original = runtime_module.build_limiter
    with (
        mock.patch.object(runtime_module, "PooledDatabase", RolledBack),
        mock.patch.object(runtime_module, "build_limiter", local_limiter),
    ):
        yield


def _replay(messages: list[Message]) -> Receive:
    waiting = [dict(message) for message in messages]

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    return receive


def _answer_of(told: list[Message]) -> Answer:
    if not told:
        return 0, [], b""
    body = b"".join(message.get("body", b"") for message in told[1:])
    return told[0]["status"], list(told[0]["headers"]), body


def _difference(scope: Scope, ordinary: Answer, lean: Answer) -> dict[str, Any] | None:
    expected, found = (_comparable(scope["method"], answer) for answer in (ordinary, lean))
    if expected == found:
        return None
    headers = [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]]
    return {"path": scope["path"], "headers": headers, "ordinary": repr(ordinary), "lean": repr(lean)}


def _comparable(method: str, answer: Answer) -> Answer:
    status, headers, body = answer
    shown = []
    for name, value in headers:
        if name == b"x-request-id":
            value = _REQUEST_ID.sub(b"*", value)
        elif name in (b"ratelimit", b"ratelimit-remaining", b"ratelimit-reset"):
            value = _LEFT.sub(b"*", value)
        shown.append((name, value))
    pattern = _MADE_ANEW if method == "POST" else _REQUEST_ID
    return status, shown, pattern.sub(b"*", body)


def _build_both(runtime: Runtime) -> FastAPI:
    app = build_app(runtime)
    app.middleware_stack = BothWays(app, runtime, Path(os.environ[REPORT]))
    return app


if __name__ == "__main__":
    with mock.patch.object(api_main, "build_app", _build_both):
        api_main.main()
