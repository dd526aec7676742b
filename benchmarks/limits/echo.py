"""Serves the bare ASGI echo with the product's server settings and loads it with the product's requests."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.gateway_client import wait_for
from benchmarks.load.generator import run_load
from benchmarks.paths import ROOT

_SERVER = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def echo(bench: Bench) -> list[Figure]:
    """Answers per second of the echo at the same connections, and the generator's own ceiling.

    The ceiling is how many requests one core's worth of the generator could send: where it is not well
    above a measured rate, that rate would be the generator's and not the gateway's.
    """
    spec = bench.orders_load(bench.sizes.echo)
    with _serving() as port:
        run = run_load(
            replace(
                spec,
                base_url=f"http://127.0.0.1:{port}",
                warm_up=spec.requests[: bench.sizes.warm_up],
            )
        )
    return [
        Figure("limit.echo_per_s", run.succeeded / run.seconds, "1/s"),
        Figure("limit.generator_per_s", len(run.statuses) / run.cpu_seconds, "1/s"),
    ]


@contextmanager
def _serving() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.limits.echo_app:app", "--port", str(port)]
    server = subprocess.Popen([*command, *_SERVER], cwd=ROOT)
    try:
        if not wait_for(lambda: _answers(port), 15):
            raise RuntimeError("the ASGI echo did not start")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("POST", "/", "{}")
        return connection.getresponse().status == 201
    except OSError:
        return False
    finally:
        connection.close()
