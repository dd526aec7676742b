"""Real servers and real processes, each in a folder and on ports of its own."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Served:
    """`serve.py` in a process of its own."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder
        )
        try:
            self.state = self.read()
        except BaseException:
            self.end()
            raise

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "serve.py ended"
        state: dict[str, Any] = json.loads(line)
        return state

    def tell(self, command: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.state = self.read()
        return self.state

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write("stop\n")
            self.process.stdin.close()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.stdout.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts `serve.py`: serve(folder, prefix=[...], python=..., packages=[...])."""
    started: list[Served] = []

    def start(
        folder: Path, prefix: tuple[str, ...] = (), python: str = sys.executable, packages: Path = ROOT
    ) -> Served:
        command = [*prefix, python, str(Path(__file__).with_name("serve.py")), str(folder)]
        if packages != ROOT:
            command[-2] = str(packages / "serve.py")
        environment = {**os.environ, "PYTHONPATH": str(packages)}
        started.append(Served(command, environment, folder))
        return started[-1]

    yield start
    for served in started:
        served.end()
