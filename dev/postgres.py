"""An embedded Postgres on the loopback, for `make dev` and for tests."""

import functools
import os
import pwd
import secrets
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from dev.binaries import postgres_binaries
from dev.cluster import DATABASE, USER, Tools, create_cluster, release_lock, take_ownership
from dev.errors import DevError
from dev.launch import Confinement, confined
from dev.open_copy import copy_for_nobody, open_to_everybody
from dev.server import LocalServer

# Line 8 of postmaster.pid, which `pg_ctl` reads as well (src/include/utils/pidfile.h).
_PID_LINE, _STATUS_LINE = 0, 7
# What a crash of the machine could lose, and only that; a SIGKILL of Postgres loses nothing.
_THROW_AWAY = ("-c", "fsync=off", "-c", "full_page_writes=off")
_OPTIONS = ("-c", "listen_addresses=127.0.0.1", "-k", "", "-c", "max_connections=200", "-c", "lc_messages=C")


class PostgresServer(LocalServer):
    """One Postgres cluster with a superuser and a database both called `gateway`."""

    name = "Postgres"
    stop_signal = signal.SIGINT  # "fast": connections are ended, all is written
    force_signal = signal.SIGQUIT  # "immediate": recovers from its log at the next start
    port_trouble = "could not create any TCP/IP sockets"
    passing_troubles = ("shared memory block", 'lock file "postmaster.pid" already exists')

    def __init__(
        self,
        data: Path,
        port: int | None = None,
        password: str | None = None,
        *,
        durable: bool = True,
        confinement: Confinement | None = None,
        log: Path | None = None,
    ) -> None:
        """`password` counts when `data` is created; without one a random one is made.

        `durable=False` is for tests only: commits survive a SIGKILL of the server, but not a crash of the
        machine. `confinement` is found out unless given: see `confine.py`.
        """
        super().__init__(data, port, log)
        self.password = password or secrets.token_urlsafe(18)
        self.durable = durable
        self._wanted_confinement = confinement

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/{DATABASE}"

    def initialise(self) -> None:
        """Create the cluster where there is none, and make an existing one startable. Raises DevError."""
        try:
            if not self.data.exists() or not any(self.data.iterdir()):
                create_cluster(self.data, self.password, self._tools, sync=self.durable)
            elif not (self.data / "PG_VERSION").exists():
                raise DevError(f"{self.data} is not a Postgres data folder. Move it away to start empty.")
            take_ownership(self.data, self._confinement)
            release_lock(self.data)
        except OSError as error:
            raise DevError(f"{self.data} cannot be used for Postgres: {error.strerror}.") from error

    def command(self) -> list[str]:
        durability = () if self.durable else _THROW_AWAY
        program = [str(self._tools.bin / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        return confined([*program, *_OPTIONS, *durability], self.stop_signal, self._confinement)

    def ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return (
            len(lines) > _STATUS_LINE and lines[_PID_LINE] == str(pid) and lines[_STATUS_LINE].strip() == "ready"
        )

    @functools.cached_property
    def _tools(self) -> Tools:
        folder = postgres_binaries(self._version())
        if self._confinement == "nobody" and not open_to_everybody(folder):
            folder = copy_for_nobody(folder)
        return Tools(folder, self._confinement)

    def _version(self) -> int | None:
        """The major version that made the data folder, None where there is none."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise DevError(f"{self.data} is a broken Postgres data folder (PG_VERSION).") from error

    @functools.cached_property
    def _confinement(self) -> Confinement:
        if self._wanted_confinement:
            return self._wanted_confinement
        if os.geteuid() != 0 and _is_known(os.geteuid()):
            return "keep"
        self.data.parent.mkdir(parents=True, exist_ok=True)
        modes: tuple[Confinement, ...] = ("namespace", "nobody") if os.geteuid() == 0 else ("namespace",)
        for mode in modes:
            if _can_write(self.data.parent, mode):
                return mode
        raise DevError(
            f"Postgres refuses to run as user {os.geteuid()}, and as no other it can write to "
            f"{self.data.parent}. Run as an ordinary user of this machine, or set DATABASE_URL."
        )


def _is_known(user: int) -> bool:
    """Whether /etc/passwd has the user: `initdb` refuses one that it has not."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _can_write(folder: Path, mode: Confinement) -> bool:
    probe = folder / ".probe"
    command = confined(["/bin/sh", "-c", ': > "$1"', "sh", str(probe)], 0, mode)
    able = subprocess.run(command, capture_output=True, check=False).returncode == 0
    probe.unlink(missing_ok=True)
    return able
