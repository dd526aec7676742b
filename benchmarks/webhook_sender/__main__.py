"""`python -m benchmarks.webhook_sender`: deliveries per second of one `python -m webhooks` over real servers.

A backlog of events is written with the product's own publish statement; then the sender is started
and the time is taken from its first delivery to its last. CPU is the sender's own, per delivery.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from benchmarks.paths import ROOT
from benchmarks.receiver.handle import Receiver
from benchmarks.webhook_sender.backlog import fill
from dev.postgres import PostgresServer
from dev.redis import RedisServer


def _done(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM deliveries WHERE status = 'success'").fetchone()
    assert row is not None
    return int(row[0])


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _measure(url: str, redis_url: str, deliveries: int, log: Path) -> str:
    env = os.environ | {"DATABASE_URL": url, "REDIS_URL": redis_url, "TEST_MODE": "true"}
    with log.open("wb") as output, psycopg.connect(url, autocommit=True) as connection:
        process = subprocess.Popen(
            [sys.executable, "-m", "webhooks"], env=env, cwd=ROOT, stdout=output, stderr=output
        )
        try:
            while (first := _done(connection)) == 0:
                time.sleep(0.02)
            cpu, started = _cpu_seconds(process.pid), time.perf_counter()
            while _done(connection) < deliveries:
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            seconds = time.perf_counter() - started
            used = _cpu_seconds(process.pid) - cpu
            memory = _resident_mb(process.pid)
        finally:
            process.terminate()
            process.wait(15)
    count = deliveries - first
    return f"{count / seconds:8.0f}/s {used * 1000 / count:8.2f} ms CPU {memory:8.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--endpoints", type=int, nargs="*", default=[1, 20])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sender-bench-") as folder, Receiver() as receiver:
        postgres, redis = PostgresServer(Path(folder) / "pg"), RedisServer(Path(folder) / "redis")
        postgres.start()
        redis.start()
        try:
            env = os.environ | {"DATABASE_URL": postgres.url, "TEST_MODE": "true"}
            for command in ("migrate", "seed"):
                subprocess.run([sys.executable, "-m", "gateway.cli", command], env=env, cwd=ROOT, check=True)
            for endpoints in arguments.endpoints:
                receiver.reset("x", verify_every=1_000_000)
                fill(postgres.url, arguments.deliveries, endpoints, receiver.port)
                result = _measure(postgres.url, redis.url, arguments.deliveries, Path(folder) / "webhooks.log")
                print(f"{arguments.deliveries} deliveries to {endpoints:>3} endpoints {result}", flush=True)
        finally:
            redis.stop()
            postgres.stop()


if __name__ == "__main__":
    main()
