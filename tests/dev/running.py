"""`make dev` as a process that a test can read, signal and question."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from dev.ports import free_port
from tests.dev.waiting import lives, until

ROOT = Path(__file__).resolve().parents[2]
UP = "The gateway is up"
_STRANGE = ("DATABASE_URL", "REDIS_URL", "PORT", "TEST_MODE")


class MakeDev:
    """`python -m dev` on free ports. `output` is what it has printed so far."""

    def __init__(self, root: Path, data: Path, **variables: str) -> None:
        self.data = data
        self.output_file = data.with_name(f"{data.name}.out")
        ports = {name: str(free_port()) for name in ("API_PORT", "DASHBOARD_PORT", "CHECKOUT_PORT")}
        inherited = {name: value for name, value in os.environ.items() if name not in _STRANGE}
        self.environment = {**inherited, **ports, "GATEWAY_DATA_DIR": str(data), **variables}
        program = f"import pathlib, sys, dev.__main__ as dev; sys.exit(dev.main([], pathlib.Path({str(root)!r})))"
        with self.output_file.open("wb") as output:
            self.began = time.monotonic()
            self.process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=ROOT,
                start_new_session=True,
            )
        self.seen: set[int] = set()

    @property
    def output(self) -> str:
        return self.output_file.read_text()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.environment['API_PORT']}"

    def wait_for(self, text: str, seconds: float = 30.0) -> float:
        """Until the text was printed; the seconds since the start."""
        until(lambda: text in self.output or self.process.poll() is not None, seconds)
        assert text in self.output, self.output
        self.seen |= set(self.pids().values())
        return time.monotonic() - self.began

    def pids(self) -> dict[str, int]:
        """What runs now, by name."""
        try:
            noted = json.loads((self.data / "processes.json").read_text())
        except OSError:
            return {}
        return {name: pid for name, (pid, _) in noted.items()}

    def kill(self, name: str) -> int:
        """SIGKILL one process; returns its id."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self, number: signal.Signals = signal.SIGINT) -> float:
        """Ctrl-C, until the end; returns the seconds it took."""
        self.seen |= set(self.pids().values())
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - began

    def fails(self) -> str:
        """The one line with which it ended; checks that it is one, and exit code 1."""
        assert self.process.wait(30) == 1, self.output
        lines = [line for line in self.output.splitlines() if not line.startswith("dev ")]
        assert "Traceback" not in self.output
        assert len(lines) == 1, self.output
        return lines[0]

    def survivors(self) -> list[int]:
        """What it started and still runs."""
        return [pid for pid in self.seen if lives(pid)]

    def end(self) -> None:
        """Whatever happened in the test, nothing stays."""
        self.seen |= set(self.pids().values())
        deadline = time.monotonic() + 15
        while self.process.poll() is None and time.monotonic() < deadline:
            self.process.send_signal(signal.SIGINT)  # the second one forces
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5)
        self.process.kill()
        for pid in self.survivors():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
