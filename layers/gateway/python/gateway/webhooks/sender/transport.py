"""httpx's transport for webhooks: HTTP/1.1 over connections that go only to checked addresses.

Written for strangers at the other end. A new connection resolves the name once, through the guard, and
goes to an address of that answer, while `Host` and the TLS name stay those of the URL. What is read is
bounded: 32 KiB of headers, 64 KiB of body, of which 4 KiB are kept; nothing is ever decompressed.
Connections are kept for a few seconds, since a TLS handshake costs as much as ten requests. The caller
sets the deadline.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import httpx

from gateway.webhooks.sender.connection import Connection

_IDLE_SECONDS: Final = 4.0  # Node closes after 5 s: a request must not meet a connection that is closing
MOST_IDLE: Final = 256
"""Connections of one process that are kept for a next attempt."""

_ADDRESSES_TRIED: Final = 3

Key = tuple[str, str, int, str]
Resolve = Callable[[Key], Awaitable[Sequence[str]]]


class PinnedTransport(httpx.AsyncBaseTransport):
    """Connections of one process, kept by target. `resolve` gives the addresses that may be connected to.

    One request is sent once: where a kept connection ends without an answer nobody knows whether the receiver has
    seen the request, so that a second sending is the caller's to decide, and to write down (`StaleConnection`).

    A request must carry `extensions["key"]`: scheme, host, port and mode of its target.
    """

    def __init__(self, resolve: Resolve, context: ssl.SSLContext, most_idle: int = MOST_IDLE) -> None:
        self._resolve = resolve
        self._context = context
        self._most_idle = most_idle
        self._idle: dict[Key, list[Connection]] = {}
        self._idle_count = 0
        self._timer: asyncio.TimerHandle | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        key: Key = request.extensions["key"]
        content = encode_request(request)
        kept = self._take(key)
        if kept is None:
            return await self._exchange(key, await self._connect(key), content)
        try:
            return await self._exchange(key, kept, content)
        except httpx.ReadError as error:
            if kept.has_answered:
                raise
            self._drop(key)  # what ended this one, such as a restart, has ended the others
            raise StaleConnection("a kept connection ended before the receiver answered") from error

    async def _exchange(self, key: Key, connection: Connection, content: bytes) -> httpx.Response:
        response, may_stay = await connection.exchange(content)
        if may_stay and self._idle_count < self._most_idle:
            connection.idle_since = time.monotonic()
            self._idle.setdefault(key, []).append(connection)
            self._idle_count += 1
            self._watch()
        else:
            connection.abort()
        return response

    def _take(self, key: Key) -> Connection | None:
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

    def _drop(self, key: Key) -> None:
        """Close what is kept for this target."""
        for connection in self._idle.pop(key, []):
            connection.abort()
            self._idle_count -= 1

    async def _connect(self, key: Key) -> Connection:
        scheme, host, port, _ = key
        loop = asyncio.get_running_loop()
        addresses = await self._resolve(key)
        error: Exception = OSError("the name has no address")
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                _, connection = await loop.create_connection(
                    Connection,
                    address,
                    port,
                    ssl=self._context if scheme == "https" else None,
                    server_hostname=host if scheme == "https" else None,
                )
            except ssl.SSLError as failure:
                raise TlsError(failure.reason or str(failure)) from failure
            except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError) as failure:
                if scheme == "https":
                    raise TlsError("the receiver ended the handshake") from failure
                error = failure
            except OSError as failure:
                error = failure
            else:
                return connection
        raise httpx.ConnectError(str(error) or type(error).__name__) from error

    def _close_old(self) -> None:
        """Close what has been idle for too long; look again while there is any left."""
        oldest = time.monotonic() - _IDLE_SECONDS
        for key, kept in list(self._idle.items()):
            for connection in [one for one in kept if one.idle_since <= oldest or not one.is_open]:
                connection.abort()
                kept.remove(connection)
                self._idle_count -= 1
            if not kept:
                del self._idle[key]
        self._timer = None
        self._watch()

    def _watch(self) -> None:
        if self._timer is None and self._idle:
            self._timer = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._close_old)

    async def aclose(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for kept in self._idle.values():
            for connection in kept:
                connection.abort()
        self._idle.clear()
        self._idle_count = 0


class StaleConnection(httpx.ReadError):
    """A connection kept from before ended without an answer."""


class TlsError(httpx.ConnectError):
    """The handshake failed, or the certificate is not for this name."""


def encode_request(request: httpx.Request) -> bytes:
    """The request's bytes. Headers were checked when they were saved: no line breaks in them."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    lines += [b"%s: %s" % pair for pair in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.read()
