"""A Postgres data folder: created in one move, owned by the user that runs it, not locked by a ghost."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dev.binaries import postgres_major
from dev.confine import NOBODY
from dev.errors import DevError
from dev.launch import Confinement, confined

USER = DATABASE = "gateway"
_INIT_SECONDS = 120


@dataclass(frozen=True)
class Tools:
    """The programs of Postgres and the user they run as."""

    bin: Path
    confinement: Confinement


def create_cluster(data: Path, password: str, tools: Tools, *, sync: bool) -> None:
    """Create `data` with the user and the database `gateway`.

    All is made beside it and renamed at the end, so that what an interruption leaves is never used.
    Raises DevError with the first complaint of Postgres.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    # The password goes by a file that only the right user can read; a command line is open to everybody.
    with tempfile.NamedTemporaryFile("w", dir=data.parent, prefix=".password-") as file:
        file.write(password)
        file.flush()
        if tools.confinement == "nobody":
            os.chown(file.name, NOBODY, NOBODY)
        _run(_initdb(tools, fresh, file.name, sync=sync), tools, data, "")
    single = [
        str(tools.bin / "postgres"),
        "--single",
        "-D",
        str(fresh),
        *([] if sync else ["-F"]),
        "postgres",
    ]
    _run(single, tools, data, f"CREATE DATABASE {DATABASE} OWNER {USER}\n")
    if data.exists():
        data.rmdir()
    fresh.rename(data)


def take_ownership(data: Path, confinement: Confinement) -> None:
    """Give `data` to the user that runs Postgres; as root that may be another one than at the last start."""
    if os.geteuid() != 0:
        return
    owner = NOBODY if confinement == "nobody" else 0
    if data.stat().st_uid != owner:
        for path in (*data.rglob("*"), data):
            os.chown(path, owner, owner, follow_symlinks=False)


def release_lock(data: Path) -> None:
    """Remove the lock file when its process id now belongs to a process that has nothing to do with `data`.

    A dead process id is left to Postgres, which checks more. Raises DevError when a Postgres runs on `data`.
    """
    lock = data / "postmaster.pid"
    pid = _first_number(lock)
    if pid is None or not Path(f"/proc/{pid}").exists():
        return
    if _works_in(pid, data):
        raise DevError(f"Another Postgres (process {pid}) already uses {data}.")
    if not any(_works_in(int(entry.name), data) for entry in Path("/proc").glob("[0-9]*")):
        lock.unlink(missing_ok=True)


def _initdb(tools: Tools, folder: Path, password_file: str, *, sync: bool) -> list[str]:
    locale = ["--locale=C.UTF-8"]
    if postgres_major(tools.bin) >= 17:
        locale.append("--locale-provider=builtin")
    user = (f"--username={USER}", "--auth=scram-sha-256", f"--pwfile={password_file}")
    durability = () if sync else ("--no-sync",)
    return [str(tools.bin / "initdb"), "-D", str(folder), *user, "--encoding=UTF8", *locale, *durability]


def _run(program: list[str], tools: Tools, data: Path, text: str) -> None:
    try:
        done = subprocess.run(
            confined(program, signal.SIGKILL, tools.confinement),
            input=text,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
            cwd="/",
            timeout=_INIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DevError(f"Postgres could not create {data} within {_INIT_SECONDS} s.") from error
    complaints = [
        line for line in done.stderr.splitlines() if "rror:" in line or "FATAL" in line or "ERROR" in line
    ]
    if done.returncode != 0 or complaints:
        last = (done.stderr.strip() or done.stdout.strip() or "it gave no reason").splitlines()[-1]
        raise DevError(f"Postgres could not create {data}: {(complaints or [last])[0].strip()}")


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _works_in(pid: int, folder: Path) -> bool:
    """Whether the process has `folder` as its working folder, as every process of Postgres has."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()
    except OSError:
        return False
