"""What one sender process holds per endpoint: how much is in flight, how much waits for its turn.

Few attempts at a time per endpoint keep a hanging receiver from eating the process. One that answers fast is
given a short queue ahead (some 250 ms of its own pace), so that claims come in batches; the queue of one that
stops answering is given back after a second.

Attempts at the same time are of different subjects: what is told of one order goes to an endpoint one after the
other, in the order in which it was claimed.

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
_IDLE_SECONDS: Final = 60.0
_NOTE_SECONDS: Final = 60.0


class Lane:
    """One endpoint in this process."""

    __slots__ = (
        "_behind",
        "_cap",
        "_in_flight",
        "_moved_at",
        "_noted",
        "_recent",
        "_unwritten",
        "_waiting",
        "_watch",
        "_written_at",
        "average_seconds",
        "leases",
    )

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._in_flight = 0
        self._unwritten = 0
        self._recent = 0.0
        # Who may start next; and, per subject of which one is in flight or may start next, who comes behind it.
        self._waiting: deque[tuple[str, asyncio.Future[bool]]] = deque()
        self._behind: dict[str, deque[asyncio.Future[bool]]] = {}
        self._watch: asyncio.TimerHandle | None = None
        self._noted = float("-inf")
        self._moved_at = self._written_at = time.monotonic()
        self.average_seconds: float | None = None
        self.leases = 0

    @property
    def width(self) -> int:
        """Attempts at the same time: one until the receiver has answered, then the cap. What a killed process may
        repeat is bounded by what is unwritten, not by this."""
        return 1 if self.average_seconds is None else self._cap

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

    async def enter(self, subject: str) -> bool:
        """Wait for a turn; False if the endpoint has stopped answering and the wait is pointless.

        One subject has one turn at a time, in the order of entering. One look per lane, not per waiter, finds
        that the endpoint is stuck: a wake-up of each of hundreds every second cost more than their attempts.
        """
        if subject not in self._behind and not self._waiting and self._has_room():
            self._behind[subject] = deque()
            self._start()
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if subject in self._behind:
            self._behind[subject].append(turn)
        else:
            self._behind[subject] = deque()
            self._waiting.append((subject, turn))
        if self._watch is None:
            self._watch = turn.get_loop().call_later(_STUCK_SECONDS, self._look)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.result():
                self.leave(subject, None)
                self.written()
            else:
                self._let_in()  # a cancelled turn must not keep those behind it
            raise

    def leave(self, subject: str, seconds: float | None) -> None:
        """The attempt ended after `seconds` (None: it was never made); `written` has to follow."""
        self._in_flight -= 1
        if seconds is not None:
            self._moved_at = time.monotonic()
            average = self.average_seconds
            self.average_seconds = seconds if average is None else average + _WEIGHT * (seconds - average)
        self._promote(subject)
        self._let_in()

    def _promote(self, subject: str) -> None:
        """The next one of this subject may start; it has waited longest."""
        behind = self._behind[subject]
        while behind:
            turn = behind.popleft()
            if not turn.done():
                self._waiting.appendleft((subject, turn))
                return
        del self._behind[subject]

    def _look(self) -> None:
        """Whether the endpoint is stuck: then nobody waits for it any longer."""
        self._watch = None
        if not self._waiting and not any(self._behind.values()):
            return
        if self._is_stuck():
            for turn in [turn for _, turn in self._waiting] + [t for b in self._behind.values() for t in b]:
                if not turn.done():
                    turn.set_result(False)
            for subject, _ in self._waiting:
                del self._behind[subject]
            self._waiting.clear()
            for behind in self._behind.values():
                behind.clear()
            return
        self._watch = asyncio.get_running_loop().call_later(_STUCK_SECONDS, self._look)

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
            subject, turn = self._waiting.popleft()
            if turn.done():
                self._promote(subject)
            else:
                self._start()
                turn.set_result(True)

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
