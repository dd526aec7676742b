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
from pathlib import Path

from benchmarks.paths import ROOT
from benchmarks.receiver.handle import Receiver
from benchmarks.webhook_sender.backlog import fill
from benchmarks.webhook_sender.work_off import work_off
from dev.postgres import PostgresServer
from dev.redis import RedisServer


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
                result = work_off(
                    env | {"REDIS_URL": redis.url}, arguments.deliveries, Path(folder) / "webhooks.log"
                )
                print(f"{arguments.deliveries} deliveries to {endpoints:>3} endpoints {result}", flush=True)
        finally:
            redis.stop()
            postgres.stop()


if __name__ == "__main__":
    main()
