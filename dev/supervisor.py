"""All children of `make dev`: started in order, stopped in the right order and in time."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from dev.child import Child
from dev.console import Console
from dev.errors import DevError
from dev.leftovers import forget, remember
from dev.program import Program

# All must have ended 10 s after Ctrl-C. The processes get the most, as they finish payments and deliveries in
# flight; what they do not finish is in Postgres and is taken up at the next start.
_TOTAL_SECONDS = 9.5
_PROCESS_SECONDS = 7.0
_REDIS_SECONDS = 1.0
_POLL_SECONDS = 0.05
_START_DEATHS = 4


class Supervisor:
    """Keeps programs running. Servers (Postgres, Redis) outlive the processes that need them."""

    def __init__(self, console: Console, folder: Path, root: Path) -> None:
        """`folder` is the data folder, which gets the logs; programs run in `root`."""
        self.force = asyncio.Event()
        self._console = console
        self._folder = folder
        self._root = root
        self._servers: list[Child] = []
        self._processes: list[Child] = []

    async def start_server(self, program: Program, ready: Callable[[int], bool], seconds: float = 60.0) -> None:
        """Start a server and wait until it answers. Raises DevError with its last words when it does not."""
        child = self._child(program)
        self._servers.append(child)
        await child.start()
        deadline = time.monotonic() + seconds
        while not (child.pid and await asyncio.to_thread(ready, child.pid)):
            if child.deaths >= _START_DEATHS or time.monotonic() > deadline:
                raise DevError(f"{program.name} does not start: {_last_words(child)}")
            await asyncio.sleep(_POLL_SECONDS)

    async def start(self, program: Program) -> None:
        """Start a process of the product."""
        child = self._child(program)
        self._processes.append(child)
        await child.start()

    def pids(self) -> dict[str, int]:
        """What runs now."""
        children = (*self._servers, *self._processes)
        return {child.program.name: child.pid for child in children if child.pid is not None}

    async def stop(self) -> None:
        """The processes first, all at once; then the servers, the last started last. At most 10 s."""
        deadline = time.monotonic() + _TOTAL_SECONDS
        await asyncio.gather(*(self._end(child, _PROCESS_SECONDS) for child in self._processes))
        for server in reversed(self._servers):
            last = server is self._servers[0]
            await self._end(server, deadline - time.monotonic() if last else _REDIS_SECONDS)
        self._processes, self._servers = [], []
        forget(self._folder)

    async def _end(self, child: Child, seconds: float) -> None:
        if not await child.stop(seconds, self.force):
            self._console.say(f"{child.program.name} did not end in time and was stopped by force.")

    def _child(self, program: Program) -> Child:
        return Child(program, self._console, self._folder / "logs", self._note, self._root)

    def _note(self) -> None:
        remember(self._folder, self.pids())


def _last_words(child: Child) -> str:
    lines = list(child.log.last_lines)
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "Fatal", "rror"))]
    return (telling or lines or ["it wrote nothing"])[-1].strip()
