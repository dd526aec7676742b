"""Named points at which a process can be made to die, for `make faults`. Only in test mode.

`GATEWAY_FAILPOINT=payments.answered@3` kills the process with SIGKILL the third time it gets there: no
clean-up, no last log line, as when memory runs out. Unset, a point costs one look at an empty dict.
"""

import os
import signal
from typing import Final

POINTS: Final = frozenset(
    {
        "api.batch_gathered",  # orders or payments are about to be accepted in one statement
        "api.batch_committed",  # they are accepted, nobody has been answered
        "api.key_taken",  # the idempotency key is inserted, the change is not made
        "api.answer_kept",  # key, change and answer are written, not committed
        "api.committed",  # committed, not yet answered
        "handover.popped",  # what was handed over is out of Redis, nobody works on it yet
        "notices.kept",  # a processor's notice is committed, nobody hinted, the processor not answered
        "payments.claimed",  # claimed, the processor not yet called
        "processor.sending",  # a change is about to be sent to a real processor
        "processor.asked",  # the processor has done it; its answer is on the way
        "payments.answered",  # the answer is here, not committed
        "payments.finished",  # committed, nobody hinted, what is to be handed over not sent
        "checks.claimed",  # the refund of money that nobody expected is written down, not sent
        "checks.answered",  # the answers are here, not committed
        "refunds.claimed",
        "refunds.answered",
        "webhooks.claimed",  # claimed, not yet sent
        "webhooks.sent",  # the receiver has answered, not committed
    }
)

_left: dict[str, int] = {}


def read_failpoint(text: str) -> tuple[str, int]:
    """`name` or `name@count`, as name and count. Raises `ValueError` for what is none."""
    name, _, count = text.partition("@")
    if name not in POINTS or not (count or "1").isdecimal() or int(count or "1") < 1:
        raise ValueError(f"must be one of {', '.join(sorted(POINTS))}, with @count if you like")
    return name, int(count or "1")


def arm(text: str) -> None:
    """Set the point of this process; an empty text sets none."""
    _left.clear()
    if text:
        name, count = read_failpoint(text)
        _left[name] = count


def reach(name: str) -> None:
    """The process is at this point: dies if that was asked for."""
    if _left:
        _count_down(name)


def _count_down(name: str) -> None:
    if name not in _left:
        return
    _left[name] -= 1
    if _left[name] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
