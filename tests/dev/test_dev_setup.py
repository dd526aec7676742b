"""What installs, builds and checks, each part for itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dev import check, install, web
from dev.stamps import digest


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
    monkeypatch.setattr(install, "_put_on_path", lambda _: None)
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
    lines = (install.ROOT / "Makefile").read_text().splitlines()
    phony = [name for line in lines if line.startswith(".PHONY:") for name in line.split()[1:]]
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


def test_each_test_runs_in_one_of_the_groups() -> None:
    commands = [step.command for step in check.test_steps() if step.name.startswith("pytest")]
    markers = [command[len(command) - command[::-1].index("-m")] for command in commands]
    assert markers == ["containers", "not alone and not containers", "alone"]
    assert commands[1][-len(check.SIDE_BY_SIDE) :] == list(check.SIDE_BY_SIDE)


def test_a_process_that_a_step_leaves_behind_does_not_hold_up_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_REST_SECONDS", 0.2)
    program = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"
    result = check.run(check.Step("pytest", [sys.executable, "-c", program]))
    os.kill(int(result.last_line), signal.SIGKILL)  # fails if it had ended, as it does when the step waits for it
    assert result.seconds < 30
