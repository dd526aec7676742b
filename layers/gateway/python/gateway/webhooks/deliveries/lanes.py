"""What one sender process holds per endpoint: how much is in flight, how much waits for its turn.

Few attempts at a time per endpoint keep a hanging receiver from eating the process, and fewer still where
the receiver is fast. One that answers fast is given a short queue ahead (some 250 ms of its own pace), so
that claims come in batches; the queue of one that stops answering is given back after a second.

A process that is killed has its receivers see again what it had sent and not yet written down. So an endpoint
has only a few of these at a time, however fast it answers and however slow Postgres is: four, or a twentieth of
what was written down for it in the last ten seconds, as a burst grows into a stream.
"""

import asyncio
import math
import time
from collections import deque
from typing import Final

AHEAD_SECONDS: Final = 0.25
MOST_AHEAD: Final = 200
FIRST_AHEAD: Final = 25
FIRST_UNWRITTEN: Final = 4
"""Attempts of one endpoint that were begun and are not yet written down: what a killed sender may repeat."""

_UNWRITTEN_SHARE: Final = 0.05
_RECENT_SECONDS: Final = 10.0
_STUCK_SECONDS: Final = 1.0
_WEIGHT: Final = 0.1  # of the newest duration in the moving average
_SECONDS_PER_WIDTH: Final = 0.0025
_FORGETTING: Final = 1.05  # per attempt: the best duration is that of the last few dozen
_IDLE_SECONDS: Final = 60.0
_NOTE_SECONDS: Final = 60.0


class Lane:
    """One endpoint in this process."""

    __slots__ = (
        "_best_seconds",
        "_cap",
        "_in_flight",
        "_moved_at",
        "_noted",
        "_recent",
        "_unwritten",
        "_waiting",
        "_written_at",
        "average_seconds",
        "leases",
    )

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._in_flight = 0
        self._unwritten = 0
        self._recent = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._noted = float("-inf")
        self._best_seconds: float | None = None
        self._moved_at = self._written_at = time.monotonic()
        self.average_seconds: float | None = None
        self.leases = 0

    @property
    def width(self) -> int:
        """Attempts at the same time: as many as keep a fast receiver busy, at most the cap.

        One that answers within 2.5 ms gets one at a time (some 1,500 a second were measured so). More would
        only wait in its queue, and be sent twice if this process were killed.
        """
        if self._best_seconds is None:
            return 1
        return min(max(math.ceil(self._best_seconds / _SECONDS_PER_WIDTH), 1), self._cap)

    @property
    def ahead(self) -> int:
        """How many deliveries this process may hold of the endpoint while it is healthy."""
        if self._is_stuck():
            return self._cap
        if self.average_seconds is None:
            return FIRST_AHEAD
        pace = self._cap / max(self.average_seconds, 0.001)
        return int(min(max(pace * AHEAD_SECONDS, self._cap), MOST_AHEAD))

    def is_idle(self, seconds: float) -> bool:
        """Whether nothing has happened here for so long."""
        return not self.leases and time.monotonic() - self._moved_at > seconds

    def _is_stuck(self) -> bool:
        return self._in_flight > 0 and time.monotonic() - self._moved_at > _STUCK_SECONDS

    async def enter(self) -> bool:
        """Wait for a turn; False if the endpoint has stopped answering and the wait is pointless."""
        if self._has_room() and not self._waiting:
            self._start()
            return True
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            while not turn.done():
                await asyncio.wait((turn,), timeout=_STUCK_SECONDS)
                if not turn.done() and self._is_stuck():
                    turn.cancel()
                    return False
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(None)
                self.written()
            turn.cancel()
            raise
        return True

    def leave(self, seconds: float | None) -> None:
        """The attempt ended after `seconds` (None: it was never made); `written` has to follow."""
        self._in_flight -= 1
        if seconds is not None:
            self._moved_at = time.monotonic()
            average, best = self.average_seconds, self._best_seconds
            self.average_seconds = seconds if average is None else average + _WEIGHT * (seconds - average)
            self._best_seconds = seconds if best is None else min(seconds, best * _FORGETTING)
        self._let_in()

    def written(self) -> None:
        """What came of an attempt is in Postgres, or never will be."""
        self._unwritten -= 1
        now = time.monotonic()
        self._recent = 1 + self._recent * math.exp((self._written_at - now) / _RECENT_SECONDS)
        self._written_at = now
        self._let_in()

    @property
    def _most_unwritten(self) -> float:
        return max(FIRST_UNWRITTEN, self._cap, self._recent * _UNWRITTEN_SHARE)

    def _has_room(self) -> bool:
        return self._in_flight < self.width and self._unwritten < self._most_unwritten

    def _let_in(self) -> None:
        while self._waiting and self._has_room():
            turn = self._waiting.popleft()
            if not turn.done():
                self._start()
                turn.set_result(None)

    def _start(self) -> None:
        if self._in_flight == 0:
            self._moved_at = time.monotonic()
        self._in_flight += 1
        self._unwritten += 1

    def is_due_for_note(self) -> bool:
        """Whether a success is to be written down although nothing changed by it: once a minute."""
        now = time.monotonic()
        if now - self._noted < _NOTE_SECONDS:
            return False
        self._noted = now
        return True


class Lanes:
    """All endpoints that this process has to do with at the moment."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._lanes: dict[str, Lane] = {}
        self._last_tidied = time.monotonic()

    def of(self, endpoint_id: str) -> Lane:
        """The endpoint's lane."""
        lane = self._lanes.get(endpoint_id)
        if lane is None:
            lane = self._lanes[endpoint_id] = Lane(self._cap)
        return lane

    def known(self) -> dict[str, tuple[int, int]]:
        """Endpoint → (deliveries held, deliveries it may hold while healthy)."""
        self._tidy()
        return {endpoint_id: (lane.leases, lane.ahead) for endpoint_id, lane in self._lanes.items()}

    def _tidy(self) -> None:
        now = time.monotonic()
        if now - self._last_tidied > _IDLE_SECONDS:
            self._last_tidied = now
            idle = [key for key, lane in self._lanes.items() if lane.is_idle(_IDLE_SECONDS)]
            for key in idle:
                del self._lanes[key]
