"""The health check of the containers, as they run it: `python -I -S …/alive.py`."""

import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dev.ports import free_port
from tests.support.stack import ROOT, Stack, eventually

SCRIPT = ROOT / "layers" / "gateway" / "python" / "gateway" / "jobs" / "alive.py"


def is_alive(*arguments: str, **env: str) -> bool:
    """What the check says, run without anything of our environment."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *arguments]
    return subprocess.run(command, env=env, check=False).returncode == 0


def test_a_worker_is_alive_while_its_heartbeats_reach_the_database(stack: Stack, tmp_path: Path) -> None:
    folder = {"GATEWAY_HEARTBEAT_FOLDER": str(tmp_path)}
    assert not is_alive("payments", "refunds", **folder)
    worker = stack.another("worker", **folder)
    worker.start()
    eventually(lambda: is_alive("payments", "refunds", **folder), 30, "the first heartbeat")
    assert not is_alive("payments", "webhooks", **folder), "a kind that this worker does not drain"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gateway-payments.alive", "gateway-refunds.alive"]
    worker.stop()
    long_ago = time.time() - 16
    os.utime(tmp_path / "gateway-refunds.alive", (long_ago, long_ago))
    assert is_alive("payments", **folder) and not is_alive("payments", "refunds", **folder)


def test_a_worker_whose_database_is_away_leaves_no_heartbeat(stack: Stack, tmp_path: Path) -> None:
    away = {
        "GATEWAY_HEARTBEAT_FOLDER": str(tmp_path),
        "DATABASE_URL": f"postgresql://a:b@127.0.0.1:{free_port()}/c",
    }
    worker = stack.another("worker", **away)
    worker.start()
    eventually(lambda: "database away" in worker.log.read_text("utf-8"), 30, "the worker's look at its database")
    assert not list(tmp_path.iterdir())
    worker.kill()


@pytest.mark.parametrize(("status", "alive"), [(200, True), (503, True), (404, False), (500, False)])
def test_an_api_is_alive_if_it_answers_also_without_its_database(status: int, alive: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 418)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert is_alive("api", PORT=str(server.server_port)) is alive
        server.shutdown()


def test_the_real_api_is_alive_and_a_port_where_nobody_listens_is_not(stack: Stack) -> None:
    assert is_alive("api", PORT=str(stack.port))
    assert not is_alive("api", PORT=str(free_port()))
