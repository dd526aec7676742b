"""Scanners that need neither the product nor a network: bandit, semgrep with our own rules, gitleaks, squawk.

They run in a venv of their own, pinned with hashes in `tests/deploy/requirements/scan.txt`. `make scan` runs
only them. What a scanner is told to leave out stands here, with the reason.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.tools import ROOT, tool

pytestmark = pytest.mark.timeout(600)  # the first one installs them

PRODUCT = ("layers/gateway/python/gateway", "functions")
RULES = Path(__file__).parent / "rules"


def scan(program: str, *arguments: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    quiet = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}
    programs = tool("scan")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(programs / program), *arguments],
        cwd=folder, env=os.environ | quiet | {"PATH": path}, capture_output=True, text=True, timeout=400,
    )  # fmt: skip


def semgrep(*paths: str) -> list[dict[str, Any]]:
    ran = scan(
        "semgrep", "scan", "--metrics=off", "--disable-version-check", "--json", "-q", "--no-git-ignore",
        "--config", str(RULES / "semgrep.yml"), *paths,
    )  # fmt: skip
    report = json.loads(ran.stdout)
    assert report["errors"] == [], report["errors"]
    assert report["paths"]["scanned"], "nothing was scanned"
    found: list[dict[str, Any]] = report["results"]
    return found


def test_bandit_finds_nothing() -> None:
    """Of medium severity and confidence and up. B608 (SQL by text) and B310 (urlopen) are our own rules' matter,
    which are stricter; B104 (listening on all addresses) is what a server in a container does."""
    ran = scan("bandit", "-q", "-r", "-ll", "-ii", "-s", "B608,B104,B310", *PRODUCT)
    assert ran.returncode == 0, ran.stdout


def test_our_own_rules_hold() -> None:
    found = [f"{one['path']}:{one['start']['line']} {one['extra']['message']}" for one in semgrep(*PRODUCT)]
    assert not found, "\n".join(found)


def test_our_own_rules_find_what_they_are_for() -> None:
    """`rules/bad.py` breaks each rule once, on the line below a comment with its name."""
    lines = (RULES / "bad.py").read_text().splitlines()
    wanted = {
        (line.partition("# ruleid: ")[2], number + 1) for number, line in enumerate(lines, 1) if "# ruleid" in line
    }
    found = {(one["check_id"].rpartition(".")[2], one["start"]["line"]) for one in semgrep(str(RULES / "bad.py"))}
    assert found == wanted


def test_no_secret_is_in_the_repository(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        source, target = ROOT / name, tmp_path / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    ran = scan(
        "gitleaks",
        "dir",
        "--no-banner",
        "--config",
        str(RULES / "gitleaks.toml"),
        "--redact",
        ".",
        folder=tmp_path,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


# What squawk wants elsewhere and does not fit here: each migration is one transaction with a lock time-out of
# ten seconds (migrations/run.py), so a half-done one cannot be there, and nothing queues behind a lock for long.
_NOT_OURS = (
    "prefer-robust-stmts", "require-timeout-settings", "prefer-bigint-over-int", "prefer-bigint-over-smallint",
    "prefer-identity", "require-concurrent-index-creation", "require-concurrent-index-deletion",
)  # fmt: skip


_ACCEPTED = (
    # Landed migrations are never edited. This one takes away foreign keys, which no reader relies on.
    "0030_drop_merchant_keys.sql",
    # And these put another constraint, as wide or wider, in the place of the one they drop, in the same statement.
    "0530_add_capture_status.sql",
    "0600_create_processors.sql",
    "0650_check_payments_in_one.sql",
    "0660_add_methods.sql",
    "0720_check_entries_in_one.sql",
    # And these are of tables that nothing has written yet.
    "0620_create_disputes.sql",
)


def test_migrations_are_safe_next_to_the_running_version() -> None:
    files = sorted(str(file) for file in (ROOT / PRODUCT[0] / "migrations").glob("*.sql"))
    ran = scan("squawk", "--reporter", "Gcc", "--assume-in-transaction", "--exclude", ",".join(_NOT_OURS), *files)
    new = [line for line in ran.stdout.splitlines() if ": " in line and not any(old in line for old in _ACCEPTED)]
    assert files and not new, "\n".join(new)
