"""What all fakes share: an HTTP server that can lose, cut and twist, and a second door for the test.

The server speaks HTTP/1.1 by h11 over plain sockets, since a framework cannot drop a connection in the middle.
A fake says which operation a request is (`operation_of`) and answers it (`answer`), with its effect on the
books. In front of it stands `Switches`: each fault is for the next call, or the next `times` calls, of one
operation.

Under `/_fake/` a test, or another process, plays everybody else: `POST /_fake/faults`, `GET /_fake/books`, `GET
/_fake/requests`, `POST /_fake/act` (the shopper, the processor's own dashboard, its clock), `GET /_fake/events`
and `POST /_fake/signed` (what the processor would tell; the test carries it).
"""

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import h11

from tests.processors.fakes.exchange import FakePage, FakeReply, FakeRequest, as_json, next_request
from tests.processors.fakes.faults import BEFORE, Fault, FaultKind


class Fake(ABC):
    """Base of all fakes. `requests` keeps every call to the API: operation, request, status of the answer."""

    name = "fake"

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.requests: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        """What the processor would tell by webhook, in the order in which it happened; the test carries it."""
        self._meanwhile: list[tuple[str, str, dict[str, Any]]] = []
        self.delay_seconds = 0.0
        """Before every answer: how slow this processor is."""
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    # --- what a fake adds

    @abstractmethod
    def operation_of(self, request: FakeRequest) -> str:
        """The name of the call: `prepare`, `capture`, `refund`, `look_up` … as the fault switches use it."""

    @abstractmethod
    def answer(self, request: FakeRequest) -> FakeReply:
        """Do it, in the books, and say what came of it."""

    def page(self, request: FakeRequest) -> FakePage | None:
        """What its scripts and frames ask for in a shopper's browser; None: it is a call of the API."""
        return None

    def conflict(self) -> FakeReply:
        """What this processor says while the same call is under way."""
        return FakeReply(409, {"error": {"code": "CONFLICT", "message": "a request with this key is in progress"}})

    def refused_key(self) -> FakeReply:
        """What it says to a wrong secret."""
        return FakeReply(401, {"error": {"code": "UNAUTHORIZED", "message": "Authentication failed"}})

    def too_many(self) -> FakeReply:
        """What it says when it is asked too often: come again in a second."""
        body = {"error": {"code": "RATE_LIMIT", "message": "too many"}}
        return FakeReply(429, body, {"retry-after": "1"})

    def twisted(self, body: Any, kind: FaultKind) -> Any:
        """`body` with another amount, currency, mode or an enum value that nobody knows."""
        raise NotImplementedError  # a fake of a test that has no use for it leaves it out

    def books(self) -> dict[str, Any]:
        """What was really taken, held and paid back, in minor units, by *our* payment id."""
        raise NotImplementedError  # a fake of a test that has no use for it leaves it out

    def signed(self, event: dict[str, Any], secret: str, at: int) -> tuple[dict[str, str], bytes]:
        """An event as the processor sends it: headers, with a signature made at `at` (seconds), and body."""
        raise NotImplementedError  # a fake of a test that has no use for it leaves it out

    def remember(self, request: FakeRequest, reply: FakeReply) -> None:  # noqa: B027 - most keep nothing
        """This call was answered otherwise than `answer` said: what a repeat with the same key is to be told."""

    def act(self, what: str, **arguments: Any) -> Any:
        """Play the shopper, the processor's dashboard, or time: `self.do_<what>(**arguments)`."""
        return getattr(self, f"do_{what}")(**arguments)

    # --- the server

    async def start(self, port: int = 0) -> int:
        """Listen on loopback; returns the port."""
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.close()
        self._server = None

    def fail(self, kind: FaultKind, operation: str = "*", *, times: int = 1, seconds: float = 0.0) -> None:
        """Have the next `times` calls of an operation go wrong."""
        self.faults.append(Fault(kind, operation, times, seconds))

    def meanwhile(self, operation: str, what: str, **arguments: Any) -> None:
        """Have an act happen when the next call of an operation was done, before its answer arrives."""
        self._meanwhile.append((operation, what, arguments))

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with contextlib.suppress(ConnectionError, h11.RemoteProtocolError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER)
        while True:
            request = await next_request(http, reader)
            if request is None:
                return
            outcome = await self._handle(request)
            if outcome is None:
                return
            status, body, headers, cut = outcome
            names = [("content-length", str(len(body))), *headers.items()]
            writer.write(http.send(h11.Response(status_code=status, headers=names)) or b"")
            if cut:
                writer.write(body[: len(body) // 2])
                await writer.drain()
                return
            writer.write(http.send(h11.Data(data=body)) or b"")
            writer.write(http.send(h11.EndOfMessage()) or b"")
            await writer.drain()
            if http.our_state is h11.MUST_CLOSE:
                return
            http.start_next_cycle()

    async def _handle(self, request: FakeRequest) -> tuple[int, bytes, dict[str, str], bool] | None:
        if request.path.startswith("/_fake/"):
            return (*as_json(self._control(request)), False)
        if (page := self.page(request)) is not None:
            return page.status, page.body, {"content-type": page.content_type} | page.headers, False
        operation = self.operation_of(request)
        entry: dict[str, Any] = {
            "operation": operation,
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "fields": request.fields,
            "headers": {k: v for k, v in request.headers.items() if k != "authorization"},
            "body": request.body.decode("utf-8", "replace"),
            "status": None,
            "answer": None,
        }
        self.requests.append(entry)
        fault = self._take_fault(operation)
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        outcome = await self._with_fault(request, fault)
        if outcome is not None:
            entry |= {"status": outcome[0], "answer": outcome[1].decode("utf-8", "replace")}
        return outcome

    async def _with_fault(
        self, request: FakeRequest, fault: Fault | None
    ) -> tuple[int, bytes, dict[str, str], bool] | None:
        kind = fault.kind if fault else None
        if kind == "lose_request":
            return None
        if kind == "silent":
            await asyncio.sleep(fault.seconds if fault else 0)
            return None
        if kind in BEFORE:
            status, body, content_type = BEFORE[kind]
            return status, body, {"content-type": content_type}, False
        if kind == "conflict":
            return (*as_json(self.conflict()), False)
        if kind == "refused_key":
            return (*as_json(self.refused_key()), False)
        if kind == "too_many":
            return (*as_json(self.too_many()), False)
        operation = self.operation_of(request)
        reply = self.answer(request)
        for waiting in [one for one in self._meanwhile if one[0] == operation]:
            self._meanwhile.remove(waiting)
            self.act(waiting[1], **waiting[2])
        return await self._after_effect(request, reply, fault)

    async def _after_effect(
        self, request: FakeRequest, reply: FakeReply, fault: Fault | None
    ) -> tuple[int, bytes, dict[str, str], bool] | None:
        kind = fault.kind if fault else None
        if kind == "lose_answer":
            return None
        if kind == "error_after":
            status, body, content_type = BEFORE["error_before"]
            self.remember(request, FakeReply(status, json.loads(body)))
            return status, body, {"content-type": content_type}, False
        if kind == "slow":
            await asyncio.sleep(fault.seconds if fault else 0)
        if kind == "empty":
            return 200, b"", {"content-type": "application/json"}, False
        if kind == "unknown_field" and isinstance(reply.body, dict):
            reply.body = {**reply.body, "a_field_of_tomorrow": {"nested": [1, None, "x"]}}
        if kind in ("unknown_value", "other_amount", "other_currency", "other_mode"):
            reply.body = self.twisted(reply.body, kind)
        return (*as_json(reply), kind == "cut")

    def _take_fault(self, operation: str) -> Fault | None:
        for fault in self.faults:
            if fault.operation in ("*", operation):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def _control(self, request: FakeRequest) -> FakeReply:
        """The second door, for tests and other processes."""
        fields = dict(request.fields)
        what = request.path.removeprefix("/_fake/")
        doors: dict[str, Callable[[], Any]] = {
            "faults": lambda: self.fail(**fields),
            "meanwhile": lambda: self.meanwhile(**fields),
            "clear": self.mend,
            "forget": self._forget,
            "delay": lambda: setattr(self, "delay_seconds", float(fields["seconds"])),
            "books": lambda: self._books_of(request.query.get("payment_id")),
            "requests": lambda: self.requests,
            "events": lambda: self.events[int(request.query.get("after", 0)) :],
            "act": lambda: self.act(**fields),
            "signed": lambda: self._signed(fields),
        }
        if what not in doors:
            return FakeReply(404, {})
        answer = doors[what]()
        return FakeReply(200, {} if answer is None else answer)

    def begin_anew(self) -> None:
        """As if nothing had ever been asked of it: another account's. It goes on listening."""
        fresh = vars(type(self)())
        vars(self).update({name: value for name, value in fresh.items() if name not in ("_server", "_open")})

    def mend(self) -> None:
        """No fault waits any more."""
        self.faults.clear()
        self._meanwhile.clear()

    def _books_of(self, payment_id: str | None) -> dict[str, Any]:
        """Of one payment, if it is named."""
        books = self.books()
        return books if payment_id is None else {payment_id: books[payment_id]} if payment_id in books else {}

    def _forget(self) -> None:
        """The log; objects and books stay."""
        self.requests.clear()
        self.events.clear()

    def _signed(self, fields: dict[str, Any]) -> dict[str, Any]:
        headers, body = self.signed(**fields)
        return {"headers": headers, "body": body.decode()}
