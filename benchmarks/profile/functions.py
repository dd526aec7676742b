"""CPU by function of running processes, sampled by py-spy from outside."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SAMPLES_PER_S = 100
_FRAME_LINE = " ("  # py-spy writes `function (file:line)`


class ProfilerFailed(RuntimeError):
    """py-spy could not look into a process; the message is its own."""


@dataclass(frozen=True, slots=True)
class Functions:
    """Samples in which a process was on a CPU: in all, by the function that ran, and by all that called it."""

    samples: int
    own: Counter[str]
    total: Counter[str]


class Sampling:
    """py-spy beside each of these processes, from now for so many seconds."""

    def __init__(self, pids: Mapping[str, int], seconds: float, folder: Path) -> None:
        self._files = {name: folder / f"{name}.folded" for name in pids}
        self._running = {
            name: subprocess.Popen(
                [
                    str(Path(sys.executable).with_name("py-spy")), "record", "--pid", str(pid), "--format", "raw",
                    "--rate", str(_SAMPLES_PER_S), "--duration", str(max(1, round(seconds))), "--nonblocking",
                    "--output", str(self._files[name]),
                ],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )
            for name, pid in pids.items()
        }  # fmt: skip

    def functions(self, timeout: float) -> dict[str, Functions]:
        """Wait for the end of the sampling. Raises ProfilerFailed with what py-spy said."""
        found = {}
        for name, process in self._running.items():
            _, said = process.communicate(timeout=timeout)
            if process.returncode != 0 or not self._files[name].exists():
                raise ProfilerFailed(f"py-spy on {name}: {said[-1000:]}")
            found[name] = read_folded(self._files[name].read_text())
        return found


def read_folded(text: str) -> Functions:
    """Folded stacks, one a line: `outermost;…;innermost count`. Lines of a function are counted together."""
    own, total, samples = Counter[str](), Counter[str](), 0
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        if not stack:
            continue
        frames = [_function(frame) for frame in stack.split(";")]
        samples += int(count)
        own[frames[-1]] += int(count)
        total.update(dict.fromkeys(set(frames), int(count)))
    return Functions(samples, own, total)


def _function(frame: str) -> str:
    """`name (folder/file.py)`: without the line number."""
    name, found, place = frame.rpartition(_FRAME_LINE)
    return f"{name}{found}{place.rstrip(')').rpartition(':')[0] or place.rstrip(')')})" if found else frame
