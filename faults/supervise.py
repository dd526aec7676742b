"""Nothing outlives the runner: it runs in a child of a process that does nothing but end what is left.

An act's threads start processes and start them again when they die, in sessions of their own, so the runner cannot
end all of them while it runs. Whoever waits for it can: on SIGINT or SIGTERM, or when the runner has died, it is
killed first, and then everything that it has started. On Linux orphans become ours (`PR_SET_CHILD_SUBREAPER`).
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Final

_PR_SET_CHILD_SUBREAPER: Final = 36
_GENTLE_SECONDS: Final = 3.0
"""A database server that is asked to end leaves nothing behind in the kernel."""
_END_SECONDS: Final = 15.0
_Handler = Callable[[int, FrameType | None], Any] | int | None


class _Aborted(BaseException):
    """A signal that ends the run."""

    def __init__(self, number: int) -> None:
        self.number = number


def supervised(run: Callable[[], int], folder: Path) -> int:
    """`run` in a child of its own; its exit code, or 128 + the signal that ended the run.

    Returns once no process is left that it has started. If the run did not come to its end, `folder` is gone.
    """
    _adopt_orphans()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, _abort) for number in signals}
    child = 0
    try:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _run_apart(run, before)
        _, status = os.waitpid(child, 0)
        child = 0
        code = os.waitstatus_to_exitcode(status)
        code, is_whole = (128 - code, False) if code < 0 else (code, True)  # killed by somebody else
    except _Aborted as aborted:
        code, is_whole = 128 + aborted.number, False
    for number in signals:
        signal.signal(number, signal.SIG_IGN)  # once is enough
    left = end_all(child)
    if not is_whole:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"Aborted; {left} processes ended, nothing is left.", flush=True)
    for number in signals:
        signal.signal(number, before[number])
    return code


def end_all(runner: int) -> int:
    """End the runner, and then whatever it has started; how many that were."""
    known = set(descendants(os.getpid())) - {runner}  # where orphans do not become ours they are only found now
    _signal({runner}, signal.SIGKILL)
    _reap()
    started, ended, was_asked = time.monotonic(), set(known), False
    while left := (set(descendants(os.getpid())) | {one for one in known if _is_alive(one)}):
        ended |= left
        if time.monotonic() - started > _END_SECONDS:
            raise TimeoutError(f"processes that do not end: {sorted(left)}")
        is_gentle = time.monotonic() - started < _GENTLE_SECONDS
        if not is_gentle or not was_asked:
            _signal(left, signal.SIGTERM if is_gentle else signal.SIGKILL)
            was_asked = True
        time.sleep(0.05)
        _reap()
    return len(ended)


def descendants(root: int) -> Iterator[int]:
    """Process ids of all that this process and those below it have started, but for the dead."""
    children: dict[int, list[int]] = {}
    for pid, parent in _living():
        children.setdefault(parent, []).append(pid)
    found = [root]
    for parent in found:  # it grows while it is read
        found += children.get(parent, [])
    yield from found[1:]


def _living() -> Iterator[tuple[int, int]]:
    """Every process with its parent."""
    if not Path("/proc/self/stat").exists():
        shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True).stdout
        yield from ((int(line.split()[0]), int(line.split()[1])) for line in shown.splitlines() if "Z" not in line)
        return
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = file.read_text().rpartition(")")[2].split()[:2]
            if state not in ("Z", "X"):
                yield int(file.parent.name), int(parent)


def _run_apart(run: Callable[[], int], signals: Mapping[signal.Signals, _Handler]) -> None:
    """In the child: a terminal's Ctrl-C is for who watches it."""
    code = 1
    try:
        for number, handler in signals.items():
            signal.signal(number, handler)
        os.setsid()
        code = run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _abort(number: int, _: FrameType | None) -> None:
    raise _Aborted(number)


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _signal(pids: set[int], number: signal.Signals) -> None:
    for pid in pids - {0}:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _reap() -> None:
    """Collect the dead, so that their ids are free."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return
