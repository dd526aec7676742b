"""One supervised process: started, listened to, started again when it dies, stopped."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from dev.console import Console
from dev.launch import confined
from dev.process_log import ProcessLog
from dev.program import Program, describe
from dev.restarts import Restarts


class Child:
    """A program that is kept running until `stop`."""

    def __init__(
        self, program: Program, console: Console, logs: Path, on_change: Callable[[], None], folder: Path
    ) -> None:
        """`on_change` is called after each start and end; the program runs in `folder`."""
        self.program = program
        self.deaths = 0
        self._console = console
        self._on_change = on_change
        self._folder = folder
        on_line = None if program.quiet else lambda line: console.line(program.name, line)
        self.log = ProcessLog(logs / f"{program.name}.log", on_line)
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._restarts = Restarts()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the program and keep it running. Must be called in the main thread (see `launch.spawn`)."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self, seconds: float, force: asyncio.Event) -> bool:
        """Ask for a clean end, make one after `seconds` or at `force`. Returns whether it was clean."""
        self._stopping.set()
        self._send(self.program.stop_signal)
        clean = await self._ended(seconds, force)
        if not clean:
            self._send(self.program.force_signal)
            await self._ended(2.0, asyncio.Event())
            self._kill_group()
        self.log.close()
        return clean

    async def _keep(self) -> None:
        while self._process is not None:
            code = await self._process.wait()
            self._kill_group()
            if self._stopping.is_set():
                return
            await asyncio.sleep(0.05)  # what it wrote last is still in the pipe
            self.deaths += 1
            restart = self._restarts.after_death(time.monotonic())
            self._announce_death(describe(code), restart.delay, looping=restart.looping)
            self._on_change()
            if await self._stopped_within(restart.delay):
                return
            await self._spawn_at_last()
            if self._stopping.is_set():  # asked to stop while it was being started
                self._send(self.program.stop_signal)

    async def _spawn_at_last(self) -> None:
        while True:
            try:
                await self._spawn()
            except OSError as error:
                self._console.say(f"{self.program.name} cannot be started: {error}")
                if await self._stopped_within(self._restarts.after_death(time.monotonic()).delay):
                    return
            else:
                self._console.say(f"{self.program.name} started again (process {self.pid}).")
                return

    async def _stopped_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    def _announce_death(self, how: str, delay: float, *, looping: bool) -> None:
        name = self.program.name
        self._console.say(
            f"{name} {'keeps dying' if looping else 'died'} ({how}) and is started again in {delay:g} s. "
            f"All its lines are in {self.log.file}{', the last were:' if looping else '.'}"
        )
        if looping or self.program.quiet:
            for line in self.log.last_lines:
                self._console.line(name, line)

    async def _spawn(self) -> None:
        """The pipe is ours, not asyncio's: a grandchild that keeps it open must not hide the child's end."""
        loop = asyncio.get_running_loop()
        read, write = os.pipe()
        await loop.connect_read_pipe(lambda: _Lines(self.log), os.fdopen(read, "rb", buffering=0))
        command = self.program.command
        if not self.program.is_confined:
            command = confined(command, self.program.stop_signal)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write,
                stderr=write,
                env=self.program.environment,
                cwd=self._folder,
                start_new_session=True,
            )
        finally:
            os.close(write)
        self._on_change()

    async def _ended(self, seconds: float, force: asyncio.Event) -> bool:
        """Whether the process ended by itself within `seconds` and before `force`."""
        if self._keeper is None:
            return True
        forced = asyncio.create_task(force.wait())
        await asyncio.wait({self._keeper, forced}, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
        forced.cancel()
        return self._keeper.done()

    def _send(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _kill_group(self) -> None:
        """End what the program started itself; its session has no other members."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


class _Lines(asyncio.Protocol):
    def __init__(self, log: ProcessLog) -> None:
        self._log = log

    def data_received(self, data: bytes) -> None:
        self._log.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._log.end_of_stream()
