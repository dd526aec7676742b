"""A receiver in a process of its own that counts: `python -m tests.webhooks.counting_receiver`.

Fast enough for thousands of webhooks a second. `/fail/20/…` answers 500 to one in five attempts, chosen by
the event's id and the attempt's number, so that each event gets through at last. Control: `POST /control`
answers `{event id: [wall-clock seconds of each arrival that was answered 2xx, …]}`.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import httptools
import uvloop

from tests.support.stack import ROOT

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_FAILED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno"


class _Book:
    def __init__(self) -> None:
        self.accepted: defaultdict[str, list[float]] = defaultdict(list)
        self.tries: Counter[str] = Counter()


class _Connection(asyncio.Protocol):
    def __init__(self, book: _Book) -> None:
        self._book = book
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._event = b"", ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name == b"webhook-id":
            self._event = value.decode()

    def on_message_complete(self) -> None:
        if self._url == b"/control":
            body = json.dumps(self._book.accepted).encode()
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            return
        self._book.tries[self._event] += 1
        if self._url.startswith(b"/fail/") and self._is_unlucky():
            self._transport.write(_FAILED)
            return
        self._book.accepted[self._event].append(time.time())
        self._transport.write(_OK)

    def _is_unlucky(self) -> bool:
        share = int(self._url.split(b"/")[2])
        number = self._book.tries[self._event]
        return number < 4 and zlib.crc32(f"{self._event}{number}".encode()) % 100 < share


async def _main() -> None:
    loop = asyncio.get_running_loop()
    book = _Book()
    server = await loop.create_server(lambda: _Connection(book), "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await loop.run_in_executor(None, sys.stdin.read)


class CountingReceiver:
    """The test's side of it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def accepted(self) -> dict[str, list[float]]:
        """Event id → when it was accepted, each time."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control", b"", timeout=30) as answer:
            found: dict[str, list[float]] = json.load(answer)
            return found


@contextmanager
def counting_receiver() -> Iterator[CountingReceiver]:
    """A running one."""
    command = [sys.executable, "-m", "tests.webhooks.counting_receiver"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield CountingReceiver(int(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    uvloop.run(_main())
