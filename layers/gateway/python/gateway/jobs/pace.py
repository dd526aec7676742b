"""How much comes in a second: what tells whether to hurry with each row or to let rows gather."""

import time
from collections.abc import Callable
from typing import Final

GATHER_SECONDS: Final = 0.025
"""Between two looks of a drain, and so the time in which due rows gather to one claim. An idle look costs some
0.2 ms; a claim, the calls and the finish that follow cost less per row the more rows there are."""

BUSY_ROWS: Final = round(1 / GATHER_SECONDS)
"""In a second. Of fewer rows, on average, not two would gather in that time: each goes at once. From here on they
gather: with 100 payments a second, each going at once, everything took 1.7 times the CPU."""


class Pace:
    """Rows of one kind in one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = float("-inf")
        self._rows = 0
        self._before = 0

    def add(self, rows: int) -> None:
        """So many came."""
        self._turn()
        self._rows += rows

    def is_busy(self) -> bool:
        """Whether it was more than `BUSY_ROWS` in this second or the one before."""
        self._turn()
        return max(self._rows, self._before) > BUSY_ROWS

    def _turn(self) -> None:
        now = self._clock()
        passed = now - self._since
        if passed >= 1:
            self._before = self._rows if passed < 2 else 0
            self._rows, self._since = 0, now
