"""When a failed delivery is tried again."""

from dataclasses import dataclass
from typing import Final

from gateway.settings import Settings
from gateway.settings.load import read_delays

_PRODUCTION: Final = (0.0, 60.0, 300.0, 1800.0, 7200.0)
_TEST: Final = (0.0, 5.0, 10.0, 15.0, 20.0)
_JITTER: Final = 0.2
_RETRY_AFTER_FLOOR_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds before each attempt, counted from the failed one; its length is how many attempts there are.

    `jitter`: the share by which a delay may be off, so that what failed together does not return together.
    """

    delays: tuple[float, ...]
    jitter: float

    def next_delay(self, attempts: int, chance: float, retry_after: float | None = None) -> float | None:
        """Seconds until the next attempt after `attempts` have failed; None: that was the last.

        `chance` is in 0..1. `retry_after` (seconds, asked for by the receiver) may only lengthen the
        delay, to an hour or to twice what the schedule says, whichever is more.
        """
        if attempts >= len(self.delays):
            return None
        delay = self.delays[attempts] * (1 + self.jitter * (2 * chance - 1))
        if retry_after is None:
            return delay
        return max(delay, min(retry_after, max(_RETRY_AFTER_FLOOR_SECONDS, 2 * self.delays[attempts])))


def schedule_of(settings: Settings) -> Schedule:
    """The schedule of this deployment."""
    if settings.webhook_schedule_seconds:
        return Schedule(read_delays(settings.webhook_schedule_seconds), _JITTER)
    if settings.webhook_retry_intervals_test:
        return Schedule(_TEST, 0.0)
    return Schedule(_PRODUCTION, _JITTER)


def breaker_seconds_of(settings: Settings) -> float:
    """Seconds between probes of an endpoint whose breaker is open; 0: there is no breaker."""
    if settings.webhook_breaker_seconds is not None:
        return settings.webhook_breaker_seconds
    return 0.0 if settings.webhook_retry_intervals_test else 30.0
