"""The harness under test, and a gateway in memory for it to measure."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.gateway_client import Gateway, wait_for
from dev.ports import free_port
from tests.benchmarks.fake_process import RunningFake

FAKE = Path(__file__).with_name("fake_gateway.py")


@pytest.fixture(scope="module")
def fake() -> Iterator[RunningFake]:
    with started_fake() as running:
        yield running


@contextmanager
def started_fake() -> Iterator[RunningFake]:
    port = free_port()
    process = subprocess.Popen([sys.executable, str(FAKE), str(port), "5"])
    running = RunningFake(process, port)
    try:
        assert wait_for(lambda: _answers(running.gateway), 15)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(gateway: Gateway) -> bool:
    try:
        return gateway.unfinished_work() == 0
    except OSError:
        return False
