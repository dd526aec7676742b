"""What acts share: servers, products over copies of one prepared database, and the one who restarts the dead."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from faults.plan import Fault, Plan
from tests.support.stack import Process, Stack, copy_database, database_of, prepare_database


class Product(Stack):
    """A stack that starts while no other does: side by side on two busy cores none would come up in time."""

    ready_seconds = 120.0
    _starting = threading.Lock()

    def start(self, *names: str) -> None:
        with self._starting:
            super().start(*names)


@dataclass
class World:
    """The servers of one run. `say` prints a line with the act's name."""

    folder: Path
    plan: Plan
    postgres: PostgresServer
    say: Callable[[str], None] = print
    _numbers: Iterator[int] = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def database(self) -> str:
        """A fresh database, migrated and seeded."""
        with self._lock:  # a template is copied by one at a time
            return copy_database(database_of(self.postgres.url, "postgres"), "gateway")

    def subfolder(self, name: str) -> Path:
        """A folder of its own for an act's logs and servers."""
        folder = self.folder / f"{name}-{next(self._numbers)}"
        folder.mkdir(parents=True)
        return folder

    @contextmanager
    def product(self, name: str, **env: str) -> Iterator[tuple[Stack, RedisServer]]:
        """A product of its own, not started, with a Redis of its own; all ended afterwards."""
        folder = self.subfolder(name)
        with RedisServer(folder / "redis") as redis:
            stack = Product(self.database(), redis.url, folder, env)
            try:
                yield stack, redis
            finally:
                stack.stop()


@contextmanager
def new_world(folder: Path, plan: Plan) -> Iterator[World]:
    """A Postgres whose database `gateway` is the template of all others."""
    with PostgresServer(folder / "postgres", durable=False) as postgres:
        prepare_database(postgres.url)
        yield World(folder, plan, postgres)


@dataclass(frozen=True)
class Death:
    """A process that ended: when (monotonic seconds), of which kind, and at which point if at one."""

    at: float
    kind: str
    point: str


class Keeper:
    """Restarts processes that died, as compose or a supervisor would; each life gets the next point to die at.

    `on_death` is called before the restart, from the keeper's thread.
    """

    def __init__(self, points: dict[str, tuple[str, ...]], on_death: Callable[[str], None]) -> None:
        self._points = {kind: list(names) for kind, names in points.items()}
        self._on_death = on_death
        self._kept: list[tuple[str, Process]] = []
        self._armed: dict[int, str] = {}
        self._killed: set[int] = set()
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.deaths: list[Death] = []

    def add(self, kind: str, process: Process) -> None:
        """Start this one and keep it alive."""
        with self._lock:
            self._kept.append((kind, process))
            self._start(kind, process)

    def watch(self) -> None:
        """Begin."""
        self._thread.start()

    def kill(self, kind: str, number: int) -> None:
        """SIGKILL to one of the kind; the watch finds it dead."""
        with self._lock:
            of_kind = [process for name, process in self._kept if name == kind]
            victim = of_kind[number % len(of_kind)]
            if victim.is_running():
                self._killed.add(id(victim))
                victim.signal_kill()

    def disarm(self) -> None:
        """No more points: those that are still to die are restarted without one."""
        with self._lock:
            self.left = [point for points in self._points.values() for point in points]
            self.left += [point for point in self._armed.values() if point]
            self._points = {}
            for kind, process in self._kept:
                if self._armed.get(id(process)):
                    process.kill()
                    self._start(kind, process)

    def stop(self) -> None:
        """End the watch; processes stay."""
        self._ended.set()
        self._thread.join(10)

    def _start(self, kind: str, process: Process) -> None:
        points = self._points.get(kind)
        point = points.pop(0) if points else ""
        self._armed[id(process)] = point
        process.env = process.env | {"GATEWAY_FAILPOINT": point}
        process.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            with self._lock:
                for kind, process in self._kept:
                    if not process.is_running():
                        self._bury(kind, process)

    def _bury(self, kind: str, process: Process) -> None:
        process.kill()  # collects it
        point = self._armed.get(id(process), "")
        if id(process) in self._killed:  # by us, before it came to its point: the next life may
            self._killed.discard(id(process))
            self._points[kind] = [point, *self._points.get(kind, [])] if point else self._points.get(kind, [])
            point = ""
        self.deaths.append(Death(time.monotonic(), kind, point))
        self._on_death(kind)
        self._start(kind, process)


def play(faults: Sequence[Fault], act: Callable[[Fault], None], still: Callable[[], bool] = lambda: True) -> None:
    """Each fault at its time, while `still` is true; one that lasts delays those that come in its time."""
    started = time.monotonic()
    for fault in faults:
        while (wait := started + fault.at - time.monotonic()) > 0:
            if not still():
                return
            time.sleep(min(wait, 0.1))
        act(fault)


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank; 0 of nothing."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else 0.0
