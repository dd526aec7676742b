"""A few processes started together, each with a log file, all stopped together."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.paths import ROOT

_STOP_SECONDS = 15.0


class ProductFailed(RuntimeError):
    """A process of the product did not start, or ended; the message has the end of its log."""


def run_module(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """`python -m …` to its end. Raises ProductFailed when that is not a good one."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise ProductFailed(f"{' '.join(arguments)}: {done.stderr[-2000:]}")


class Processes:
    """The running ones by the name of their module."""

    def __init__(self, folder: Path) -> None:
        """`folder` takes the logs."""
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, environment: Mapping[str, str]) -> int:
        """Run `python -m <name>`; returns its process id."""
        with self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", name],
                env=os.environ | environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self._running[name].pid

    def refuse_dead(self) -> None:
        """Raise ProductFailed if one of them has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ProductFailed(f"{name} ended with {process.returncode}: {self.log_end(name)}")

    def log_end(self, name: str) -> str:
        """The last of what it wrote."""
        return self._log(name).read_text(errors="replace")[-2000:]

    def stop_one(self, name: str) -> None:
        """SIGTERM, and wait until it is gone; SIGKILL after 15 s."""
        process = self._running.pop(name)
        process.terminate()
        _wait_or_kill(process)

    def stop(self) -> None:
        """SIGTERM to all, SIGKILL to those that are still there after 15 s."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            _wait_or_kill(process)
        self._running.clear()

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
