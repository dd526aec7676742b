"""The small parts of set-up and supervisor, each for itself."""

import base64
import io
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dev import check, install, web
from dev.banner import banner
from dev.configuration import process_environment, read_configuration, read_env_file
from dev.console import Console, render
from dev.errors import DevError
from dev.launch import confined
from dev.ports import free_port, is_free
from dev.process_log import ProcessLog
from dev.restarts import Restart, Restarts
from dev.stamps import digest
from dev.state import State, data_folder, load_state, reset, with_free_ports

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


# --- state


def test_the_state_is_made_once_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    state = load_state(tmp_path)
    assert load_state(tmp_path) == state
    assert len(base64.b64decode(state.master_key)) == 32
    assert len({state.postgres_password, state.redis_password, state.master_key}) == 3
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600


def test_a_port_that_was_taken_meanwhile_is_replaced_and_kept(tmp_path: Path) -> None:
    state = load_state(tmp_path)
    with socket.create_server(("127.0.0.1", state.redis_port)):
        fresh = with_free_ports(tmp_path, state, None, None)
    assert fresh.redis_port != state.redis_port
    assert fresh.postgres_port == state.postgres_port
    assert load_state(tmp_path) == fresh
    assert with_free_ports(tmp_path, fresh, 15_432, None).postgres_port == 15_432


def test_a_database_without_its_keys_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(DevError, match="make reset"):
        load_state(tmp_path)


def test_reset_refuses_while_the_folder_is_in_use(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with data_folder(folder):
        program = f"from pathlib import Path; from dev.state import reset; reset(Path({str(folder)!r}))"
        rival = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert f"already runs on {folder} (process {os.getpid()})" in rival.stderr
        assert folder.exists()
    reset(folder)
    assert not folder.exists()
    reset(folder)


# --- configuration


def test_everything_has_a_default_and_the_environment_wins(tmp_path: Path) -> None:
    configuration = read_configuration(tmp_path, {})
    ports = (configuration.api_port, configuration.dashboard_port, configuration.checkout_port)
    assert ports == (8000, 3000, 3001)
    assert configuration.test_mode
    assert configuration.data == tmp_path / ".gateway"
    state = State("a", "b", "generated", 1, 2)
    made = process_environment({"TEST_MODE": "", "HOME": "/home"}, configuration, state, "database", "redis")
    assert made["TEST_MODE"] == "true"
    assert made["GATEWAY_MASTER_KEY"] == "generated"
    assert made["GATEWAY_CHECKOUT_URL"] == "http://localhost:3001"
    assert made["HOME"] == "/home"
    given = {"TEST_MODE": "false", "GATEWAY_MASTER_KEY": "mine", "TEST_PROCESSING_DELAY": "0"}
    made = process_environment(given, read_configuration(tmp_path, given), state, "database", "redis")
    assert given.items() <= made.items()
    assert (made["DATABASE_URL"], made["REDIS_URL"]) == ("database", "redis")
    assert not read_configuration(tmp_path, given).test_mode


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a"])
def test_a_port_that_is_none_names_its_variable(tmp_path: Path, port: str) -> None:
    with pytest.raises(DevError, match="DASHBOARD_PORT"):
        read_configuration(tmp_path, {"DASHBOARD_PORT": port})


def test_an_env_file_is_read_and_may_be_missing(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert read_env_file(file) == {}
    file.write_text("# comment\nAPI_PORT=8100\nexport A = 'b=c'\nEMPTY=\nnonsense\n")
    assert read_env_file(file) == {"API_PORT": "8100", "A": "b=c"}


def test_the_example_shows_no_variable_twice_and_changes_nothing_as_it_is() -> None:
    example = install.ROOT / ".env.example"
    assert read_env_file(example) == {}
    names = [
        line[2:].partition("=")[0]
        for line in example.read_text().splitlines()
        if line[2:3].isupper() and "=" in line
    ]
    assert len(names) == len(set(names)) > 10


def test_the_banner_shows_keys_in_test_mode_only(tmp_path: Path) -> None:
    seed = ["test merchant is there", "dashboard log-in: test@example.com / pass"]
    test = banner(read_configuration(tmp_path, {}), ["api", "dashboard"], seed, 1.0)
    assert "secret_test_xyz789" in test
    assert "Dashboard log-in test@example.com / pass" in test
    live = banner(read_configuration(tmp_path, {"TEST_MODE": "false"}), ["api"], [], 1.0)
    assert "secret" not in live
    assert "Dashboard" not in live


# --- set-up


def test_a_stamp_sees_changed_new_and_lost_files_but_no_results(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.ts").write_text("1")
    before = digest([tmp_path])
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "a.js").write_text("1")
    assert digest([tmp_path]) == before
    (tmp_path / "src" / "b.ts").write_text("2")
    with_b = digest([tmp_path])
    (tmp_path / "src" / "b.ts").write_text("3")
    assert len({before, with_b, digest([tmp_path]), digest([tmp_path], "another Python")}) == 4
    assert digest([tmp_path / "missing"]) == digest([tmp_path / "missing"])


def test_the_web_parts_are_built_once_and_again_after_a_change_or_a_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, ...]] = []

    def npm(root: Path, *arguments: str) -> None:
        calls.append(arguments)
        (root / "node_modules").mkdir(exist_ok=True)
        if arguments[0] == "run":
            (root / "web" / "dashboard" / "dist").mkdir(exist_ok=True)

    monkeypatch.setattr(web, "_npm", npm)
    monkeypatch.setattr(web, "node_trouble", lambda: None)
    (tmp_path / "web" / "dashboard").mkdir(parents=True)
    web.install_and_build(tmp_path)
    assert calls == []
    (tmp_path / "package.json").write_text('{"scripts": {"build": "vite build"}}')
    (tmp_path / "package-lock.json").write_text("{}")
    for _ in range(2):
        web.install_and_build(tmp_path)
    assert [call[:2] for call in calls] == [("ci", "--no-audit"), ("run", "build")]
    (tmp_path / "web" / "dashboard" / "main.ts").write_text("changed")
    web.install_and_build(tmp_path)
    assert calls[2:] == [("run", "build")]
    (tmp_path / "web" / "dashboard" / "dist").rmdir()
    web.install_and_build(tmp_path)
    assert calls[3:] == [("run", "build")]
    (tmp_path / "package-lock.json").write_text('{"changed": true}')
    web.install_and_build(tmp_path)
    assert [call[0] for call in calls[4:]] == ["ci", "run"]


