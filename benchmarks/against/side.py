"""One of the two gateways: what the scenarios know of it, and what its paused processes are."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.meters import STORES, parents, tree
from benchmarks.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Side:
    """`bench` has a receiver of its own, which `subscription` leads the gateway's webhooks to."""

    name: str
    bench: Bench
    subscription: Subscription

    @property
    def workers(self) -> dict[str, int]:
        """Its process trees that are neither the API nor a store."""
        pids = self.bench.meters.pids
        return {name: pid for name, pid in pids.items() if name not in STORES and not name.startswith("api")}

    @contextmanager
    def paused(self) -> Iterator[None]:
        """All of `workers` stopped where they stand (SIGSTOP), and going on at the end."""
        parent_of = parents()
        stopped = [pid for root in self.workers.values() for pid in tree(root, parent_of)]
        try:
            _signal(stopped, signal.SIGSTOP)
            yield
        finally:
            _signal(stopped, signal.SIGCONT)


def _signal(pids: list[int], which: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, which)
        except ProcessLookupError:
            continue  # a child that has ended meanwhile
