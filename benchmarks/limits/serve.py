"""Serves a bare ASGI application with the product's server settings."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.gateway_client import wait_for
from benchmarks.paths import ROOT
from dev.ports import free_port

_SETTINGS = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]


class LimitFailed(RuntimeError):
    """What a figure should be compared to could not be measured."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where the application answers, and the process to meter."""

    base_url: str
    pid: int


@contextmanager
def served(application: str, environment: dict[str, str] | None = None) -> Iterator[Served]:
    """`application` is `module:name`; stopped at the end. Raises LimitFailed when it does not start."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", application, "--port", str(port), *_SETTINGS],
        env=os.environ | (environment or {}),
        cwd=ROOT,
    )
    try:
        if not wait_for(lambda: _answers(port) or server.poll() is not None, 15) or server.poll() is not None:
            raise LimitFailed(f"{application} did not start")
        yield Served(f"http://127.0.0.1:{port}", server.pid)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()
