"""What the supervisor is made of: restarts, logs, the terminal, the start of a process."""

import io
import json
import socket
import subprocess
from pathlib import Path

import pytest

from dev.console import Console, render
from dev.launch import confined
from dev.ports import free_port, is_free
from dev.process_log import ProcessLog
from dev.restarts import Restart, Restarts

# --- restarts


def test_delays_double_and_a_fifth_death_within_a_minute_is_a_loop() -> None:
    restarts = Restarts()
    verdicts = [restarts.after_death(now) for now in (0, 1, 3, 7, 15, 50)]
    assert [verdict.delay for verdict in verdicts] == [0.5, 1, 2, 4, 30, 30]
    assert [verdict.looping for verdict in verdicts] == [False, False, False, False, True, True]


def test_old_deaths_are_forgotten() -> None:
    restarts = Restarts()
    for now in (0, 1, 2, 3, 4):
        restarts.after_death(now)
    assert restarts.after_death(65) == Restart(0.5, looping=False)


# --- what the terminal shows


def test_a_request_is_one_short_line() -> None:
    record = {
        "level": "INFO", "message": "request", "timestamp": "2026-11-23 08:44:37,798+0000", "location": "_log:61",
        "service": "api", "method": "POST", "path": "/api/v1/orders", "status": 201, "ms": 15.9,
        "request_id": "req_1", "merchant_id": "550e8400", "replayed": False,
    }  # fmt: skip
    assert render(json.dumps(record)) == "08:44:37 INFO  POST /api/v1/orders 201 15.9 ms request_id=req_1"


def test_an_exception_stands_below_its_line() -> None:
    record = {"level": "ERROR", "message": "drain", "kind": "payments", "exception": "Traceback:\n  oh no"}
    assert render(json.dumps(record)) == "ERROR drain kind=payments\n    Traceback:\n      oh no"


@pytest.mark.parametrize("line", ["plain text", "{not json", '{"a": 1}', "[1, 2]", ""])
def test_what_is_no_log_record_stays_as_it_is(line: str) -> None:
    assert render(line) == line


def test_the_console_prefixes_every_line_and_outlives_its_reader() -> None:
    output = io.StringIO()
    console = Console(output)
    console.line("api", '{"level": "ERROR", "message": "a", "exception": "b"}')
    assert output.getvalue() == "api      | ERROR a\napi      |     b\n"
    output.close()
    console.say("nobody reads this")


# --- logs


def test_a_log_is_cut_into_lines_and_bounded(tmp_path: Path) -> None:
    lines: list[str] = []
    log = ProcessLog(tmp_path / "api.log", lines.append, largest=100)
    log.feed(b"first\nsec")
    assert lines == ["first"]
    log.feed(b"ond\n\xff\n")
    assert lines == ["first", "second", "\ufffd"]
    for number in range(100):
        log.feed(f"line {number}\n".encode())
    log.feed(b"unfinished")
    log.close()
    assert lines[-1] == "unfinished"
    assert list(log.last_lines)[-2:] == ["line 99", "unfinished"]
    kept = [(tmp_path / name).stat().st_size for name in ("api.log", "api.log.1")]
    assert max(kept) <= 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["api.log", "api.log.1"]


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    lines: list[str] = []
    log = ProcessLog(tmp_path / "api.log", lines.append)
    log.feed(b"x" * 200_000)
    assert [len(line) for line in lines] == [65_536] * 3
    log.close()
    assert sum(map(len, lines)) == 200_000


# --- starting processes


def test_a_free_port_is_below_the_range_of_outgoing_connections() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = [free_port() for _ in range(20)]
    assert max(ports) < lowest
    with socket.create_server(("127.0.0.1", ports[0])):
        assert not is_free(ports[0])


def test_a_program_whose_parent_is_already_gone_does_not_start() -> None:
    command = confined(["echo", "started"], 15)
    command[4] = "1"  # the parent's process id
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (126, "")


def test_a_program_that_cannot_run_is_one_line() -> None:
    done = subprocess.run(confined(["/no/such/program"], 15), capture_output=True, text=True, check=False)
    assert done.returncode == 126
    assert done.stderr == "cannot run /no/such/program (keep): [Errno 2] No such file or directory\n"
