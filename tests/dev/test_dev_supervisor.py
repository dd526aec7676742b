"""`make dev` around a stand-in for the product, with real Postgres and Redis."""

import json
import re
import signal
import socket
import stat
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import psycopg
import pytest
import redis

from dev.ports import free_port
from dev.state import State
from tests.dev import product
from tests.dev.running import UP, MakeDev
from tests.dev.waiting import lives, until

Run = Callable[..., MakeDev]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    product.make_product(tmp_path / "root")
    return tmp_path / "root"


@pytest.fixture
def make_dev(root: Path) -> Iterator[Run]:
    """`make_dev(NAME=value)` starts it; the data folder is the same for all starts of a test."""
    runs: list[MakeDev] = []

    def run(**variables: str) -> MakeDev:
        runs.append(MakeDev(root, root.parent / "data", **variables))
        return runs[-1]

    yield run
    for one in runs:
        one.end()


def urls(run: MakeDev) -> tuple[str, str]:
    found = re.search(r"started with (\S+) (\S+)", run.output)
    assert found
    return found[1], found[2]


def test_starts_all_says_where_and_ends_processes_before_databases(make_dev: Run, root: Path) -> None:
    run = make_dev()
    run.wait_for(UP)
    address = run.api.replace("127.0.0.1", "localhost")
    for text in (f"API              {address}", "key_test_abc123", "whsec_test_abc123", f"curl -s {address}"):
        assert text in run.output
    until(lambda: run.output.count("started with") == 3)
    assert run.stop() < 10
    assert run.process.returncode == 0
    assert run.survivors() == []
    ended = dict(line.split() for line in (root / "ended").read_text().splitlines())
    assert set(ended) == {"api", "worker", "webhooks"}
    logs = run.data / "logs"
    databases = (logs / "postgres.log").stat().st_mtime, (logs / "redis.log").stat().st_mtime
    assert max(map(float, ended.values())) < min(databases)
    assert databases[1] <= databases[0]
    assert "database system is shut down" in (logs / "postgres.log").read_text()


