"""Two gateways in memory measured by turns, one of which learns its webhook URL from a command."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.against.neighbours import find_processes
from benchmarks.gateway_client import GatewayRefused
from dev.ports import free_port
from dev.redis import RedisServer
from tests.benchmarks.conftest import started_fake
from tests.benchmarks.fake_process import RunningFake

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 2
RATES = ("orders.per_s", "accept_alone.per_s", "payments.per_s", "end_to_end.per_s", "reads.per_s")
STEADY = ("webhook_p50_ms", "webhook_p99_ms", "accept_p50_ms", "accept_p99_ms", "all_cpu_ms")

SET_URL = """
import json, os, urllib.request
url, headers = os.environ["BASE_URL"] + "/api/v1/webhooks/config", {"X-Api-Key": os.environ["API_KEY"]}
body = json.dumps({"webhook_url": os.environ["WEBHOOK_URL"] or None, "events": ["payment.success"]}).encode()
with urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PUT")) as answer:
    print(json.load(answer)["webhook_secret"])
"""
# One connection to the port of the first argument; with a second argument it listens there.
CONNECTED = """
import socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[2]))) if len(sys.argv) > 2 else None
store = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def running(code: str, *arguments: int) -> Iterator[int]:
    """The process id of a program that goes on until its stdin closes."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        yield process.pid
    finally:
        process.communicate()
        assert process.returncode == 0, "it goes on, though it had been stopped"


@pytest.fixture(scope="module")
def result(fake: RunningFake, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("results")
    (folder / "set_url.py").write_text(SET_URL)
    idle = "print('ready', flush=True); import sys; sys.stdin.read()"
    with started_fake() as other, running(idle) as our_worker, running(idle) as its_worker:
        command = [sys.executable, "-m", "benchmarks", "--smoke", "--base-url", fake.base_url, "--key", "key"]
        command += ["--pid", f"api={fake.process.pid}", "--pid", f"worker={our_worker}"]
        command += ["--against", other.base_url, "--against-key", "key", "--rounds", str(ROUNDS)]
        command += ["--against-pids", f"api={other.process.pid},worker={its_worker}"]
        command += ["--against-webhook", f"{sys.executable} {folder / 'set_url.py'}", "--results", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        assert other.gateway.expect("GET", "/api/v1/webhooks/config")["webhook_url"] is None
    assert "ours / other" in done.stdout
    assert "| orders.per_s |" in (folder / "against-smoke.md").read_text()
    parsed: dict[str, Any] = json.loads((folder / "against-smoke.json").read_text())
    return parsed


@pytest.mark.timeout(320)
def test_every_figure_has_both_sides_of_each_round_and_their_ratio(result: dict[str, Any]) -> None:
    names = {*RATES, *(f"at_100.{name}" for name in STEADY), "memory.api_mb", "memory.all_mb"}
    assert names <= result["figures"].keys()
    for name in names:
        figure = result["figures"][name]
        assert len(figure["ours"]) == len(figure["other"]) == ROUNDS, name
        assert min(figure["ours"] + figure["other"]) > 0, name
        assert figure["ratios"] == [a / b for a, b in zip(figure["ours"], figure["other"], strict=True)], name


def test_nothing_was_refused_or_lost_and_all_signatures_were_right(result: dict[str, Any]) -> None:
    notes = [note for figure in result["figures"].values() for note in figure["notes"]]
    plain = [part for note in notes for part in note.split("; ") if "contended" not in part]
    assert plain == []


def test_the_cpu_of_each_process_is_in_the_record(result: dict[str, Any]) -> None:
    for each in result["details"]["rounds"]:
        for side in ("ours", "other"):
            assert each[side]["end_to_end.all_cpu_ms"] >= each[side]["end_to_end.api_cpu_ms"] > 0


def test_a_gateways_processes_are_found_by_its_port(tmp_path: Path) -> None:
    redis, port = RedisServer(tmp_path / "redis"), free_port()
    redis.start()
    try:
        with running(CONNECTED, redis.port, port) as api, running(CONNECTED, redis.port) as worker:
            found = find_processes(f"http://127.0.0.1:{port}")
        assert found == {"api": api, "redis": redis.pid, "worker": worker}
    finally:
        redis.stop()


def test_a_port_where_nobody_listens_is_told() -> None:
    with pytest.raises(GatewayRefused, match="name its processes"):
        find_processes(f"http://127.0.0.1:{free_port()}")


def test_a_scenario_of_the_comparison_alone_needs_another_gateway() -> None:
    command = [sys.executable, "-m", "benchmarks", "--start", "--only", "accept_alone"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "without --against: accept_alone" in done.stderr
