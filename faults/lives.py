"""Workers that die quickly: forked from a process that has imported everything, a life takes no second to begin.

`python -m faults.lives` reads a point per line, forks a worker armed with it, and answers with its process id,
then with how it ended. The worker is the one of the product, with connections of its own.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from tests.support.stack import ROOT, Stack, eventually

_PATIENCE_SECONDS: Final = 30.0


class Lives:
    """Workers over one stack, one after the other."""

    def __init__(self, stack: Stack, log: Path) -> None:
        self._output = log.open("ab")
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "faults.lives"], env=stack.env, cwd=ROOT, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._output,
        )  # fmt: skip
        self._ended: list[int] = []
        self._living = 0

    def begin(self, point: str) -> int:
        """A worker that dies at this point (none if empty); its process id."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(point + "\n")
        pid = self._living = int(self._mother.stdout.readline())
        self._ended.clear()
        threading.Thread(target=self._wait, daemon=True).start()
        return pid

    def died(self, pid: int, seconds: float = _PATIENCE_SECONDS) -> bool:
        """Whether it dies by itself, at its point; it is ended if it does not."""
        try:
            eventually(lambda: self._ended, seconds)
        except AssertionError:
            self.end(pid)
            return False
        return self._ended[0] == -signal.SIGKILL

    def end(self, pid: int) -> None:
        """SIGKILL, and wait."""
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: self._ended, _PATIENCE_SECONDS)

    def stop(self) -> None:
        """No more lives; the one that there is ends."""
        if self._living and not self._ended:
            self.end(self._living)
        self._mother.kill()
        self._mother.wait()
        self._output.close()

    def _wait(self) -> None:
        assert self._mother.stdout is not None
        line = self._mother.stdout.readline()
        self._ended.append(int(line) if line.strip() else 0)


def _bear() -> None:
    """The mother: a child per line."""
    from worker.__main__ import main

    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            os.environ["GATEWAY_FAILPOINT"] = line.strip()
            os.dup2(2, 1)  # its log is a file; the pipe is the mother's
            main()
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _bear()
