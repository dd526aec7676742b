"""One `python -m webhooks` over a backlog: how fast, with how much CPU and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.meters import Meters
from benchmarks.paths import ROOT
from benchmarks.processes import ProductFailed


@dataclass(frozen=True, slots=True)
class Worked:
    """Deliveries per second from the first to the last; CPU is the sender's own, per delivery; MB = 10^6 bytes."""

    per_s: float
    cpu_ms: float
    resident_mb: float

    def __str__(self) -> str:
        return f"{self.per_s:8.0f}/s {self.cpu_ms:8.2f} ms CPU {self.resident_mb:8.0f} MB"


@contextmanager
def sender(environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A sender process, ended at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "webhooks"], env=dict(environment), cwd=ROOT, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(15)


def work_off(environment: Mapping[str, str], deliveries: int, log: Path, max_seconds: float = 300.0) -> Worked:
    """Start a sender and wait until all is delivered. Raises ProductFailed when it ends or takes too long."""
    ends = time.monotonic() + max_seconds
    with (
        psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection,
        sender(environment, log) as process,
    ):
        meters = Meters({"sender": process.pid})

        def wait_for_more_than(count: int, pause: float) -> int:
            while (done := _done(connection)) <= count:
                if process.poll() is not None or time.monotonic() > ends:
                    raise ProductFailed(f"{done} of {deliveries} delivered: {log.read_text()[-2000:]}")
                time.sleep(pause)
            return done

        first = wait_for_more_than(0, 0.02)
        before, started = meters.read(), time.perf_counter()
        wait_for_more_than(deliveries - 1, 0.05)
        seconds = time.perf_counter() - started
        cpu = meters.since(before).by_name["sender"]
        resident = meters.resident_mb()["sender"]
    count = deliveries - first
    return Worked(count / seconds, cpu * 1000 / count if count else 0.0, resident)


def _done(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    row = connection.execute("SELECT count(*) FROM deliveries WHERE status = 'success'").fetchone()
    assert row is not None
    return int(str(row[0]))
