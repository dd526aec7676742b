"""One HTTP/1.1 connection to a receiver: bytes out, a bounded answer in."""

import asyncio
from typing import Final

import httptools
import httpx

MOST_HEAD_BYTES: Final = 32_768
MOST_HEADERS: Final = 128
MOST_BODY_BYTES: Final = 65_536
KEPT_BODY_BYTES: Final = 4_096

_BUFFER_BYTES: Final = 16_384


class Connection(asyncio.BufferedProtocol):
    """One connection; one exchange at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        # Of our own: left alone, the loop reads 256 KiB at once, of hundreds of receivers.
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._answer: asyncio.Future[httpx.Response] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.idle_since = 0.0
        self.is_open = False
        self.has_answered = False
        self._forget_answer()

    def _forget_answer(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""
        self._head_bytes = self._header_bytes = self._body_bytes = 0
        self._headers_complete = self._has_length = self._may_stay = self.has_answered = False

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
        self.is_open = False
        if self._answer is None or self._answer.done():
            return
        if self._headers_complete and not self._has_length:
            self._succeed()  # a body that ends with the connection
        else:
            self._answer.set_exception(httpx.ReadError(str(exc or "the receiver closed the connection")))

    # --- the parser's side

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_bytes += len(name) + len(value)
        if len(self._headers) < MOST_HEADERS:
            self._headers.append((name, value))
        else:
            self._header_bytes = MOST_HEAD_BYTES + 1  # tiny ones cost us far more than their bytes

    def on_headers_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            return
        self._headers_complete = True
        self._refuse_big_head()
        names = {name.lower() for name, _ in self._headers}
        self._has_length = b"content-length" in names or b"transfer-encoding" in names

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if len(self._body) < KEPT_BODY_BYTES:
            self._body += body[: KEPT_BODY_BYTES - len(self._body)]
        if self._body_bytes >= MOST_BODY_BYTES:
            self._succeed()
            self.abort()

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            self._headers.clear()
            return
        self._may_stay = self._parser.should_keep_alive()
        self._succeed()

    # --- the caller's side

    async def exchange(self, request: bytes) -> tuple[httpx.Response, bool]:
        """Send these bytes; the answer, and whether the connection may be used again."""
        assert self._transport is not None
        self._forget_answer()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            response = await self._answer
        except BaseException:
            self.abort()
            raise
        self._answer = None
        return response, self._may_stay and self.is_open

    def abort(self) -> None:
        """Close without ceremony."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def _succeed(self) -> None:
        if self._answer is None or self._answer.done():
            return
        # Nobody decodes it: httpx would, trusting the header.
        headers = [pair for pair in self._headers if pair[0].lower() != b"content-encoding"]
        response = httpx.Response(
            self._parser.get_status_code(), headers=headers, stream=httpx.ByteStream(self._body)
        )
        self._answer.set_result(response)

    def _refuse_big_head(self) -> None:
        if max(self._header_bytes, 0 if self._headers_complete else self._head_bytes) > MOST_HEAD_BYTES:
            self._fail(httpx.RemoteProtocolError("more headers than we read"))

    def _fail(self, error: httpx.TransportError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.abort()
