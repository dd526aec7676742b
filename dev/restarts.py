"""When a dead child is started again."""

from collections import deque
from dataclasses import dataclass

_FIRST_DELAY, _SLOW_DELAY = 0.5, 30.0
_WINDOW = 60.0
_LOOP_DEATHS = 5


@dataclass(frozen=True)
class Restart:
    """`delay` in seconds; `looping` when the child dies again and again."""

    delay: float
    looping: bool


class Restarts:
    """The deaths of one child. Time is an argument: seconds on any steady clock."""

    def __init__(self) -> None:
        self._deaths: deque[float] = deque(maxlen=_LOOP_DEATHS)

    def after_death(self, now: float) -> Restart:
        """Half a second after a first death, doubled with each further one within a minute; then slowly."""
        self._deaths.append(now)
        recent = sum(1 for death in self._deaths if now - death <= _WINDOW)
        looping = recent >= _LOOP_DEATHS
        return Restart(_SLOW_DELAY if looping else _FIRST_DELAY * 2 ** (recent - 1), looping)
