"""`make test` and `make lint`: every check of the project, one after the other.

    python -m dev.check [static | all]

All steps run, also after one failed; the end names each step with its result and repeats pytest's summaries.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dev.install import ROOT, VENV
from dev.web import has_script, node_trouble

_REST_SECONDS = 5.0
_REASON_CHARACTERS = 2_000
_FAULTS_SEED = "2"  # the same for every change: what is red can be repeated. `make faults` draws a new one.

# The files in their order, which has the long ones early; by number of tests the longest would come last.
SIDE_BY_SIDE = ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")


@dataclass(frozen=True)
class Step:
    """One command and what it is called."""

    name: str
    command: list[str]


@dataclass(frozen=True)
class Result:
    """How a step ended: exit code, seconds, last line of its output, and what pytest says of each failed test."""

    step: Step
    code: int
    seconds: float
    last_line: str
    failures: tuple[str, ...] = ()


def main(arguments: list[str]) -> int:
    """Run the steps and print the results. Returns 0 when all of them passed."""
    steps = list(static_steps())
    if arguments[:1] != ["static"]:
        steps += test_steps()
    results = [run(step) for step in steps]
    print("\n" + report(results), flush=True)
    return 1 if any(result.code for result in results) else 0


def static_steps() -> Iterator[Step]:
    """What can be said without running the product."""
    yield Step("ruff check", [_tool("ruff"), "check", "."])
    yield Step("ruff format", [_tool("ruff"), "format", "--check", "."])
    yield Step("mypy --strict", [_tool("mypy")])
    yield Step("import contracts", [_tool("lint-imports")])
    yield Step("openapi drift", [_tool("gateway"), "openapi", "--check"])
    yield Step("test data drift", [_tool("python"), "-m", "dev.test_data", "--check"])
    yield from _npm_steps("lint")


def test_steps() -> Iterator[Step]:
    """What runs the product; pytest comes last, so that its summaries stand near the end.

    Most tests wait for processes rather than compute, so two files run side by side, each group with servers
    of its own. What judges time runs by itself afterwards. The slowest tests are named, so that they are noticed.
    """
    yield from _npm_steps("test", "test:browser")
    yield Step("make faults", [_tool("python"), "-m", "faults", "--seed", _FAULTS_SEED])
    pytest = [_tool("python"), "-m", "pytest", "--durations", "25", "--durations-min", "3"]
    # Skipped with the reason where no Docker engine runs or can be started.
    containers = [*pytest, "-s", "-m", "containers", "tests/deploy/test_containers.py"]
    yield Step("pytest containers", ["env", "GATEWAY_TEST_CONTAINERS=once", *containers])
    yield Step("pytest", [*pytest, "-m", "not alone and not containers", *SIDE_BY_SIDE])
    yield Step("pytest alone", [*pytest, "-m", "alone"])


def run(step: Step) -> Result:
    """Run one step with its output shown as it comes."""
    print(f"\n=== {step.name}", flush=True)
    began = time.monotonic()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    try:
        process = subprocess.Popen(
            step.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        last_line = f"{Path(step.command[0]).name}: {error.strerror}"
        print(last_line, flush=True)
        return Result(step, 127, 0.0, last_line)
    assert process.stdout is not None
    lines = Lines(process.stdout)
    code = process.wait()
    # A process that a test left behind may hold the pipe open for ever.
    lines.join(_REST_SECONDS)
    return Result(step, code, time.monotonic() - began, lines.last, tuple(lines.failures))


class Lines(threading.Thread):
    """Shows what a step prints, as it comes, and remembers the last line."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(daemon=True)
        self.last = ""
        self.failures: list[str] = []
        """What pytest's own summary says of each failed test, with its reason."""
        self._stream = stream
        self.start()

    def run(self) -> None:
        for line in self._stream:
            sys.stdout.write(line)
            sys.stdout.flush()
            self.last = line.strip() or self.last
            if line.startswith(("FAILED tests/", "ERROR tests/")):
                self.failures.append(line.strip()[:_REASON_CHARACTERS])


def report(results: list[Result]) -> str:
    """One line per step, then pytest's own summary lines, then the verdict."""
    lines = [
        f"{'ok    ' if result.code == 0 else 'FAILED'}  {result.step.name:<18} {result.seconds:6.1f} s"
        for result in results
    ]
    lines += [result.last_line for result in results if result.step.name.startswith(("pytest", "make faults"))]
    lines += [failure for result in results for failure in result.failures]
    failed = [result.step.name for result in results if result.code]
    lines.append(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return "\n".join(lines)


def _npm_steps(*scripts: str) -> Iterator[Step]:
    trouble = node_trouble()
    if trouble:
        print(f"{trouble}: the checks of the web parts are left out.", flush=True)
        return
    for script in scripts:
        if has_script(ROOT, script):
            yield Step(f"npm run {script}", ["npm", "run", "--silent", script])


def _tool(name: str) -> str:
    return str(VENV / "bin" / name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
