"""The transport of webhooks: HTTP/1.1 over connections that go only to checked addresses.

Written for strangers at the other end. A new connection resolves the name once, through the guard, and
goes to an address of that answer, while `Host` and the TLS name stay those of the URL. What is read is
bounded: 32 KiB of headers, 64 KiB of body, of which 4 KiB are kept; nothing is ever decompressed.
Connections are kept for a few seconds, since a TLS handshake costs as much as ten requests.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

import httpx

from gateway.webhooks.sender.connection import Answer, Connection

_IDLE_SECONDS: Final = 4.0  # Node closes after 5 s: a request must not meet a connection that is closing
MOST_IDLE: Final = 256
"""Connections of one process that are kept for a next attempt."""

_ADDRESSES_TRIED: Final = 3

Key = tuple[str, str, int, str]
Resolve = Callable[[Key], Awaitable[Sequence[str]]]


class Request(NamedTuple):
    """One request's bytes, head included, to a target; `deadline` is in the loop's time, connecting included."""

    key: Key
    content: bytes
    deadline: float


class PinnedTransport:
    """Connections of one process, kept by target. `resolve` gives the addresses that may be connected to.

    One request is sent once: where a kept connection ends without an answer nobody knows whether the receiver has
    seen the request, so that a second sending is the caller's to decide, and to write down (`StaleConnection`).
    """

    def __init__(self, resolve: Resolve, context: ssl.SSLContext, most_idle: int = MOST_IDLE) -> None:
        self._resolve = resolve
        self._context = context
        self._most_idle = most_idle
        self._idle: dict[Key, list[Connection]] = {}
        self._idle_count = 0
        self._timer: asyncio.TimerHandle | None = None

    async def handle_async_request(self, request: Request) -> Answer:
        """Send it once. Raises `httpx.TransportError`, what resolving raises, and TimeoutError at the deadline."""
        kept = self._take(request.key)
        if kept is None:
            async with asyncio.timeout_at(request.deadline):
                connection = await self._connect(request.key)
            return await self._exchange(connection, request)
        try:
            return await self._exchange(kept, request)
        except httpx.ReadError as error:
            if kept.has_answered:
                raise
            self._drop(request.key)  # what ended this one, such as a restart, has ended the others
            raise StaleConnection("a kept connection ended before the receiver answered") from error

    async def _exchange(self, connection: Connection, request: Request) -> Answer:
        answer = await connection.exchange(request.content, request.deadline)
        if connection.may_stay and self._idle_count < self._most_idle:
            connection.idle_since = time.monotonic()
            self._idle.setdefault(request.key, []).append(connection)
            self._idle_count += 1
            self._watch()
        else:
            connection.abort()
        return answer

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
