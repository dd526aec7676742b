"""CPU seconds and resident memory of process trees, read from /proc.

A tree's CPU is user + system time of the process, of its living descendants, and of the children that
each of them has already reaped, so nothing a supervisor or the postmaster forks is missed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
HARNESS = "harness"
STORES = frozenset({"postgres", "redis"})
"""Names whose CPU is reported apart from the product's own processes."""


@dataclass(frozen=True, slots=True)
class _Stat:
    pid: int
    parent: int
    ticks: int


def _read_stat(pid: int) -> _Stat | None:
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None  # it ended between the listing and the read
    fields = text[text.rindex(")") + 2 :].split()  # the name may hold spaces and brackets
    user, system, child_user, child_system = (int(field) for field in fields[11:15])
    return _Stat(pid, int(fields[1]), user + system + child_user + child_system)


def _all_stats() -> dict[int, _Stat]:
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    stats = (_read_stat(pid) for pid in pids)
    return {stat.pid: stat for stat in stats if stat is not None}


def parents() -> dict[int, int]:
    """The parent of each process that is there now."""
    return {stat.pid: stat.parent for stat in _all_stats().values()}


def tree(root: int, parent_of: Mapping[int, int]) -> list[int]:
    """A process and its living descendants; empty when it is gone."""
    members = [root] if root in parent_of else []
    for member in members:  # grows while it is walked
        members.extend(pid for pid, parent in parent_of.items() if parent == member)
    return members


def machine_busy_seconds() -> float:
    """CPU seconds the whole machine has spent on anything but idling and waiting, steal included."""
    fields = [int(field) for field in (PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    user, nice, system, _idle, _iowait, irq, softirq, steal = fields
    return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds so far by process name, and of the whole machine."""

    by_name: dict[str, float]
    machine: float


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds between two readings. `others` is everything on the machine that was not metered."""

    by_name: dict[str, float]
    others: float

    @property
    def product(self) -> float:
        """All product processes, without Postgres, Redis and the harness."""
        return sum(s for name, s in self.by_name.items() if name not in STORES and name != HARNESS)

    @property
    def stores(self) -> float:
        """Postgres and Redis."""
        return sum(seconds for name, seconds in self.by_name.items() if name in STORES)

    @property
    def harness(self) -> float:
        """Load generator, receiver and this process."""
        return self.by_name.get(HARNESS, 0.0)


class Meters:
    """Reads the named process trees; the harness itself is always metered, so it can be told apart.

    `pids` is kept, not copied: who restarts a process puts the new id into the same mapping.
    """

    def __init__(self, pids: Mapping[str, int]) -> None:
        self.pids = pids

    def read(self) -> Reading:
        """CPU so far of each named tree. A tree is counted under its own name only."""
        stats = _all_stats()
        parent_of = {stat.pid: stat.parent for stat in stats.values()}
        roots = {HARNESS: os.getpid(), **self.pids}
        claimed: set[int] = set()
        by_name: dict[str, float] = {}
        # The product's processes are children of this one when it started them: claim them first.
        for name, root in sorted(roots.items(), key=lambda item: item[0] == HARNESS):
            members = [pid for pid in tree(root, parent_of) if pid not in claimed]
            claimed.update(members)
            by_name[name] = sum(stats[pid].ticks for pid in members) / TICKS_PER_SECOND
        return Reading(by_name, machine_busy_seconds())

    def since(self, before: Reading) -> Spent:
        """CPU spent since a reading."""
        now = self.read()
        by_name = {name: now.by_name[name] - before.by_name.get(name, 0.0) for name in now.by_name}
        others = now.machine - before.machine - sum(by_name.values())
        return Spent(by_name, max(0.0, others))

    def resident_mb(self) -> dict[str, float]:
        """Resident memory in MB (10^6 bytes) of each named tree; shared pages count once per process."""
        parent_of = parents()
        return {
            name: sum(_resident_bytes(pid) for pid in tree(root, parent_of)) / 1e6
            for name, root in self.pids.items()
        }


def _resident_bytes(pid: int) -> int:
    try:
        pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
