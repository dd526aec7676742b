"""One HTTP/1.1 connection to a receiver: bytes out, a bounded answer in."""

import asyncio
from typing import Final, NamedTuple

import httptools
import httpx

MOST_HEAD_BYTES: Final = 32_768
MOST_HEADERS: Final = 128
MOST_BODY_BYTES: Final = 65_536
KEPT_BODY_BYTES: Final = 4_096

_BUFFER_BYTES: Final = 16_384
_FRAMING: Final = (b"content-length", b"transfer-encoding")
_RETRY_AFTER: Final = b"retry-after"
_READ_LENGTHS: Final = frozenset(map(len, (*_FRAMING, _RETRY_AFTER)))
"""A header of another length is none of those that are read: most are not looked at any further."""


class Answer(NamedTuple):
    """What is kept of a receiver's answer: up to 4 KiB of its body as it came, nothing ever decoded."""

    status: int
    body: bytes
    retry_after: bytes | None


class Connection(asyncio.BufferedProtocol):
    """One connection; one exchange at a time."""

    __slots__ = (
        *(
            "_answer",
            "_body",
            "_body_bytes",
            "_buffer",
            "_deadline",
            "_has_length",
            "_head_bytes",
            "_header_bytes",
        ),
        *("_headers", "_headers_complete", "_parser", "_retry_after", "_timer", "_transport"),
        *("has_answered", "idle_since", "is_open", "may_stay"),
    )

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        # Of our own: left alone, the loop reads 256 KiB at once, of hundreds of receivers.
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._answer: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.idle_since = 0.0
        self.is_open = False
        self._forget_answer()

    def _forget_answer(self) -> None:
        self._retry_after: bytes | None = None
        self._body = b""
        self._headers = self._head_bytes = self._header_bytes = self._body_bytes = 0
        self._headers_complete = self._has_length = self.may_stay = self.has_answered = False

    # --- the socket's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's is no subclass of asyncio's
        self.is_open = True

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._answer is None or self._answer.done():
            self.abort()  # an answer that nobody asked for
            return
        self.has_answered = True
        try:
            self._parser.feed_data(self._buffer[:nbytes])
        except httptools.HttpParserUpgrade:
            self._fail(httpx.RemoteProtocolError("the receiver switched protocols"))
        except httptools.HttpParserError as error:
            self._fail(httpx.RemoteProtocolError(f"not HTTP: {error}"))
        if not self._headers_complete:
            # What the parser holds of a header that has not ended yet is in no callback.
            self._head_bytes += nbytes
            self._refuse_big_head()

    def eof_received(self) -> None:
        """The other side has ended; connection_lost follows."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._close()
        if self._answer is None or self._answer.done():
            return
        if self._headers_complete and not self._has_length:
            self._succeed()  # a body that ends with the connection
        else:
            self._answer.set_exception(httpx.ReadError(str(exc or "the receiver closed the connection")))

    # --- the parser's side

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value)
        self._headers += 1
        if self._headers > MOST_HEADERS:
            self._header_bytes = MOST_HEAD_BYTES + 1  # tiny ones cost us far more than their bytes
        elif len(name) in _READ_LENGTHS:
            name = name.lower()
            if name in _FRAMING:
                self._has_length = True
            elif name == _RETRY_AFTER:
                self._retry_after = value if self._retry_after is None else self._retry_after + b", " + value

    def on_headers_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            return
        self._headers_complete = True
        self._refuse_big_head()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if len(self._body) < KEPT_BODY_BYTES:
            self._body += body[: KEPT_BODY_BYTES - len(self._body)]
        if self._body_bytes >= MOST_BODY_BYTES:
            self._succeed()
            self.abort()

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            self._headers, self._has_length, self._retry_after = 0, False, None
            return
        self.may_stay = self._parser.should_keep_alive()
        self._succeed()

    # --- the caller's side

    async def exchange(self, request: bytes, deadline: float) -> Answer:
        """Send these bytes; the answer. `may_stay` says whether the connection may be used again.

        `deadline` is in the loop's time: TimeoutError. A later exchange's is never earlier.
        """
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self._forget_answer()
        self._answer = loop.create_future()
        self._deadline = deadline
        if self._timer is None:
            self._timer = loop.call_at(deadline, self._look_at_the_clock)
        self._transport.write(request)
        try:
            answer = await self._answer
        except BaseException:
            self.abort()
            raise
        self._answer = None
        self.may_stay = self.may_stay and self.is_open
        return answer

    def _look_at_the_clock(self) -> None:
        """One timer for many exchanges, each of which has moved the deadline on: a timer of its own costs 5 µs."""
        self._timer = None
        if self._answer is None or self._answer.done():
            return
        loop = asyncio.get_running_loop()
        if loop.time() < self._deadline:
            self._timer = loop.call_at(self._deadline, self._look_at_the_clock)
        else:
            self._answer.set_exception(TimeoutError())
            self.abort()

    def abort(self) -> None:
        """Close without ceremony."""
        self._close()
        if self._transport is not None:
            self._transport.abort()

    def _close(self) -> None:
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _succeed(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._parser.get_status_code(), self._body, self._retry_after))

    def _refuse_big_head(self) -> None:
        if max(self._header_bytes, 0 if self._headers_complete else self._head_bytes) > MOST_HEAD_BYTES:
            self._fail(httpx.RemoteProtocolError("more headers than we read"))

    def _fail(self, error: httpx.TransportError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.abort()
