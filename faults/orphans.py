"""What killed workers held, and how long until somebody else had it."""

import threading
import time
from collections.abc import Sequence

from faults.report import Measure
from faults.world import percentile
from tests.support.stack import Stack


class Orphans:
    """Watches leases. `grace_seconds`: in so many a living worker finishes what it holds, and lets go of it."""

    def __init__(self, stack: Stack, grace_seconds: float = 1.5) -> None:
        self._stack = stack
        self._grace = grace_seconds
        self._waiting: dict[str, float] = {}
        self._suspects: list[tuple[float, set[str]]] = []
        self._ended = threading.Event()
        self.seconds: list[float] = []
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def suspect(self, kind: str) -> None:
        """A process of this kind has just died."""
        if kind == "worker":
            self._suspects.append((time.monotonic(), self._tokens()))

    def stop(self) -> list[float]:
        """Seconds of each; those that nobody took count until now."""
        self._ended.set()
        self._thread.join(10)
        now = time.monotonic()
        return self.seconds + [now - since for since in self._waiting.values()]

    def _tokens(self) -> set[str]:
        rows = self._stack.sql(
            """
            SELECT lease_token::text FROM payments WHERE work IS NOT NULL AND lease_token IS NOT NULL
            UNION ALL SELECT lease_token::text FROM refunds WHERE work IS NOT NULL AND lease_token IS NOT NULL
            """
        )
        return {row[0] for row in rows}

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            held, now = self._tokens(), time.monotonic()
            for since, tokens in [one for one in self._suspects if now - one[0] >= self._grace]:
                self._suspects.remove((since, tokens))
                self._waiting |= dict.fromkeys(tokens & held, since)
            for token in [token for token in self._waiting if token not in held]:
                self.seconds.append(now - self._waiting.pop(token))


def recovery(promise: str, seconds: Sequence[float]) -> Measure:
    """The measure of a promise of p99 ≤ 30 s."""
    p99 = percentile(seconds, 0.99)
    text = f"p50 {percentile(seconds, 0.5):.1f} s, p99 {p99:.1f} s"
    return Measure(promise, bool(seconds) and p99 <= 30, text, f"{len(seconds)} jobs of killed workers")
