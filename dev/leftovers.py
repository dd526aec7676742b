"""Processes that an earlier `make dev` left behind because it was killed.

On Linux they get their stop signal the moment the supervisor dies, but may need seconds to follow it; until
then they hold ports and the database folder.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

_FILE = "processes.json"


def remember(folder: Path, pids: dict[str, int]) -> None:
    """Write down what runs now. The start time tells a process from a later one with the same number."""
    running = {name: [pid, started] for name, pid in pids.items() if (started := _started(pid))}
    fresh = folder / f"{_FILE}.new"
    fresh.write_text(json.dumps(running))
    fresh.replace(folder / _FILE)


def forget(folder: Path) -> None:
    """After a clean end nothing is left."""
    (folder / _FILE).unlink(missing_ok=True)


def end_leftovers(folder: Path, seconds: float = 10.0) -> list[str]:
    """Stop what an earlier supervisor left running, by force after `seconds`. Returns the names."""
    try:
        noted: dict[str, list[str]] = json.loads((folder / _FILE).read_text())
        left = {name: (int(pid), str(started)) for name, (pid, started) in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return []
    left = {name: process for name, process in left.items() if _lives(*process)}
    names = sorted(left)
    for name, (pid, _) in left.items():
        _signal(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while any(_lives(*process) for process in left.values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for name, (pid, started) in left.items():
        if _lives(pid, started):
            _signal(pid, signal.SIGQUIT if name == "postgres" else signal.SIGKILL)
    forget(folder)
    return names


def _lives(pid: int, started: str) -> bool:
    return _started(pid) == started


def _started(pid: int) -> str:
    """When the process started, in whatever unit the system gives; empty when there is none."""
    try:
        # Fields 3 (state) and 22 of /proc/PID/stat; field 2 may hold spaces, it ends with the last ")".
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except OSError:
        if Path("/proc/self").exists():
            return ""
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
