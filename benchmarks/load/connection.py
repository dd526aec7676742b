"""One keep-alive HTTP/1.1 connection with one request in flight, as cheap as Python allows.

A general HTTP client costs more CPU per request than the gateway under test, and both share two cores;
so the generator writes prepared bytes and lets httptools (C) parse the answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: its status code and whole body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Address:
    """Where the gateway listens."""

    host: str
    port: int

    @classmethod
    def of(cls, base_url: str) -> Address:
        """Host and port of an `http://` URL; TLS is out of scope here and raises ValueError."""
        parts = urlsplit(base_url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"an http:// URL is needed, not {base_url!r}")
        return cls(parts.hostname, parts.port or 80)


def encode_request(method: str, address: Address, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """The exact bytes of one request, head and body in one write (two would wake the server twice)."""
    head = [f"{method} {path} HTTP/1.1", f"Host: {address.host}:{address.port}"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


class _Wire(asyncio.Protocol):
    """Parses answers off one socket; `answer` is resolved when a message is complete."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"unreadable answer: {error}"))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), b"".join(self._body))
        self._body = []
        if not self._parser.should_keep_alive():
            self.close()
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._fail(exc or ConnectionResetError("the server closed the connection"))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()
            self.transport = None

    def _fail(self, error: Exception) -> None:
        self.close()
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(error)


class Connection:
    """A connection that opens at first use and again after the server closed it."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._wire = _Wire()

    async def exchange(self, request: bytes) -> Answer:
        """Send prepared bytes and return the answer; raises OSError when the server cuts or refuses."""
        loop = asyncio.get_running_loop()
        if self._wire.transport is None:
            self._wire = _Wire()
            await loop.create_connection(lambda: self._wire, self._address.host, self._address.port)
        wire = self._wire
        wire.answer = loop.create_future()
        assert wire.transport is not None
        wire.transport.write(request)
        try:
            return await wire.answer
        except asyncio.CancelledError:
            wire.close()  # its answer would otherwise be taken for the next request's
            raise

    def close(self) -> None:
        """Close the socket; the next exchange opens another."""
        self._wire.close()
