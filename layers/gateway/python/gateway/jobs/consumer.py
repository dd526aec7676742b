"""The life of a local worker process: drain at every hint, and once a second without one."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from aws_lambda_powertools import Logger

from gateway.database import Connection, Database
from gateway.errors import Unavailable
from gateway.jobs.alive import heartbeat_file
from gateway.jobs.drain import Drain
from gateway.jobs.handed import HandedReader
from gateway.jobs.model import Kind
from gateway.jobs.status_queries import beat, count_dropped, forget_worker

HEARTBEAT_SECONDS: Final = 2.0
_HOUSEKEEPING_SECONDS: Final = 5.0
_AWAY_SECONDS: Final = 0.5


class Consumer:
    """Runs the drains of one process until it is stopped.

    `wake` and `note_dropped` may be called from any thread: the reader of hints does. `sweep` is the housekeeping
    that this process does beside its drains, every few seconds. In `heartbeat_folder` (none if empty) a file per
    kind is touched with each heartbeat, for the health check of a container. Nothing is claimed and no heartbeat
    told before `ready` has returned.
    """

    def __init__(
        self,
        database: Database,
        drains: dict[Kind, Drain],
        logger: Logger,
        *,
        sweep_seconds: float,
        ready: Callable[[], Awaitable[None]] | None = None,
        sweep: Callable[[], Awaitable[None]] | None = None,
        heartbeat_folder: str = "",
    ) -> None:
        self._database = database
        self._drains = drains
        self._logger = logger
        self._sweep_seconds = sweep_seconds
        self._become_ready = ready
        self._ready = asyncio.Event()
        self._sweep = sweep
        self._heartbeat_folder = heartbeat_folder
        self._hints = {kind: asyncio.Event() for kind in drains}
        self._dropped: dict[Kind, int] = dict.fromkeys(drains, 0)
        self._stopping = False
        self._loop = asyncio.get_running_loop()
        self._worker_id = f"{socket.gethostname()}:{os.getpid()}"

    @property
    def kinds(self) -> list[Kind]:
        """What this process drains."""
        return list(self._drains)

    def wake(self, kind: Kind) -> None:
        """Drain this kind soon. Thread-safe."""
        self._loop.call_soon_threadsafe(self._hints[kind].set)

    def note_dropped(self, kind: Kind, count: int) -> None:
        """So many jobs of this kind's queue were no hints; told with the next heartbeat. Thread-safe."""

        def add() -> None:
            self._dropped[kind] += count

        self._loop.call_soon_threadsafe(add)

    def hand(self, kind: Kind, bodies: Sequence[bytes], nudged: bool) -> None:
        """Work on what was handed over; look for what else is due if that was said. Thread-safe."""

        def take() -> None:
            drain = self._drains[kind]
            drain.take(bodies)
            if nudged:
                drain.nudge()
            if nudged or bodies:
                self._hints[kind].set()

        self._loop.call_soon_threadsafe(take)

    def has_room(self, kind: Kind) -> bool:
        """Whether rows of this kind may be handed over at the moment. Thread-safe."""
        return self._drains[kind].has_room()

    async def run_until_signal(
        self, grace_seconds: float, listen: Callable[[], object], handed: HandedReader | None = None
    ) -> None:
        """Drain until SIGTERM or SIGINT, then end within `grace_seconds` and a little.

        `listen` starts whatever will call `wake`; `handed`, started once this process is ready, calls `hand`.
        """
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, stop.set)
        tasks = [asyncio.create_task(self._wait_for_readiness(handed))]
        tasks += [asyncio.create_task(self._drain_forever(kind)) for kind in self._drains]
        tasks.append(asyncio.create_task(self._repeat(HEARTBEAT_SECONDS, self._beat)))
        if self._sweep is not None:
            tasks.append(asyncio.create_task(self._repeat(_HOUSEKEEPING_SECONDS, self._sweep)))
        listen()
        self._logger.info("started", extra={"kinds": list(self._drains)})
        await stop.wait()
        if handed is not None:
            handed.stop()
        await self._stop(grace_seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._logger.info("stopped")

    async def _stop(self, grace_seconds: float) -> None:
        """Finish or give back what is in work."""
        self._stopping = True
        await asyncio.gather(
            *(drain.stop(grace_seconds) for drain in self._drains.values()), return_exceptions=True
        )
        try:
            async with asyncio.timeout(1), self._database.connection(None) as tx:
                await forget_worker(tx, self._worker_id)
        except Exception as error:  # the heartbeat grows old by itself
            self._logger.debug("heartbeat not removed", extra={"error": str(error)})

    async def _wait_for_readiness(self, handed: HandedReader | None) -> None:
        if self._become_ready is not None:
            await self._become_ready()
        self._ready.set()
        if handed is not None:
            for drain in self._drains.values():
                drain.is_nudged = handed.is_reading
            handed.start()

    async def _drain_forever(self, kind: Kind) -> None:
        await self._ready.wait()
        hint = self._hints[kind]
        hinted = away = False
        while not self._stopping:
            try:
                await self._drains[kind].run(hinted=hinted)
                away = False
            except Unavailable:
                if not away:
                    self._logger.warning("database away", extra={"kind": kind})
                away = True
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            except Exception:
                self._logger.exception("drain failed", extra={"kind": kind})
            try:
                async with asyncio.timeout(self._sweep_seconds):
                    await hint.wait()
            except TimeoutError:
                pass
            hinted = hint.is_set()
            hint.clear()

    async def _beat(self) -> None:
        async with self._database.connection(None) as tx:
            for kind in self._drains:
                await beat(tx, f"{self._worker_id}:{kind}", kind)
                await self._tell_dropped(tx, kind)
        if self._heartbeat_folder:
            self._touch_heartbeats()

    async def _tell_dropped(self, tx: Connection, kind: Kind) -> None:
        told = self._dropped[kind]
        if told:
            await count_dropped(tx, kind, told)
            self._dropped[kind] -= told

    def _touch_heartbeats(self) -> None:
        for kind in self._drains:
            Path(heartbeat_file(self._heartbeat_folder, kind)).touch()

    async def _repeat(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        await self._ready.wait()
        while True:
            try:
                await act()
            except Unavailable:
                pass  # said by the drain
            except Exception:
                self._logger.exception("housekeeping failed")
            await asyncio.sleep(seconds)
