"""The webhook sender: its throughput over a backlog, and whether bad receivers delay a good one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import AsyncConnection

from benchmarks.bench import Bench, contention_note
from benchmarks.figures import Figure
from benchmarks.gateway_client import wait_for
from benchmarks.latency import percentile, summary
from benchmarks.meters import Meters, Spent
from benchmarks.own_database import own_database
from benchmarks.paths import ROOT
from benchmarks.processes import ProductFailed
from benchmarks.webhook_sender import backlog
from benchmarks.webhook_sender.work_off import sender as sender_process
from benchmarks.webhook_sender.work_off import work_off

ENDPOINTS, BAD, EVENTS_PER_S = 20, 50, 10.0


@contextmanager
def _own_sender(bench: Bench) -> Iterator[tuple[dict[str, str], Path]]:
    """Variables of a sender over a database of its own, and its log: the product's does not see these rows."""
    assert bench.product is not None
    bench.receiver.reset("not verified", verify_every=1_000_000_000)
    with (
        tempfile.TemporaryDirectory(prefix="sender-bench-") as folder,
        own_database(bench.product.postgres.url, bench.product.full_environment, "sender") as environment,
    ):
        yield environment, Path(folder) / "webhooks.log"


def sender(bench: Bench) -> list[Figure]:
    """Deliveries per second of one sender process over a backlog to 20 fast endpoints; only of our own product."""
    if bench.product is None:
        return []
    count = bench.sizes.sender
    with _own_sender(bench) as (environment, log):
        backlog.fill(environment["DATABASE_URL"], count, ENDPOINTS, bench.receiver.port)
        before, started = bench.meters.read(), time.monotonic()
        worked = work_off(environment, count, log, bench.sizes.max_seconds)
        note = contention_note(bench.meters.since(before), time.monotonic() - started)
    return [
        Figure("sender.per_s", worked.per_s, "1/s", note),
        Figure("sender.cpu_ms", worked.cpu_ms, "ms", note),
        Figure("sender.resident_mb", worked.resident_mb, "MB", note),
    ]


def isolation(bench: Bench) -> list[Figure]:
    """Commit to receipt at a healthy endpoint, while 50 others hang and 50 drip; each event goes to all 101."""
    if bench.product is None:
        return []
    with (
        _own_sender(bench) as (environment, log),
        _bad_receivers() as ports,
        sender_process(environment, log) as one,
    ):
        urls = [f"http://127.0.0.1:{ports[number % 2]}/{number}" for number in range(2 * BAD)]
        urls.append(f"http://127.0.0.1:{bench.receiver.port}/healthy")
        meters = Meters({**bench.meters.pids, "sender": one.pid})
        before, started = meters.read(), time.monotonic()
        committed = asyncio.run(_publish_steadily(environment["DATABASE_URL"], urls, bench.sizes.isolation))
        if not wait_for(
            lambda: bench.receiver.counts().get("events", 0) >= len(committed), bench.sizes.max_seconds
        ):
            raise ProductFailed(f"{bench.receiver.counts()} of {len(committed)}: {log.read_text()[-2000:]}")
        spent, seconds = meters.since(before), time.monotonic() - started
    return _isolation_figures(bench, committed, spent, seconds)


def _isolation_figures(bench: Bench, committed: dict[str, int], spent: Spent, seconds: float) -> list[Figure]:
    arrivals = bench.receiver.arrivals()
    waited = [(arrivals[id_]["payment.success"] - at_ns) / 1e6 for id_, at_ns in committed.items()]
    bench.details["isolation"] = {"events": len(committed), "latency_ms": summary(waited), "cpu_s": spent.by_name}
    note = contention_note(spent, seconds)
    return [
        Figure("isolation.healthy_p50_ms", percentile(waited, 0.50), "ms", note),
        Figure("isolation.healthy_p99_ms", percentile(waited, 0.99), "ms", note),
    ]


async def _publish_steadily(database_url: str, urls: list[str], count: int) -> dict[str, int]:
    """Events at a steady pace: payment id → monotonic ns of its commit."""
    committed: dict[str, int] = {}
    async with await AsyncConnection.connect(database_url, autocommit=True) as tx:
        await backlog.add_endpoints(tx, urls)
        started = time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(started + number / EVENTS_PER_S - time.monotonic(), 0))
            [payment_id] = await backlog.publish(tx, 1)
            committed[payment_id] = time.monotonic_ns()
    return committed


@contextmanager
def _bad_receivers() -> Iterator[list[int]]:
    """The ports of the one that hangs and of the one that drips."""
    command = [sys.executable, "-m", "benchmarks.receiver.bad"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield [int(port) for port in process.stdout.readline().split()]
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(15)
        process.stdout.close()
