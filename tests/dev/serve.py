"""Runs both embedded servers for a test: `python serve.py FOLDER`, then one command a line on standard input.

Commands: `kill` (SIGKILL), `start`, `stop`. After the start and after each command a JSON line tells the
state. It needs no installed package but the two that hold the servers, so any user's Python can run it.
"""

import itertools
import json
import sys
import time
from pathlib import Path

from dev.postgres import PostgresServer
from dev.redis import RedisServer

folder = Path(sys.argv[1])
postgres = PostgresServer(folder / "postgres", durable=False)
redis = RedisServer(folder / "redis")


def tell(seconds: float) -> None:
    pids = [server.pid for server in (postgres, redis)]
    users = [Path(f"/proc/{pid}").stat().st_uid for pid in pids if pid]
    state = {
        "postgres": postgres.url,
        "redis": redis.url,
        "pids": pids,
        "users": users,
        "confinement": postgres._confinement,
        "seconds": seconds,
    }
    print(json.dumps(state), flush=True)


for command in itertools.chain(["start"], sys.stdin):
    began = time.monotonic()
    for server in (postgres, redis):
        getattr(server, command.strip())()
    tell(time.monotonic() - began)
