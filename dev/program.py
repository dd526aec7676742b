"""What the supervisor runs, and how it ended."""

import os
import signal
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    """What to run. `stop_signal` asks for a clean end, `force_signal` makes an end without one.

    A `quiet` program's lines go to its file only; the terminal sees them when it dies.
    """

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_signal: signal.Signals = signal.SIGTERM
    force_signal: signal.Signals = signal.SIGKILL
    quiet: bool = False
    is_confined: bool = False


def describe(code: int) -> str:
    """How a process ended: `exit code 3`, `SIGKILL`."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
