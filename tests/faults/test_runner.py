"""The fault runner itself: its plan, its table, its proxy, and the points at which processes die."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import ValidationError

from faults.__main__ import ALONE, LANES, main
from faults.pages import PAGE, promises_table
from faults.plan import (
    API_POINTS,
    DOOR_FAULTS,
    FAKE_POINTS,
    LONG,
    NOTICE_POINTS,
    SENDER_POINTS,
    SHORT,
    VERB_POINTS,
    WORKER_POINTS,
    make_plan,
)
from faults.promises import PROMISES
from faults.proxy import Proxies, proxies
from faults.report import Measure, rows, text_table, with_missing
from gateway.database import PooledDatabase, connection
from gateway.errors import Unavailable
from gateway.failpoint import POINTS
from gateway.settings import Settings
from tests.support.stack import ROOT


def test_the_same_seed_is_the_same_plan_and_another_is_another() -> None:
    for profile in (SHORT, LONG):
        assert str(make_plan(7, profile)) == str(make_plan(7, profile))
        assert str(make_plan(7, profile)) != str(make_plan(8, profile))


def test_every_plan_has_every_fault_and_every_point() -> None:
    crashes = set(WORKER_POINTS) | set(SENDER_POINTS) | set(API_POINTS)
    at_processors = {point for points in VERB_POINTS.values() for point in points}
    assert crashes | at_processors | set(NOTICE_POINTS) == POINTS
    for seed in range(20):
        plan = make_plan(seed, SHORT)
        named = {point.split("@")[0] for points in plan.points.values() for point in points}
        assert named == crashes
        assert {fault.target for fault in plan.outages} == {"postgres", "redis", "receiver"}
        assert {"cut", "delay", "drip", "half-open", "restart"} == {fault.what for fault in plan.outages}
        assert {fault.what for fault in plan.redis} == {"flush", "kill", "stop"}
        assert {point.split("@")[0] for point in plan.fake_points if point} == set(FAKE_POINTS)
        assert {fault.what for fault in plan.doors} == {*DOOR_FAULTS, "refuse", "cut", "half-open", "kill"}
        assert all(fault.at <= later.at for fault, later in zip(plan.outages, plan.outages[1:], strict=False))


def test_every_promise_is_some_acts_and_what_was_not_measured_is_not_held() -> None:
    acts = [*ALONE, *(act for lane in LANES for act in lane)]
    promised = [promise for act in acts for promise in act.promises]
    assert sorted(promised) == sorted(PROMISES)
    table = with_missing([Measure("B5", True, "201, 400"), Measure("A1", False, "3 left")], ["A1", "A2", "B5"])
    assert [(one.promise, one.held) for one in table] == [("A1", False), ("A2", False), ("B5", True)]
    assert [row[3] for row in rows(table)] == ["NOT HELD", "NOT HELD", "yes"]
    assert "not measured" in text_table(table)


def test_the_exit_code_says_that_a_promise_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An act that breaks off: its promises are in the table all the same."""

    def break_off(_: object) -> list[Measure]:
        raise RuntimeError("no luck")

    @contextmanager
    def no_world(*_: object) -> Iterator[object]:
        yield type("World", (), {"say": print})()

    monkeypatch.setattr("faults.__main__.new_world", no_world)
    monkeypatch.setattr("faults.__main__.ALONE", ())
    act = type(LANES[0][0])("broken", break_off, ("A1", "A2"))
    monkeypatch.setattr("faults.__main__.LANES", ((act,),))
    assert main(["--seed", "1", "--results", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert shown.count("NOT HELD") == 3
    assert "RuntimeError no luck" in shown


def test_an_act_that_does_not_exist_is_refused_rather_than_held(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--seed", "1", "--only", "replays"])
    assert ended.value.code == 2
    assert "invalid choice: 'replays'" in capsys.readouterr().err


def test_the_page_lists_the_promises_as_they_are() -> None:
    assert promises_table() in PAGE.read_text(), "run `python -m faults --update-docs`"


def test_a_point_is_refused_outside_test_mode_and_must_exist() -> None:
    assert Settings(TEST_MODE=True, failpoint="payments.answered@3").failpoint
    with pytest.raises(ValidationError, match="refused outside test mode"):
        Settings(TEST_MODE=False, failpoint="payments.answered")
    for wrong in ("payments.nowhere", "payments.answered@0", "payments.answered@x"):
        with pytest.raises(ValidationError, match="must be one of"):
            Settings(TEST_MODE=True, failpoint=wrong)


def test_a_process_dies_when_it_reaches_its_point_for_the_nth_time() -> None:
    program = (
        "from gateway.failpoint import arm, reach\narm({!r})\nfor n in range(3): print(n); reach('api.committed')"
    )
    outcomes = {}
    for point in ("api.committed@2", "api.key_taken", ""):
        run = subprocess.run(
            [sys.executable, "-u", "-c", program.format(point)], capture_output=True, text=True, cwd=ROOT
        )
        outcomes[point] = (run.returncode, run.stdout.split())
    assert outcomes == {
        "api.committed@2": (-signal.SIGKILL, ["0", "1"]),
        "api.key_taken": (0, ["0", "1", "2"]),
        "": (0, ["0", "1", "2"]),
    }


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends everything back."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            while piece := connection.recv(1000):
                connection.sendall(piece)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _ask(connection: socket.socket, text: bytes = b"hello") -> bytes:
    connection.sendall(text)
    answer = b""
    while len(answer) < len(text):
        piece = connection.recv(1000)
        if not piece:
            break
        answer += piece
    return answer


def _connect(between: Proxies) -> socket.socket:
    return socket.create_connection(("127.0.0.1", between.ports["echo"]), timeout=2)


def _comes_to_be(between: Proxies, mode: str) -> None:
    between.switch("echo", mode)
    time.sleep(0.2)  # a line through a pipe to another process, which says nothing back


def test_the_proxy_passes_delays_drips_cuts_and_half_opens(echo: int) -> None:
    with proxies({"echo": echo}) as between, _connect(between) as connection:
        assert _ask(connection) == b"hello"
        _comes_to_be(between, "delay")
        started = time.monotonic()
        assert _ask(connection) == b"hello"
        assert time.monotonic() - started >= 0.4  # there and back
        _comes_to_be(between, "drip")
        started = time.monotonic()
        assert _ask(connection, b"x" * 100) == b"x" * 100
        assert time.monotonic() - started >= 0.2
        _comes_to_be(between, "half-open")
        with _connect(between) as late, pytest.raises(TimeoutError):
            _ask(late)
        _comes_to_be(between, "pass")
        with pytest.raises(TimeoutError):  # forgotten, as by a firewall
            _ask(connection)
        with _connect(between) as fresh:
            assert _ask(fresh) == b"hello"
            _comes_to_be(between, "cut")
            with pytest.raises(OSError):
                assert _ask(fresh)


async def test_a_statement_without_an_answer_is_given_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_ANSWER_SECONDS", 1.0)
    port = int(database_url.rpartition(":")[2].partition("/")[0])
    with proxies({"postgres": port}) as between:
        url = database_url.replace(f":{port}/", f":{between.ports['postgres']}/")
        pool = PooledDatabase(Settings(DATABASE_URL=url, TEST_MODE=True, database_pool_size=3), "gateway_worker")
        try:
            async with pool.connection(None) as one, pool.connection(None) as two, pool.connection(None) as three:
                for tx in (one, two, three):
                    await tx.execute("SELECT 1")
            between.switch("postgres", "half-open")
            time.sleep(0.2)
            with pytest.raises(Unavailable):
                async with pool.connection(None) as tx:
                    await tx.execute("SELECT 1")
            between.switch("postgres", "pass")
            time.sleep(0.2)
            for _ in range(3):  # the others were as dead, and are gone with the first
                async with pool.connection(None) as tx:
                    cursor = await tx.execute("SELECT 2")
                    assert await cursor.fetchone() == (2,)
        finally:
            await pool.close()


def test_the_command_prints_its_plan_without_starting_anything() -> None:
    command = [sys.executable, "-m", "faults", "--seed", "3", "--plan"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=dict(os.environ))
    assert shown.stdout.strip() == str(make_plan(3, SHORT))
