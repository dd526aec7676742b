"""Two receivers that take up a sender's time: one never answers, one drips an answer, a byte every second.

Prints their two ports, and serves until its stdin closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads until the sender gives up, and says nothing."""
    with contextlib.suppress(OSError):
        while await reader.read(65_536):
            pass
    writer.close()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte a second of an answer of hours, until the sender gives up."""
    with contextlib.suppress(OSError):
        await reader.read(65_536)
        writer.write(_HEAD)
        while not reader.at_eof() and not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await reader.read(65_536)
    writer.close()


async def _serve() -> None:
    servers = [await asyncio.start_server(serve, "127.0.0.1", 0) for serve in (_hang, _drip)]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
