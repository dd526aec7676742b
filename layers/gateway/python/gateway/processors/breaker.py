"""A breaker per account: while a processor fails, it is not asked, so that payments go elsewhere at once.

In the memory of each process: what one has seen says nothing about another's way to the processor. Only what the
processor could not answer counts (no connection, silence, 5xx), never a refusal.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.processors.protocol import NotSent

FAILURES: Final = 5
"""In a row, before the breaker opens."""
OPEN_SECONDS: Final = 10.0
"""Then one call is let through; if it fails as well, for as long again."""

AGAIN_SECONDS: Final = 1.0


@dataclass(slots=True)
class _State:
    """`is_tried`: the trial is under way."""

    failures: int = 0
    open_until: float = 0.0
    is_tried: bool = False


class Breakers:
    """One per process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[str, _State] = {}

    def is_open(self, account_id: str) -> bool:
        """Whether this account is not to be asked now."""
        state = self._states.get(account_id)
        return state is not None and state.failures >= FAILURES and self._clock() < state.open_until

    def is_on_trial(self, account_id: str) -> bool:
        """Whether the next call is the one that is let through, to see whether the account is well again."""
        state = self._states.get(account_id)
        return state is not None and state.failures >= FAILURES and self._clock() >= state.open_until

    def check(self, account_id: str) -> None:
        """Raises `NotSent` while the breaker is open. After it one call is let through, none beside it.

        It says when to come again: after a second while the trial is under way, else at the next trial. All that
        waits for this account asks; each second, it would keep a worker from what waits for others.
        """
        state = self._states.get(account_id)
        if state is None or state.failures < FAILURES:
            return
        left = state.open_until - self._clock()
        if left > 0:
            wait = AGAIN_SECONDS if state.is_tried else max(left, AGAIN_SECONDS)
            raise NotSent("this account fails at the moment: its breaker is open", retry_after=wait)
        state.open_until, state.is_tried = self._clock() + OPEN_SECONDS, True

    def note(self, account_id: str, *, failed: bool) -> None:
        """The processor has answered (also by a refusal), or could not."""
        if not failed:
            self._states.pop(account_id, None)
            return
        state = self._states.setdefault(account_id, _State())
        state.failures += 1
        state.is_tried = False
        if state.failures >= FAILURES:
            state.open_until = self._clock() + OPEN_SECONDS
