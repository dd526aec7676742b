"""Whether a connection is in hand: nothing slow may be waited for with one.

A process has few. Who keeps one while a password is hashed, a name is looked up or another machine answers, takes
it from every request that only wants a millisecond of it. What waits so asks here first, so that a route that
forgets is found by the first test that calls it.
"""

from contextvars import ContextVar
from typing import Final

_lent: Final[ContextVar[int]] = ContextVar("lent", default=0)


class ConnectionInHand(RuntimeError):
    """A mistake of ours: something slow is begun while a database connection is held."""


class _InHand:
    """A class and no generator: every request passes here."""

    def __enter__(self) -> None:
        _lent.set(_lent.get() + 1)

    def __exit__(self, *_: object) -> None:
        # No token: a generator that is given up may be closed by another task, whose count this is not.
        _lent.set(max(0, _lent.get() - 1))


in_hand: Final = _InHand()
"""While a connection is lent to this task, and to the tasks that it starts meanwhile: `with in_hand:`."""


def require_no_connection(what: str) -> None:
    """Raises `ConnectionInHand` if the caller holds a connection; `what` is what it would wait for."""
    if _lent.get():
        raise ConnectionInHand(f"{what} is waited for with a database connection in hand")
