"""A merchant's receiver in a process of its own, which writes everything down: `python -m faults.receiver`.

Fast enough for thousands of webhooks a second. By the path it is asked for:

* `/ok/…` accepts,
* `/fail/20/…` answers 500 to one attempt in five, chosen by the event's id and the attempt's number; the
  fourth attempt at an event is accepted,
* `/first/2/…` answers 500 to the first two attempts at an event,
* `/switch/…` answers 500 until `POST /control/heal`.

Control: `POST /control/log` answers every arrival since the last time that was asked.
"""

import asyncio
import base64
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httptools
import uvloop

from tests.support.stack import ROOT

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_FAILED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno"


class _Book:
    def __init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.tries: Counter[tuple[str, str]] = Counter()
        self.is_healed = False

    def accepts(self, url: str, event: str) -> bool:
        self.tries[url, event] += 1
        number = self.tries[url, event]
        _, kind, *rest = url.split("/")
        if kind == "fail":
            return number >= 4 or zlib.crc32(f"{event}{number}".encode()) % 100 >= int(rest[0])
        if kind == "first":
            return number > int(rest[0])
        return kind != "switch" or self.is_healed


class _Connection(asyncio.Protocol):
    def __init__(self, book: _Book) -> None:
        self._book = book
        self._parser = httptools.HttpRequestParser(self)
        self._start()

    def _start(self) -> None:
        self._url, self._headers, self._body = b"", {}, b""  # type: bytes, dict[str, str], bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        url = self._url.decode()
        if url.startswith("/control/"):
            self._control(url)
        else:
            self._take(url)
        self._start()

    def _take(self, url: str) -> None:
        event = self._headers.get("webhook-id", "")
        accepted = self._book.accepts(url, event)
        kept = {name: text for name, text in self._headers.items() if name.startswith(("webhook-", "x-webhook-"))}
        self._book.log.append(
            {"at": time.time(), "url": url, "event": event, "accepted": accepted, "headers": kept,
             "body": base64.b64encode(self._body).decode()}
        )  # fmt: skip
        self._transport.write(_OK if accepted else _FAILED)

    def _control(self, url: str) -> None:
        content: Any = {}
        if url == "/control/heal":
            self._book.is_healed = True
        else:
            content, self._book.log = self._book.log, []
        body = json.dumps(content).encode()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@dataclass(frozen=True)
class Arrival:
    """One attempt as it came in. `at`: wall-clock seconds."""

    at: float
    url: str
    event: str
    accepted: bool
    headers: dict[str, str]
    body: bytes

    @cached_property
    def content(self) -> dict[str, Any]:
        """The body, parsed."""
        content: dict[str, Any] = json.loads(self.body)
        return content


class Receiver:
    """The runner's side of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._seen: list[Arrival] = []

    def url(self, path: str, port: int = 0) -> str:
        """Where a path is reached; `port` of a proxy before it."""
        return f"http://127.0.0.1:{port or self.port}{path}"

    def arrivals(self) -> list[Arrival]:
        """Everything until now, in the order of arrival."""
        for one in self._ask("log"):
            self._seen.append(Arrival(**one | {"body": base64.b64decode(one["body"])}))
        return list(self._seen)

    def accepted(self) -> dict[str, list[Arrival]]:
        """Event id → its accepted attempts."""
        found: dict[str, list[Arrival]] = {}
        for one in self.arrivals():
            if one.accepted:
                found.setdefault(one.event, []).append(one)
        return found

    def heal(self) -> None:
        """`/switch/` accepts from now on."""
        self._ask("heal")

    def _ask(self, what: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control/{what}", b"", timeout=30) as answer:
            return json.load(answer)


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """A running one."""
    command = [sys.executable, "-m", "faults.receiver"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Receiver(int(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


async def _main() -> None:
    loop = asyncio.get_running_loop()
    book = _Book()
    server = await loop.create_server(lambda: _Connection(book), "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_main())
