"""Receivers that misbehave, each on a real socket: what a sender meets in the wild."""

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from tests.support.stack import ROOT

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

FOREVER: Final = 3600
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-l")
    )
    return head + await reader.readexactly(length)


def answering(*chunks: bytes, pause: float = 0, close: bool = False) -> Serve:
    """Reads the request, then sends these with a pause between."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            for chunk in chunks:
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(pause)
            if close:
                return

    return serve


def with_status(code: int, *headers: str) -> Serve:
    lines = [f"HTTP/1.1 {code} Status", "Content-Length: 2", *headers]
    return answering("\r\n".join(lines).encode() + b"\r\n\r\nno")


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing."""
    await read_request(reader)
    await asyncio.sleep(FOREVER)


async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts, and does not even read."""
    await asyncio.sleep(FOREVER)


def dripping(head: bytes, drop: bytes) -> Serve:
    """One drop every 50 ms, for ever."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.05)

    return serve


def flooding(head: bytes, chunk: bytes) -> Serve:
    """As fast as it can, for ever."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head)
        while True:
            writer.write(chunk)
            await writer.drain()

    return serve


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """RST in the middle of the request's answer."""
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    await writer.drain()
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Closes without a word."""
    await read_request(reader)


def gzip_bomb() -> bytes:
    """100 MB of zeros, in 100 kB, served with its length."""
    body = gzip.compress(bytes(100_000_000), 9)
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


CHUNKED: Final = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK: Final = b"1000\r\n" + b"x" * 4096 + b"\r\n"
BIG_HEADERS: Final = b"HTTP/1.1 200 OK\r\n" + b"X-Filler: " + b"x" * 100_000 + b"\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def serving(serve: Serve, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The receiver on a free port; its connections end with it."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=2)


ANIMALS: Final[dict[str, Callable[[], Serve]]] = {
    "hang": lambda: hang,
    "drip": lambda: dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
    "endless": lambda: flooding(CHUNKED, CHUNK),
    "huge": lambda: flooding(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", b"x" * 65_536),
    "bomb": lambda: answering(gzip_bomb()),
    "headers": lambda: answering(BIG_HEADERS),
    "header-flood": lambda: flooding(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 1000),
}


async def _main(names: list[str]) -> None:
    async with contextlib.AsyncExitStack() as stack:
        ports = {name: await stack.enter_async_context(serving(ANIMALS[name]())) for name in names}
        print(json.dumps(ports), flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def in_a_process(*names: str) -> Iterator[dict[str, int]]:
    """These receivers in a process of their own, so that what they cost is not the sender's: name → port."""
    command = [sys.executable, "-m", "tests.webhooks.zoo", *names]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
