"""The parent's side of the generator process."""

from __future__ import annotations

import subprocess
import sys
from types import TracebackType

from benchmarks.load.spec import LoadRun, LoadSpec
from benchmarks.paths import ROOT


class GeneratorFailed(RuntimeError):
    """The generator process ended without a result."""


class LoadGenerator:
    """A started, warmed-up generator; `run()` releases it and returns what it measured."""

    def __init__(self, spec: LoadSpec) -> None:
        self._spec = spec
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """Process id, for the CPU meters."""
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> LoadGenerator:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._tell(self._spec.dumps())
        if self._hear() != "ready":
            raise GeneratorFailed("the load generator did not get through its warm-up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def run(self) -> LoadRun:
        """Send the load; returns after the last answer or the spec's time limit."""
        self._tell("go")
        line = self._hear()
        if not line:
            raise GeneratorFailed("the load generator ended without a result")
        return LoadRun.loads(line)

    def _tell(self, line: str) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        return self._process.stdout.readline().strip()


def run_load(spec: LoadSpec) -> LoadRun:
    """Start a generator, run the spec, end the generator."""
    with LoadGenerator(spec) as generator:
        return generator.run()
