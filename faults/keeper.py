"""The one who kills processes on a schedule and restarts the dead, as compose or a supervisor would."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from tests.support.stack import Process, Stack

_SERVED_SECONDS: Final = 1.0
"""A process is killed at the earliest so long after it was up: one that never serves proves nothing."""

_ANSWERS: Final = 5
"""An API also has to have answered so many requests of the shop. Waiting clients all come back in one moment;
killed within it, life after life, it would answer none of them."""

_LOOK_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Death:
    """A process that ended: when (monotonic seconds), of which kind, and at which point if at one."""

    at: float
    kind: str
    point: str


@dataclass
class Kept:
    """One process and its present life. `point`: where it is to die; `up`: since when it serves (0: not yet).

    `before`: what the shop had been answered then.
    """

    kind: str
    process: Process
    point: str = ""
    up: float = 0
    looked: float = 0
    before: int = 0
    is_doomed: bool = False
    is_killed: bool = False


class Keeper:
    """Restarts processes that died; each life gets the next point to die at.

    `answers` counts what the shop was answered.
    `on_death` is called before the restart, from the keeper's thread.
    """

    def __init__(self, stack: Stack, points: dict[str, tuple[str, ...]], on_death: Callable[[str], None]) -> None:
        self._stack = stack
        self._points = {kind: list(names) for kind, names in points.items()}
        self._on_death = on_death
        self._kept: list[Kept] = []
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.deaths: list[Death] = []
        self.merged = 0
        self.answers: Callable[[], int] = lambda: 0

    def add(self, kind: str, process: Process) -> None:
        """Start this one and keep it alive."""
        with self._lock:
            self._kept.append(Kept(kind, process))
            self._start(self._kept[-1])

    def watch(self) -> None:
        """Begin."""
        self._thread.start()

    def kill(self, kind: str, number: int) -> None:
        """SIGKILL to one of the kind, as soon as it serves; the watch finds it dead.

        A second one that comes before that is the same: it is counted in `merged`.
        """
        with self._lock:
            of_kind = [one for one in self._kept if one.kind == kind]
            victim = of_kind[number % len(of_kind)]
            self.merged += victim.is_doomed
            victim.is_doomed = True

    def disarm(self) -> None:
        """No more kills and points: those that are still to die at one are restarted without it."""
        with self._lock:
            self.left = [point for points in self._points.values() for point in points if point]
            self.left += [one.point for one in self._kept if one.point]
            self._points = {}
            for one in self._kept:
                one.is_doomed = False
                if one.point:
                    one.process.kill()
                    self._start(one)

    def stop(self) -> None:
        """End the watch; processes stay."""
        self._ended.set()
        self._thread.join(10)

    def _start(self, one: Kept) -> None:
        points = self._points.get(one.kind)
        one.point = points.pop(0) if points else ""
        one.up, one.is_doomed, one.is_killed = 0, False, False
        one.process.env = one.process.env | {"GATEWAY_FAILPOINT": one.point}
        one.process.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            with self._lock:
                for one in self._kept:
                    if not one.process.is_running():
                        self._bury(one)
                    elif one.is_doomed and not one.is_killed and self._has_served(one):
                        one.is_killed = True
                        one.process.signal_kill()

    def _has_served(self, one: Kept) -> bool:
        now = time.monotonic()
        if not one.up and now - one.looked >= _LOOK_SECONDS:
            one.looked = now
            if _is_up(self._stack, one):
                one.up, one.before = now, self.answers()
        if not one.up or now - one.up < _SERVED_SECONDS:
            return False
        return one.kind != "api" or self.answers() - one.before >= _ANSWERS

    def _bury(self, one: Kept) -> None:
        one.process.kill()  # collects it
        point = one.point
        if one.is_killed:  # by us, before it came to its point: the next life may
            self._points[one.kind] = [*([point] if point else []), *self._points.get(one.kind, [])]
            point = ""
        self.deaths.append(Death(time.monotonic(), one.kind, point))
        self._on_death(one.kind)
        self._start(one)


def _is_up(stack: Stack, one: Kept) -> bool:
    """Whether it has answered, or been seen at work, in its present life."""
    if one.kind == "api":
        try:
            return httpx.get(f"{stack.base_url}/health", timeout=1).status_code == 200
        except httpx.TransportError:
            return False
    seen = "SELECT 1 FROM worker_heartbeats WHERE split_part(worker_id, ':', 2) = %s"
    return bool(stack.sql(seen, (str(one.process.pid),)))
