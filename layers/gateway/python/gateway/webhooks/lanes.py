"""What one sender process holds per endpoint: how much is in flight, how much waits for its turn.

Few attempts at a time per endpoint keep a hanging receiver from eating the process. An endpoint that
answers fast is given a short queue ahead (some 250 ms of its own pace), so that claims come in batches;
the queue of one that stops answering is given back after a second.
"""

import asyncio
import time
from collections import deque
from typing import Final

AHEAD_SECONDS: Final = 0.25
MOST_AHEAD: Final = 200
FIRST_AHEAD: Final = 25
_STUCK_SECONDS: Final = 1.0
_WEIGHT: Final = 0.1  # of the newest duration in the moving average
_IDLE_SECONDS: Final = 60.0
_NOTE_SECONDS: Final = 60.0


class Lane:
    """One endpoint in this process."""

    __slots__ = ("_cap", "_free", "_noted", "_waiting", "average_seconds", "last_end", "leases")

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._free = cap
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._noted = float("-inf")
        self.leases = 0
        self.average_seconds: float | None = None
        self.last_end = time.monotonic()

    @property
    def ahead(self) -> int:
        """How many deliveries this process may hold of the endpoint while it is healthy."""
        if self.average_seconds is None:
            return FIRST_AHEAD
        pace = self._cap / max(self.average_seconds, 0.001)
        return int(min(max(pace * AHEAD_SECONDS, self._cap), MOST_AHEAD))

    async def enter(self) -> bool:
        """Wait for a turn; False if the endpoint has stopped answering and the wait is pointless."""
        if self._free:
            self._free -= 1
            return True
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            while not turn.done():
                await asyncio.wait((turn,), timeout=_STUCK_SECONDS)
                if not turn.done() and time.monotonic() - self.last_end > _STUCK_SECONDS:
                    turn.cancel()
                    return False
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(None)
            turn.cancel()
            raise
        return True

    def leave(self, seconds: float | None) -> None:
        """The attempt ended after `seconds` (None: it was never made); the next one in the queue may start."""
        if seconds is not None:
            self.last_end = time.monotonic()
            before = self.average_seconds
            self.average_seconds = seconds if before is None else before + _WEIGHT * (seconds - before)
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

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
            idle = [
                key for key, lane in self._lanes.items() if not lane.leases and now - lane.last_end > _IDLE_SECONDS
            ]
            for key in idle:
                del self._lanes[key]
