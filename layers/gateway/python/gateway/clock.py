"""Time, read at the edges only: verbs take `now` as an argument.

All processes go by the database's clock. One machine's that is days ahead would void fresh authorisations, let
sessions and keys end early, and sign webhooks that nobody takes; so each process measures how far its own clock is
from the database's (`database.pool`, every few seconds, and at once after a jump) and puts it right.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

_TOLERATED_SECONDS: Final = 1.0
"""Machines that ask a time server differ by milliseconds; what is below this is left as it is."""

_AGREED_FOR_SECONDS: Final = 10.0


class DatabaseClock:
    """This machine's clock, put right by the database's. `skew_seconds`: how far behind that one it is (negative:
    ahead); 0 while it is less than a second."""

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall, self._steady = wall, steady
        self._agreed: tuple[float, float] | None = None
        self.skew_seconds = 0.0

    def now(self) -> float:
        """Unix seconds."""
        return self._wall() + self.skew_seconds

    def is_due(self) -> bool:
        """Whether the database has to be asked: never done, some seconds ago, or this clock was set since."""
        if self._agreed is None:
            return True
        wall, steady = self._wall() - self._agreed[0], self._steady() - self._agreed[1]
        return steady > _AGREED_FOR_SECONDS or abs(wall - steady) > _TOLERATED_SECONDS

    def begin(self) -> tuple[float, float]:
        """The moment in which the database is asked; give it to `agree`."""
        return self._wall(), self._steady()

    def agree(self, asked_at: tuple[float, float], answer: datetime) -> None:
        """The database said `answer`, some moment between `asked_at` and now."""
        wall, steady = asked_at
        took = self._steady() - steady
        skew = answer.timestamp() - (wall + took / 2)
        self.skew_seconds = skew if abs(skew) > _TOLERATED_SECONDS + took / 2 else 0.0
        self._agreed = (wall, steady)


CLOCK: Final = DatabaseClock()
"""The one of this process."""


_TO_OFFSET: Final = -len("+00:00")


def utc_now() -> datetime:
    """The current time in UTC, cut to milliseconds: the precision of every timestamp we show."""
    now = datetime.fromtimestamp(CLOCK.now(), UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, for example `2026-01-15T10:31:10.123Z`."""
    if moment.tzinfo is not UTC:  # as those of the database are: a page has three times in each row
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:_TO_OFFSET] + "Z"


def iso_or_none(moment: datetime | None) -> str | None:
    """`iso`, where the moment may not have come yet."""
    return None if moment is None else iso(moment)
