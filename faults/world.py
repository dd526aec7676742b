"""What acts share: servers, and products over copies of one prepared database."""

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
from tests.support.stack import Stack, copy_database, database_of, prepare_database


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
    def product(self, name: str, database: str | None = None, **env: str) -> Iterator[tuple[Stack, RedisServer]]:
        """A product of its own, not started, with a Redis of its own; all ended afterwards.

        `database`: the URL of one that is there; without it a fresh one is made.
        """
        folder = self.subfolder(name)
        with RedisServer(folder / "redis") as redis:
            stack = Product(database or self.database(), redis.url, folder, env)
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