def test_a_second_start_has_the_same_data_passwords_and_ports(make_dev: Run) -> None:
    first = make_dev()
    first.wait_for(UP)
    database, cache = urls(first)
    with psycopg.connect(database) as connection:
        connection.execute("create table note as select 42 as answer")
    redis.Redis.from_url(cache).set("answer", 42)
    first.stop()
    second = make_dev()
    assert second.wait_for(UP) < 10
    assert urls(second) == (database, cache)
    with psycopg.connect(database) as connection:
        assert connection.execute("select answer from note").fetchone() == (42,)
    assert redis.Redis.from_url(cache).get("answer") == b"42"
    assert stat.S_IMODE((second.data / "state.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["worker", "redis", "postgres"])
def test_a_killed_process_is_started_again_and_that_is_said(make_dev: Run, name: str) -> None:
    run = make_dev()
    run.wait_for(UP)
    database, cache = urls(run)
    killed = run.kill(name)
    run.wait_for(f"{name} died (SIGKILL) and is started again in 0.5 s")
    run.wait_for(f"{name} started again (process ")
    assert run.pids()[name] != killed
    until(lambda: _answers(database, cache))
    run.stop()
    assert run.survivors() == []


def _answers(database: str, cache: str) -> bool:
    try:
        psycopg.connect(database).close()
        return bool(redis.Redis.from_url(cache).ping())
    except (psycopg.OperationalError, redis.ConnectionError):
        return False


def test_a_process_that_keeps_dying_is_shown_with_its_last_lines(make_dev: Run, root: Path) -> None:
    product.replace(root, "worker", product.CRASHES)
    run = make_dev()
    run.wait_for(UP)
    run.wait_for("worker died (exit code 3)")
    run.wait_for("worker keeps dying (exit code 3) and is started again in 30 s")
    run.wait_for("the last were:\nworker   | no way to go on\n")
    assert run.stop() < 10  # also while it waits for the next try


def test_a_process_that_does_not_end_is_ended_by_force_within_ten_seconds(make_dev: Run, root: Path) -> None:
    product.replace(root, "worker", product.STUBBORN)
    run = make_dev()
    run.wait_for(UP)
    run.wait_for("deaf")
    assert run.stop(signal.SIGTERM) < 10
    assert "worker did not end in time and was stopped by force" in run.output
    assert "database system is shut down" in (run.data / "logs" / "postgres.log").read_text()
    assert run.survivors() == []


def test_a_second_ctrl_c_ends_at_once(make_dev: Run, root: Path) -> None:
    product.replace(root, "worker", product.STUBBORN)
    run = make_dev()
    run.wait_for(UP)
    run.wait_for("deaf")
    run.process.send_signal(signal.SIGINT)
    run.wait_for("Stopping; once more Ctrl-C stops by force.")
    assert run.stop() < 4
    assert "Stopping by force." in run.output
    assert run.survivors() == []


def test_ctrl_c_during_the_start_leaves_nothing(make_dev: Run, root: Path) -> None:
    (root / "gateway" / "cli.py").write_text("import time\ntime.sleep(60)\n")
    run = make_dev()
    until(lambda: {"postgres", "redis"} <= run.pids().keys())
    assert run.stop() < 5
    assert run.process.returncode == 0
    assert run.survivors() == []


def test_after_a_kill_of_the_supervisor_nothing_stays_and_the_next_start_works(make_dev: Run, root: Path) -> None:
    product.replace(root, "webhooks", product.STUBBORN)
    first = make_dev()
    first.wait_for(UP)
    first.wait_for("deaf")
    first.process.kill()
    first.process.wait()
    second = make_dev(API_PORT=first.environment["API_PORT"])
    second.wait_for(UP)
    assert "Ended what an earlier run left behind: " in second.output
    assert "webhooks" in second.output.partition("left behind: ")[2].splitlines()[0]
    assert [pid for pid in first.seen if lives(pid)] == []


def test_log_lines_are_readable_on_the_terminal_and_raw_in_the_file(make_dev: Run) -> None:
    run = make_dev()
    run.wait_for("api      | 10:11:12 INFO  GET /health 200 1.5 ms\n")
    run.stop()
    assert '{"level": "INFO", "message": "request"' in (run.data / "logs" / "api.log").read_text()


@pytest.mark.parametrize("variable", ["API_PORT", "POSTGRES_PORT", "REDIS_PORT", "CHECKOUT_PORT"])
def test_a_taken_port_is_named_with_the_variable_that_changes_it(make_dev: Run, root: Path, variable: str) -> None:
    product.build_web(root, "checkout")
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        line = make_dev(**{variable: str(port)}).fails()
    assert f"Port {port} " in line
    assert f"set {variable}." in line


def test_web_parts_run_where_they_are_built_and_know_the_api(make_dev: Run, root: Path) -> None:
    product.build_web(root, "checkout")
    run = make_dev()
    run.wait_for(UP)
    assert "web/dashboard/dist/server.js is not built: the dashboard is left out." in run.output
    port = run.environment["CHECKOUT_PORT"]
    assert f"Checkout         http://localhost:{port}" in run.output
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
        assert answer.read().decode() == run.api


def test_without_node_the_rest_runs(make_dev: Run, root: Path, tmp_path: Path) -> None:
    product.build_web(root, "checkout")
    run = make_dev(PATH=str(tmp_path))
    run.wait_for("Node 20 with npm is not installed: dashboard and checkout are left out.")
    run.wait_for(UP)


def test_databases_from_the_environment_are_used_instead(make_dev: Run, root: Path) -> None:
    first = make_dev()
    first.wait_for(UP)
    database, cache = urls(first)
    given = {"DATABASE_URL": database, "REDIS_URL": cache}
    other = MakeDev(root, first.data.with_name("other"), **given)
    try:
        other.wait_for(UP)
        assert urls(other) == (database, cache)
        assert set(other.pids()) == {"api", "worker", "webhooks"}
    finally:
        other.end()


@pytest.mark.parametrize(
    ("variable", "url"),
    [("DATABASE_URL", "postgresql://a@127.0.0.1:{port}/b"), ("REDIS_URL", "redis://127.0.0.1:{port}/0")],
)
def test_a_database_from_the_environment_that_cannot_be_reached_is_one_line(
    make_dev: Run, variable: str, url: str
) -> None:
    assert re.match(
        f"make dev: {variable} is set, but (Postgres|Redis) cannot be reached: .*refused",
        make_dev(**{variable: url.format(port=free_port())}).fails(),
    )


def test_a_failed_migration_is_told_and_everything_ends(make_dev: Run, root: Path) -> None:
    (root / "gateway" / "cli.py").write_text("raise SystemExit('error: 0007 was changed after it was applied')\n")
    run = make_dev()
    until(lambda: run.pids() or run.process.poll() is not None)
    run.seen |= set(run.pids().values())
    assert run.fails() == "make dev: `gateway migrate` failed: error: 0007 was changed after it was applied"
    assert run.survivors() == []


def test_two_at_once_on_one_folder_are_refused(make_dev: Run) -> None:
    first = make_dev()
    first.wait_for(UP)
    line = make_dev().fails()
    assert f"already runs on {first.data} (process {first.process.pid})" in line
    assert "GATEWAY_DATA_DIR" in line


@pytest.mark.parametrize("breakage", ["state", "postgres", "lost state", "a file"])
def test_a_broken_data_folder_is_named_with_the_way_out(make_dev: Run, root: Path, breakage: str) -> None:
    data = root.parent / "data"
    if breakage == "a file":
        data.write_text("")
    else:
        (data / "postgres").mkdir(parents=True)
        (data / "postgres" / "PG_VERSION").write_text("not a number")
    if breakage == "state":
        (data / "state.json").write_text("{")
    if breakage == "postgres":
        state = State("a", "b", "c", free_port(), free_port())
        (data / "state.json").write_text(json.dumps(asdict(state)))
    line = make_dev().fails()
    assert str(data) in line
    assert "make reset" in line or breakage == "a file"


def test_a_port_that_is_no_number_is_one_line(make_dev: Run) -> None:
    assert make_dev(API_PORT="eight").fails() == "make dev: API_PORT must be a TCP port, not 'eight'."


def test_the_terminal_may_go_away(make_dev: Run) -> None:
    run = make_dev()
    run.wait_for(UP)
    began = time.monotonic()
    assert run.stop(signal.SIGHUP) < 10
    assert time.monotonic() - began < 10
    assert run.survivors() == []
