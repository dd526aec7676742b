"""An aborted run leaves nothing: neither what the runner started, nor what that started, nor its folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack import ROOT, eventually

_RUN = """
import os, subprocess, sys, threading, time
from pathlib import Path
from faults.supervise import supervised

folder, how = Path(sys.argv[1]), sys.argv[2]
SLEEP = ["sh", "-c", "trap '' TERM; exec sleep 600"] if how == "waits" else ["sleep", "600"]


def start():
    with (folder / "pids").open("a") as file:
        child = subprocess.Popen(SLEEP, start_new_session=True)
        file.write(f"{child.pid}\\n")
    return child

def keep():  # as the keeper of an act: what dies is started again
    while True:
        start().wait()

def run():
    os.system(f"sleep 600 & echo $! >> {folder}/pids")  # an orphan
    for _ in range(2):
        threading.Thread(target=keep, daemon=True).start()
    while len((folder / "pids").read_text().split()) < 3:
        time.sleep(0.02)
    print("begun", (folder / "pids").read_text().replace("\\n", " "), sep="\\n", flush=True)
    if how == "dies":
        os.kill(os.getpid(), 9)
    if how == "ends":
        return 3
    time.sleep(600)

sys.exit(supervised(run, folder))
"""


def _is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.parametrize(
    ("how", "sent", "code", "is_whole"),
    [
        ("waits", signal.SIGINT, 130, False),
        ("is gentle", signal.SIGTERM, 143, False),
        ("dies", None, 137, False),
        ("ends", None, 3, True),
    ],
)
def test_what_a_run_has_started_ends_with_it(
    tmp_path: Path, how: str, sent: signal.Signals | None, code: int, is_whole: bool
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    command = [sys.executable, "-c", _RUN, str(folder), how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "begun\n"
        started = [int(pid) for pid in run.stdout.readline().split()]
        if sent is not None:
            run.send_signal(sent)
        said = run.stdout.read()
        assert run.wait(30) == code
    assert not [pid for pid in started if _is_running(pid)]
    assert folder.exists() is is_whole
    assert ("nothing is left" in said) is not is_whole


def test_an_aborted_make_faults_leaves_no_process(tmp_path: Path) -> None:
    """The real one: its Postgres is up, then somebody thinks better of it."""
    command = [sys.executable, "-m", "faults", "--seed", "1", "--only", "redis", "--results", str(tmp_path)]
    env = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=env) as run:
        eventually(lambda: list(tmp_path.glob("gateway-faults-*/postgres/postmaster.pid")), 60, "a server")
        run.send_signal(signal.SIGTERM)
        assert run.wait(30) == 143
    left = [file for file in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path) in _text(file)]
    assert left == []
    assert list(tmp_path.glob("gateway-faults-*")) == []


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
