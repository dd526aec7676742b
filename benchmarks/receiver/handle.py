"""The harness's side of the receiver process."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from types import TracebackType
from typing import Any

from benchmarks.paths import ROOT


class Receiver:
    """A running receiver; use as a context manager."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def __enter__(self) -> Receiver:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.receiver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None and self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def reset(self, secret: str, verify_every: int = 20) -> None:
        """Forget what arrived; verify each `verify_every`-th delivery from now on with `secret`."""
        self._control("POST", "reset", {"secret": secret, "verify_every": verify_every})

    def counts(self) -> dict[str, int]:
        """Deliveries so far: per event name, `events`, `duplicates`, `unreadable`, signatures checked."""
        counts: dict[str, int] = self._control("GET", "counts")
        return counts

    def arrivals(self) -> dict[str, dict[str, int]]:
        """Payment id → event name → monotonic ns of its first arrival."""
        arrivals: dict[str, dict[str, int]] = self._control("GET", "arrivals")
        return arrivals

    def _control(self, method: str, name: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, f"/control/{name}", json.dumps(body))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()
