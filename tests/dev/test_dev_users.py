"""The servers started by root, by root without namespaces, by an ordinary user; and their parent killed."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from dev import binaries
from tests.dev.conftest import ROOT, Served
from tests.dev.waiting import lives, until

Serve = Callable[..., Served]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
NOBODY, UNKNOWN = 65534, 1_234_567


def check_life(served: Served) -> None:
    """Write, kill both, start both, read."""
    urls = served.state["postgres"], served.state["redis"]
    with psycopg.connect(urls[0]) as connection:
        connection.execute("create table note as select 42 as answer")
    redis.Redis.from_url(urls[1]).set("answer", 42)
    served.tell("kill")
    again = served.tell("start")
    assert (again["postgres"], again["redis"]) == urls
    assert again["seconds"] < 5
    with psycopg.connect(urls[0]) as connection:
        assert connection.execute("select answer from note").fetchone() == (42,)
    assert redis.Redis.from_url(urls[1]).get("answer") == b"42"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@as_root
def test_root_runs_postgres_as_itself_in_a_namespace(tmp_path: Path, serve: Serve) -> None:
    served = serve(tmp_path)
    assert served.state["confinement"] == "namespace"
    assert served.state["users"] == [0, 0]
    assert (tmp_path / "postgres").stat().st_uid == 0
    check_life(served)


@as_root
def test_root_without_namespaces_runs_postgres_as_nobody_even_in_a_private_folder(
    tmp_path: Path, serve: Serve
) -> None:
    tmp_path.chmod(0o700)
    helper = str(Path(__file__).with_name("without_namespaces.py"))
    served = serve(tmp_path, prefix=(sys.executable, helper))
    assert served.state["confinement"] == "nobody"
    assert served.state["users"] == [65534, 0]
    check_life(served)


@as_root
@pytest.mark.parametrize(("user", "confinement"), [(NOBODY, "keep"), (UNKNOWN, "namespace")])
def test_an_ordinary_user_needs_nothing_not_even_a_name(
    open_folder: Path, serve: Serve, user: int, confinement: str
) -> None:
    packages = open_folder / "packages"
    python = _python_for_everybody()
    shutil.copytree(ROOT / "dev", packages / "dev", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(__file__).with_name("serve.py"), packages)
    postgres = binaries.postgres_binaries().parents[1]
    for source in (postgres, postgres.with_name(f"{postgres.name}.libs"), binaries.redis_binary().parents[2]):
        if source.exists():
            shutil.copytree(source, packages / source.name, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", packages], check=True)
    folder = open_folder / "data"
    folder.mkdir()
    os.chown(folder, user, user)
    prefix = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs")
    served = serve(folder, prefix=prefix, python=python, packages=packages)
    assert served.state["confinement"] == confinement
    assert served.state["users"] == [user, user]
    check_life(served)


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_a_killed_parent_takes_its_servers_along(tmp_path: Path, serve: Serve) -> None:
    served = serve(tmp_path)
    pids = served.state["pids"]
    assert all(lives(pid) for pid in pids)
    served.process.kill()
    for pid in pids:
        until(lambda pid=pid: not lives(pid))  # type: ignore[misc]
    assert "database system is shut down" in (tmp_path / "postgres.log").read_text()


def _python_for_everybody() -> str:
    """A Python that an ordinary user may run (the one of this test may lie below /root)."""
    for path in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", path]
        program = "import os, sys; sys.exit(sys.version_info < (3, 11) or not os.access(sys.executable, os.X_OK))"
        if shutil.which("setpriv") and Path(path).exists():
            done = subprocess.run([*command, "-c", program], capture_output=True, check=False)
            if done.returncode == 0:
                return path
    pytest.skip("no Python 3.11 that an ordinary user may run, or no setpriv")
