"""httpx's transport for webhooks: HTTP/1.1 over connections that go only to checked addresses.

Written for strangers at the other end. A new connection resolves the name once, through the guard, and
goes to an address of that answer, while `Host` and the TLS name stay those of the URL. What is read is
bounded: 32 KiB of headers, 64 KiB of body; an answer is never decompressed. Connections are kept for a
few seconds, since a TLS handshake costs as much as ten requests. The caller sets the deadline.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import httptools
import httpx

MOST_HEAD_BYTES: Final = 32_768
MOST_BODY_BYTES: Final = 65_536

_IDLE_SECONDS: Final = 4.0  # Node closes after 5 s: a request must not meet a connection that is closing
_MOST_IDLE: Final = 256
_ADDRESSES_TRIED: Final = 3

Key = tuple[str, str, int, str]
Resolve = Callable[[Key], Awaitable[Sequence[str]]]


class _Connection(asyncio.Protocol):
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


class PinnedTransport(httpx.AsyncBaseTransport):
    """Connections of one process, kept by target. `resolve` gives the addresses that may be connected to.

    A request must carry `extensions["key"]`: scheme, host, port and mode of its target.
    """

    def __init__(self, resolve: Resolve, context: ssl.SSLContext) -> None:
        self._resolve = resolve
        self._context = context
        self._idle: dict[Key, list[_Connection]] = {}
        self._idle_count = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        key: Key = request.extensions["key"]
        content = encode_request(request)
        kept = self._take(key)
        if kept is not None:
            try:
                return await self._exchange(key, kept, content)
            except httpx.ReadError:
                if kept.has_answered:
                    raise
                # It was closed while it waited: this request was not seen, a fresh connection is the remedy.
        return await self._exchange(key, await self._connect(key), content)

    async def _exchange(self, key: Key, connection: _Connection, content: bytes) -> httpx.Response:
        response, may_stay = await connection.exchange(content)
        if may_stay and self._idle_count < _MOST_IDLE:
            connection.idle_since = time.monotonic()
            self._idle.setdefault(key, []).append(connection)
            self._idle_count += 1
        else:
            connection.abort()
        return response

    def _take(self, key: Key) -> _Connection | None:
        """The connection that was used last, if one is open and young enough."""
        kept = self._idle.get(key)
        while kept:
            connection = kept.pop()
            self._idle_count -= 1
            if connection.is_open and time.monotonic() - connection.idle_since < _IDLE_SECONDS:
                return connection
            connection.abort()
        self._idle.pop(key, None)
        return None

    async def _connect(self, key: Key) -> _Connection:
        scheme, host, port, _ = key
        loop = asyncio.get_running_loop()
        addresses = await self._resolve(key)
        error: Exception = OSError("the name has no address")
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                _, connection = await loop.create_connection(
                    _Connection,
                    address,
                    port,
                    ssl=self._context if scheme == "https" else None,
                    server_hostname=host if scheme == "https" else None,
                )
            except ssl.SSLError as failure:
                raise TlsError(failure.reason or str(failure)) from failure
            except OSError as failure:
                error = failure
            else:
                return connection
        raise httpx.ConnectError(str(error)) from error

    async def sweep(self) -> None:
        """Close what has been idle for too long."""
        for key in list(self._idle):
            young = [one for one in self._idle[key] if time.monotonic() - one.idle_since < _IDLE_SECONDS]
            for connection in set(self._idle[key]) - set(young):
                connection.abort()
            self._idle_count -= len(self._idle[key]) - len(young)
            if young:
                self._idle[key] = young
            else:
                del self._idle[key]

    async def aclose(self) -> None:
        for kept in self._idle.values():
            for connection in kept:
                connection.abort()
        self._idle.clear()
        self._idle_count = 0


class TlsError(httpx.ConnectError):
    """The handshake failed, or the certificate is not for this name."""


def encode_request(request: httpx.Request) -> bytes:
    """The request's bytes. Headers were checked when they were saved: no line breaks in them."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    lines += [b"%s: %s" % pair for pair in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.read()
