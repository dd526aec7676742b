"""A streaming replica of a Postgres of ours, made as operators do: `pg_basebackup` and `standby.signal`."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg

from dev.launch import confined
from dev.postgres import PostgresServer
from tests.support.stack import eventually


class Standby(PostgresServer):
    """Follows `primary` by streaming. `delay_ms`: how long it waits before it replays a commit.

    Its log says every statement.
    """

    def __init__(self, primary: PostgresServer, data: Path, *, delay_ms: int = 0) -> None:
        super().__init__(data, password=primary.password, durable=False)
        self.primary = primary
        self._delay_ms = delay_ms

    def initialise(self) -> None:
        if not self.data.exists():
            program = [str(self._tools.bin / "pg_basebackup"), "-D", str(self.data), "-d", self.primary.url]
            flags = ["-R", "-X", "stream", "-c", "fast", "--no-sync"]
            command = confined([*program, *flags], signal.SIGKILL, self._confinement)
            env = {**os.environ, "LC_ALL": "C"}
            subprocess.run(command, check=True, capture_output=True, cwd="/", env=env)
        super().initialise()

    def command(self) -> list[str]:
        return [
            *super().command(),
            "-c",
            f"recovery_min_apply_delay={self._delay_ms}ms",
            "-c",
            "log_statement=all",
        ]

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Rows of a statement here, as the superuser, in the database `gateway`."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def caught_up(self) -> None:
        """Wait until it has replayed all that the primary has written by now."""
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            row = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        reached = f"SELECT pg_last_wal_replay_lsn() >= '{row[0]}'::pg_lsn"
        eventually(lambda: self.sql(reached) == [(True,)], what="a replica that has caught up")

    def freeze(self) -> None:
        """Have it say nothing: its processes stand still, their connections stay open."""
        self._each(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        self._each(signal.SIGCONT)

    def _each(self, number: signal.Signals) -> None:
        """The postmaster and its children; the launcher's own process may stand before it."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, number)