def test_python_packages_are_installed_once_and_again_after_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a folder of its own: a test must not reinstall the environment that it runs in.
    calls: list[list[str]] = []
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("one==1\n")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "REQUIREMENTS", (requirements,))
    monkeypatch.setattr(install, "_venv_version", lambda: "3.11")
    monkeypatch.setattr(install, "_install", calls.append)
    for _ in range(2):
        install.install_packages()
    assert calls == [["-r", str(requirements)], ["--no-deps", "-e", str(tmp_path)]]
    requirements.write_text("one==2\n")
    install.install_packages()
    assert len(calls) == 4
    monkeypatch.setattr(install, "_venv_version", lambda: "3.12")
    install.install_packages()
    assert len(calls) == 6


def test_make_help_lists_every_target() -> None:
    help_ = ["make", "--no-print-directory", "help"]  # `make test` runs us, so this make is a nested one
    listed = subprocess.run(help_, cwd=install.ROOT, capture_output=True, text=True, check=True).stdout
    phony = (install.ROOT / "Makefile").read_text().partition(".PHONY:")[2].splitlines()[0].split()
    assert [line.split()[1] for line in listed.splitlines()] == phony


def test_the_report_names_what_failed_and_repeats_the_summary_of_pytest() -> None:
    good = check.run(check.Step("ruff check", [sys.executable, "-c", "print('fine')"]))
    bad = check.run(check.Step("pytest", [sys.executable, "-c", "print('= 1 failed ='); raise SystemExit(1)"]))
    missing = check.run(check.Step("mypy", ["/no/such/program"]))
    assert (good.code, bad.code, missing.code) == (0, 1, 127)
    report = check.report([good, bad, missing]).splitlines()
    assert report[0].startswith("ok      ruff check")
    assert report[1].startswith("FAILED  pytest")
    assert report[-2:] == ["= 1 failed =", "Failed: pytest, mypy."]
    assert check.report([good]).splitlines()[-1] == "All checks passed."


def test_each_test_runs_in_one_of_the_two_groups() -> None:
    commands = [step.command for step in check.test_steps() if step.name.startswith("pytest")]
    markers = [command[len(command) - command[::-1].index("-m")] for command in commands]
    assert markers == ["not alone", "alone"]
    assert commands[0][-len(check.SIDE_BY_SIDE) :] == list(check.SIDE_BY_SIDE)


def test_a_process_that_a_step_leaves_behind_does_not_hold_up_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_REST_SECONDS", 0.2)
    program = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"
    result = check.run(check.Step("pytest", [sys.executable, "-c", program]))
    os.kill(int(result.last_line), signal.SIGKILL)  # fails if it had ended, as it does when the step waits for it
    assert result.seconds < 30


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
