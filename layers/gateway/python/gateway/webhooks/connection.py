"""One HTTP/1.1 connection to a receiver: bytes out, a bounded answer in."""

import asyncio
from typing import Final

import httptools
import httpx

MOST_HEAD_BYTES: Final = 32_768
MOST_BODY_BYTES: Final = 65_536


class Connection(asyncio.Protocol):
    """One connection; one exchange at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[httpx.Response] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.idle_since = 0.0
        self.is_open = False
        self.has_answered = False

    # --- the socket's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's is no subclass of asyncio's
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.abort()  # an answer that nobody asked for
            return
        self.has_answered = True
        if not self._headers_complete:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail(httpx.RemoteProtocolError("the receiver switched protocols"))
        except httptools.HttpParserError as error:
            self._fail(httpx.RemoteProtocolError(f"not HTTP: {error}"))
        if not self._headers_complete and self._head_bytes > MOST_HEAD_BYTES:
            self._fail(httpx.RemoteProtocolError(f"headers of more than {MOST_HEAD_BYTES} bytes"))

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
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            return
        self._headers_complete = True
        names = {name.lower() for name, _ in self._headers}
        self._has_length = b"content-length" in names or b"transfer-encoding" in names

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) >= MOST_BODY_BYTES:
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
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._head_bytes = 0
        self._headers_complete = self._has_length = self._may_stay = self.has_answered = False
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
        content = bytes(self._body[:MOST_BODY_BYTES])
        response = httpx.Response(
            self._parser.get_status_code(), headers=headers, stream=httpx.ByteStream(content)
        )
        self._answer.set_result(response)

    def _fail(self, error: httpx.TransportError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.abort()
