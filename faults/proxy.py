"""A TCP proxy that breaks: passes, cuts, delays, half-opens, drips. `python -m faults.proxy PORT…`.

Prints a port per target, then obeys lines on stdin: `<number of the target> <mode>`.

* `pass`: bytes go through.
* `cut`: open connections are reset, new ones too.
* `refuse`: open connections are reset, and nobody listens.
* `delay`: each piece is held back 200 ms, in both directions.
* `drip`: one byte per 2 ms.
* `half-open`: connections are accepted and kept, and nothing goes through; those that were open in that time
  stay dead afterwards, as when a firewall forgot them.
"""

import asyncio
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from tests.support.stack import ROOT

MODES: Final = ("pass", "cut", "refuse", "delay", "drip", "half-open")
_DELAY_SECONDS: Final = 0.2
_DRIP_SECONDS: Final = 0.002
_PIECE: Final = 65_536


class Proxy:
    """One listener and what goes through it."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._mode = "pass"
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._dead: set[asyncio.StreamWriter] = set()

    async def listen(self) -> int:
        """The port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self._port

    async def set_mode(self, mode: str) -> None:
        """From now on, for open connections as well."""
        self._mode = mode
        if mode == "refuse" and self._server is not None:
            self._server.close()
            self._server = None
        elif mode != "refuse" and self._server is None:
            await self.listen()
        if mode == "half-open":
            self._dead |= self._open
        if mode in ("cut", "refuse"):
            for writer in list(self._open):
                _reset(writer)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "cut":
            _reset(writer)
            return
        self._open.add(writer)
        if self._mode == "half-open":
            self._dead.add(writer)
        try:
            await self._carry_both(reader, writer)
        finally:
            self._open.discard(writer)
            self._dead.discard(writer)
            writer.close()

    async def _carry_both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                there = asyncio.create_task(self._carry(reader, far_writer, writer))
                back = asyncio.create_task(self._carry(far_reader, writer, writer))
                await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
                there.cancel()
                back.cancel()
                await asyncio.gather(there, back, return_exceptions=True)
            finally:
                far_writer.close()

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        while piece := await source.read(_PIECE):
            if client in self._dead:
                continue  # read, acknowledged, gone
            if self._mode == "delay":
                await asyncio.sleep(_DELAY_SECONDS)
            if self._mode == "drip":
                piece = await self._drip(piece, sink)
            sink.write(piece)
            await sink.drain()

    async def _drip(self, piece: bytes, sink: asyncio.StreamWriter) -> bytes:
        """Sends drops while the tap drips; returns what is left of the piece then."""
        while piece and self._mode == "drip":
            sink.write(piece[:1])
            await sink.drain()
            piece = piece[1:]
            await asyncio.sleep(_DRIP_SECONDS)
        return piece


def _reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Proxies:
    """The runner's side: ports by name, and the switch."""

    def __init__(self, process: subprocess.Popen[str], names: Sequence[str]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._stdin, self._names = process.stdin, list(names)
        self.ports = {name: int(process.stdout.readline()) for name in names}

    def switch(self, name: str, mode: str) -> None:
        """Set the mode of one of them."""
        assert mode in MODES
        self._stdin.write(f"{self._names.index(name)} {mode}\n")
        self._stdin.flush()


@contextmanager
def proxies(targets: dict[str, int]) -> Iterator[Proxies]:
    """Proxies before these ports, in a process of their own."""
    command = [sys.executable, "-m", "faults.proxy", *map(str, targets.values())]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield Proxies(process, list(targets))
    finally:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


async def _main(targets: list[int]) -> None:
    made = [Proxy(target) for target in targets]
    for proxy in made:
        print(await proxy.listen(), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        number, mode = line.split()
        await made[int(number)].set_mode(mode)
    os._exit(0)  # what is still open is cut off


if __name__ == "__main__":
    asyncio.run(_main([int(port) for port in sys.argv[1:]]))
