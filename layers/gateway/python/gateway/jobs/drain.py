"""Work off what is due of one kind: claim, do, finish, again, until nothing is left.

Hundreds of items are in work at once, since most of their time is waiting for a bank or a
merchant. Everything that survives a crash is in Postgres; this loop may die at any moment.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from aws_lambda_powertools import Logger

from gateway.errors import Unavailable
from gateway.jobs.model import Taker, Workload
from gateway.jobs.pace import GATHER_SECONDS, Pace

CLAIM_SIZE: Final = 100
"""Rows per claim statement."""

LINGER_SECONDS: Final = 2.0
"""How long an idle drain looks again before it ends. Longer than the window of `wake.Wakes`."""

_NUDGED_POLL_SECONDS: Final = 0.1
"""The same while nudges tell of what falls due: what is left are later attempts, and nudges that were lost."""

_GAP_SECONDS: Final = 0.004
"""Between two looks that were nudged, so that rows of one moment are one claim; in a busy second they gather."""

_RENEW_FRACTION: Final = 1 / 3
_FIRST_RENEWAL_SECONDS: Final = 0.4
"""Of what was handed over, whose first lease is short: once, if it is still in work at this pace."""


class Drain:
    """Drains one workload in this process.

    `on_due`: called with the number of deliveries that became due by an item. `taker`: the workload, if rows may
    be handed over to it. `is_nudged` tells whether `nudge` is called at the moment when something falls due.
    """

    def __init__(
        self,
        workload: Workload[Any],
        logger: Logger,
        *,
        in_flight: int,
        lease_seconds: float,
        on_due: Callable[[int], None],
        taker: Taker[Any] | None = None,
    ) -> None:
        self._workload = workload
        self._logger = logger
        self._limit = in_flight
        self._lease_seconds = lease_seconds
        self._on_due = on_due
        self._taker = taker
        self.is_nudged: Callable[[], bool] = lambda: False
        self._nudged = asyncio.Event()
        self._looked_at = float("-inf")
        self._fresh: dict[asyncio.Task[None], Any] = {}
        self._in_work: dict[asyncio.Task[None], Any] = {}
        self._stopping = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._room = asyncio.Event()
        self._done = 0
        self._failed = 0
        self._pace = Pace()

    @property
    def kind(self) -> str:
        """The kind that is drained."""
        return self._workload.kind

    @property
    def room(self) -> int:
        """How many items more may be in work here."""
        return 0 if self._stopping.is_set() else self._limit - len(self._in_work)

    def has_room(self) -> bool:
        """Whether rows may be handed over. Called from any thread."""
        return self.room >= CLAIM_SIZE and (self._taker is None or self._taker.has_room())

    def nudge(self) -> None:
        """Something has become due: look soon, if this drain is awake."""
        self._nudged.set()

    def take(self, bodies: Sequence[bytes]) -> None:
        """Work on rows that were born leased, in this order. `run` has to be on, or begin soon.

        What this process has no use for is left to its lease, as is everything while it stops.
        """
        if self._taker is None or self._stopping.is_set():
            return
        for body in bodies:
            for item in self._taker.take(body):
                self._fresh[self._begin(item)] = item

    def _begin(self, item: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(self._work(item))
        self._in_work[task] = item
        task.add_done_callback(self._forget)
        return task

    async def run(
        self, *, hinted: bool = True, linger: float = LINGER_SECONDS, deadline: float | None = None
    ) -> int:
        """Until nothing has been due for `linger` seconds; returns how many items were worked on.

        Without a hint (a sweep) it lingers only if it found something. `deadline` (monotonic seconds):
        claim nothing after it. Raises `Unavailable` when Postgres goes away; items in work are waited
        for first.
        """
        started = time.monotonic()
        self._done = self._failed = 0
        renewing = asyncio.create_task(self._renew())
        try:
            await self._until_idle(hinted, linger, deadline)
        finally:
            if self._in_work and not self._stopping.is_set():
                await asyncio.wait(self._in_work)
            renewing.cancel()
            if self._done or self._failed:
                self._logger.info(
                    "drain",
                    extra={
                        "kind": self.kind,
                        "items": self._done,
                        "errors": self._failed,
                        "ms": round((time.monotonic() - started) * 1000),
                    },
                )
        return self._done

    async def stop(self, grace_seconds: float) -> None:
        """Claim nothing more, let items in work end for `grace_seconds`, give the rest back."""
        self._stopping.set()
        self._nudged.set()
        # Nothing is renewed from now on, and what was just handed over has a lease shorter than the grace.
        if self._fresh:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_FIRST_RENEWAL_SECONDS):
                    await self._workload.renew(list(self._fresh.values()))
        # What a claim that is on its way brings is given back as well, or it would lie until its lease ends.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds), self._claiming:
                pass
        if self._in_work:
            await asyncio.wait(self._in_work, timeout=grace_seconds)
        left = list(self._in_work.items())
        for task, _ in left:
            task.cancel()
        if left:
            await asyncio.wait([task for task, _ in left], timeout=1)
            await self._workload.release([item for _, item in left])
            self._logger.info("released", extra={"kind": self.kind, "items": len(left)})

    async def _until_idle(self, hinted: bool, linger: float, deadline: float | None) -> None:
        last_claim = time.monotonic() if hinted else float("-inf")
        while not self._stopping.is_set() and (deadline is None or time.monotonic() < deadline):
            claimed = await self._claim()
            now = time.monotonic()
            if claimed or self._in_work:
                last_claim = now
            if len(claimed) == CLAIM_SIZE:
                continue
            if not self._in_work and now - last_claim >= linger:
                return
            await self._pause()

    async def _claim(self) -> Sequence[Any]:
        async with self._claiming:
            if self.room <= 0:
                return ()
            self._nudged.clear()
            self._looked_at = time.monotonic()
            claimed = await self._workload.claim(min(self.room, CLAIM_SIZE))
            self._pace.add(len(claimed))
            for item in claimed:
                self._begin(item)
            return claimed

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._in_work.pop(task, None)
        self._fresh.pop(task, None)
        self._room.set()

    async def _pause(self) -> None:
        """Wait for the next look: a moment, or in a full process until there is room."""
        if len(self._in_work) >= self._limit:
            # Not `asyncio.wait`: that visits each of hundreds of tasks every time one of them has ended.
            self._room.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._room.wait()
        elif self.is_nudged():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_NUDGED_POLL_SECONDS):
                    await self._nudged.wait()
            gap = GATHER_SECONDS if self._pace.is_busy() else _GAP_SECONDS
            await asyncio.sleep(max(self._looked_at + gap - time.monotonic(), 0))
        else:
            await asyncio.sleep(GATHER_SECONDS)

    async def _work(self, item: Any) -> None:
        try:
            due = await self._workload.work(item)
        except Unavailable:
            self._failed += 1  # Postgres is away; the lease ends by itself
        except Exception:
            self._failed += 1
            self._logger.exception("work failed", extra={"kind": self.kind})
        else:
            self._done += 1
            if due:
                self._on_due(due)

    async def _renew(self) -> None:
        """All leases a few times in their length; those of what was handed over first of all soon."""
        pace = self._lease_seconds * _RENEW_FRACTION
        tick = min(pace, _FIRST_RENEWAL_SECONDS)
        renewed_at = time.monotonic()
        while True:
            await asyncio.sleep(tick)
            items = list(self._fresh.values())
            self._fresh.clear()
            if time.monotonic() - renewed_at >= pace:
                renewed_at = time.monotonic()
                items = list(self._in_work.values())
            if not items:
                continue
            try:
                await self._workload.renew(items)
            except Exception as error:
                self._logger.warning("renewal failed", extra={"kind": self.kind, "error": str(error)})
