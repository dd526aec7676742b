"""Start a process that is not root where it must not be, and that ends with us."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Literal

Confinement = Literal["keep", "namespace", "nobody"]

_CONFINE = str(Path(__file__).with_name("confine.py"))
_spawner: ThreadPoolExecutor | None = None


def confined(program: list[str], death_signal: int, mode: Confinement = "keep") -> list[str]:
    """The command line that runs `program` in `mode` and sends it `death_signal` when this process dies.

    The signal exists on Linux only; elsewhere `program` runs as it is and mode must be "keep".
    """
    if sys.platform != "linux":
        return program
    wrapper = [sys.executable, "-I", "-S", _CONFINE]
    return [*wrapper, str(os.getpid()), str(int(death_signal)), mode, *program]


def spawn(
    command: list[str], output: IO[bytes], environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own (a terminal's Ctrl-C does not reach it), writing to `output`.

    The kernel ties the death signal to the *thread* that started the process. A short-lived thread would take
    its servers along, so all threads but the main one hand the start to a thread that stays.
    """
    if threading.current_thread() is threading.main_thread():
        return _popen(command, output, environment)
    global _spawner
    if _spawner is None:
        _spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
    return _spawner.submit(_popen, command, output, environment).result()


def _popen(command: list[str], output: IO[bytes], environment: dict[str, str] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )
