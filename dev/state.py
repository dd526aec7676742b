"""What `make dev` remembers in its data folder: generated passwords, the master key, chosen ports."""

import base64
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from dev.errors import DevError
from dev.ports import free_port, is_free

_STATE = "state.json"
_LOCK = "lock"
_RESET = "Restore it, or start empty with `make reset`."


@dataclass(frozen=True)
class State:
    """Generated once per data folder. `master_key` is 32 bytes in base64; without it the data are lost."""

    postgres_password: str
    redis_password: str
    master_key: str
    postgres_port: int
    redis_port: int


@contextmanager
def data_folder(folder: Path) -> Iterator[Path]:
    """The folder, made where it is missing and held by this process alone. Raises DevError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("a+")
    except OSError as error:
        raise DevError(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    with lock:
        _take(lock, folder)
        yield folder


def load_state(folder: Path) -> State:
    """The state in `folder`, generated on the first start. A taken port is replaced. Raises DevError."""
    file = folder / _STATE
    if not file.exists():
        if (folder / "postgres").exists():
            raise DevError(f"The data folder {folder} has a database but no {_STATE} with its keys. {_RESET}")
        state = State(
            secrets.token_urlsafe(18),
            secrets.token_urlsafe(18),
            base64.b64encode(secrets.token_bytes(32)).decode(),
            free_port(),
            free_port(),
        )
        _write(file, state)
        return state
    try:
        state = State(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise DevError(f"The data folder {folder} is broken: {_STATE} cannot be read. {_RESET}") from error
    return state


def with_free_ports(folder: Path, state: State, postgres: int | None, redis: int | None) -> State:
    """The state with the ports asked for, or else with other ones where somebody else took the last."""
    fresh = replace(
        state,
        postgres_port=postgres or _still_free(state.postgres_port),
        redis_port=redis or _still_free(state.redis_port),
    )
    if fresh != state:
        _write(folder / _STATE, fresh)
    return fresh


def reset(folder: Path) -> None:
    """Delete the data folder. Raises DevError when a `make dev` runs on it."""
    if not folder.exists():
        return
    with data_folder(folder):
        shutil.rmtree(folder)


def _still_free(port: int) -> int:
    return port if is_free(port) else free_port()


def _take(lock: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        raise DevError(
            f"`make dev` already runs on {folder} (process {lock.read().strip() or 'unknown'}). "
            "Stop it, or set GATEWAY_DATA_DIR and other ports."
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _write(file: Path, state: State) -> None:
    """In one move and with mode 0600 from the start."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as output:
        json.dump(asdict(state), output, indent=2)
    fresh.replace(file)
