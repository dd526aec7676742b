"""Hint that work is due: best effort, never waited for, never failing its caller."""

import asyncio
import time
from typing import Final

from aws_lambda_powertools import Logger

from gateway.jobs.handover import Handover
from gateway.jobs.model import Kind, Queue

WINDOW_SECONDS: Final = 0.5
"""Hints of one kind within this are one hint. A drain lingers longer than this (`drain.LINGER_SECONDS`)."""

_TIMEOUT_SECONDS: Final = 5.0
_LOG_EVERY_SECONDS: Final = 10.0


class Wakes:
    """Sends hints from one process. `failed` counts those that could not be sent. Where there is a `handover`, a
    nudge goes with each wake, for drains that are awake."""

    def __init__(
        self,
        queue: Queue,
        logger: Logger,
        *,
        window_seconds: float = WINDOW_SECONDS,
        handover: Handover | None = None,
    ) -> None:
        self._queue = queue
        self._handover = handover
        self._logger = logger
        self._window = window_seconds
        self._last: dict[Kind, float] = {}
        self._held_back: set[Kind] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_logged = float("-inf")
        self.failed = 0

    def wake(self, kind: Kind) -> None:
        """Send a hint in the background, unless one went out in this window. Call after the commit."""
        if self._handover is not None:
            self._handover.nudge(kind)
        self.hint(kind)

    def hint(self, kind: Kind) -> None:
        """The same without a nudge: a drain that sleeps is to be awake, and its work comes by itself."""
        now = time.monotonic()
        if now - self._last.get(kind, float("-inf")) < self._window:
            self._held_back.add(kind)
            return
        self._last[kind] = now
        self._start(kind)

    async def flush(self) -> None:
        """Send the hints that the window held back and wait for those on their way.

        A Lambda must, before it answers: it is frozen afterwards, and no drain lingers there.
        """
        held_back, self._held_back = self._held_back, set()
        for kind in held_back:
            self._start(kind)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_TIMEOUT_SECONDS)

    def _start(self, kind: Kind) -> None:
        task = asyncio.get_running_loop().create_task(self._send(kind))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, kind: Kind) -> None:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                await self._queue.send(kind)
        except Exception as error:  # the work is in Postgres: the sweep finds it
            self.failed += 1
            if time.monotonic() - self._last_logged >= _LOG_EVERY_SECONDS:
                self._last_logged = time.monotonic()
                self._logger.warning(
                    "wake not sent",
                    extra={"kind": kind, "error": type(error).__name__, "failed": self.failed},
                )
