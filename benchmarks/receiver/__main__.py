"""The receiver process: prints its port, then answers 200 to every webhook until its stdin closes.

Control, on the same port: `POST /control/reset`, `GET /control/counts`, `GET /control/arrivals`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import time
from typing import cast

import httptools
import uvloop

from benchmarks.receiver.arrivals import Arrivals

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


class _Receiver(asyncio.Protocol):
    """One connection of the gateway's sender, or of the harness."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._start_message()

    def _start_message(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            assert self._transport is not None
            self._transport.close()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        now_ns = time.monotonic_ns()
        body = b"".join(self._body)
        assert self._transport is not None
        if self._url.startswith(b"/control/"):
            self._transport.write(_control(self._arrivals, self._url.decode(), body))
        else:
            self._transport.write(_OK)
            self._arrivals.record(body, self._headers, now_ns)
        self._start_message()


def _control(arrivals: Arrivals, url: str, body: bytes) -> bytes:
    content: object = {}
    if url == "/control/reset":
        arrivals.reset(**json.loads(body))
    elif url == "/control/counts":
        content = arrivals.counts
    elif url == "/control/arrivals":
        content = arrivals.by_payment
    payload = json.dumps(content).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    return head.encode() + payload


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    arrivals = Arrivals()
    first = await loop.create_server(lambda: _Receiver(arrivals), "127.0.0.1", 0)
    port = first.sockets[0].getsockname()[1]
    if socket.has_ipv6:
        # `localhost` may resolve to ::1 first; a refused try would be timed as the gateway's.
        with contextlib.suppress(OSError):  # IPv6 compiled in but switched off
            await loop.create_server(lambda: _Receiver(arrivals), "::1", port)
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_serve())
