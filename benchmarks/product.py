"""Our own product started for a run: embedded servers, schema, seed, one api, one worker, one webhooks."""

from __future__ import annotations

import http.client
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg

from benchmarks.gateway_client import wait_for
from benchmarks.processes import Processes, ProductFailed, run_module
from dev.ports import free_port
from dev.postgres import PostgresServer
from dev.redis import RedisServer

_START_SECONDS = 30.0


class Product:
    """Use as a context manager; everything it started is stopped at the end and its data thrown away.

    `pids` names the process trees to meter: api, worker, webhooks, postgres, redis. It is one mapping for
    the whole run: a restart writes the new ids into it.
    """

    def __init__(
        self,
        *,
        processing_delay_ms: int = 1,
        count_statements: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`count_statements` loads pg_stat_statements into Postgres, where it has it; `settings` overrule ours."""
        self.pids: dict[str, int] = {}
        self.api_start_seconds = 0.0
        self._delay_ms, self._count_statements = processing_delay_ms, count_statements
        self._settings = dict(settings or {})
        self._folder = Path(tempfile.mkdtemp(prefix="gateway-bench-"))
        self.postgres = PostgresServer(self._folder / "postgres")
        self.redis = RedisServer(self._folder / "redis")
        self._port = free_port()
        self._processes = Processes(self._folder)

    @property
    def base_url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of the product's processes, beside those of this one."""
        return {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "PORT": str(self._port),
            "GATEWAY_HOST": "127.0.0.1",
            "TEST_MODE": "true",
            "TEST_PROCESSING_DELAY": str(self._delay_ms),
            "WEBHOOK_RETRY_INTERVALS_TEST": "true",
        } | self._settings

    @property
    def full_environment(self) -> dict[str, str]:
        """All variables, those of this process included."""
        return os.environ | self.environment

    def __enter__(self) -> Product:
        try:
            self.postgres.start()
            if self._count_statements:
                self._load_statement_counter()
            self.redis.start()
            assert self.postgres.pid is not None and self.redis.pid is not None
            self.pids |= {"postgres": self.postgres.pid, "redis": self.redis.pid}
            for command in ("migrate", "seed"):
                run_module(["gateway.cli", command], self.environment)
            self._start_processes()
        except BaseException:
            self._clean_up()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clean_up()

    def _load_statement_counter(self) -> None:
        available = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_stat_statements'"
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            if not connection.execute(available).fetchone():
                return
            connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        self.postgres.restart()

    @contextmanager
    def processing_delay(self, milliseconds: int) -> Iterator[None]:
        """The product restarted with another TEST_PROCESSING_DELAY, and back again at the end."""
        before = self._delay_ms
        self._restart(milliseconds)
        try:
            yield
        finally:
            self._restart(before)

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """The process of this name stopped, and started again at the end."""
        self._processes.stop_one(name)
        try:
            yield
        finally:
            self.pids[name] = self._processes.start(name, self.environment)

    def _restart(self, delay_ms: int) -> None:
        self._processes.stop()
        self._delay_ms = delay_ms
        self._start_processes()

    def _start_processes(self) -> None:
        started = time.monotonic()
        self.pids["api"] = self._processes.start("api", self.environment)
        if not wait_for(lambda: self._get("/health")[0] == 200, _START_SECONDS, every=0.01):
            raise ProductFailed(f"no 200 within {_START_SECONDS:g} s: {self._processes.log_end('api')}")
        self.api_start_seconds = time.monotonic() - started
        # Only now: the API's time to its first answer is not shared with the start of the others.
        for name in ("worker", "webhooks"):
            self.pids[name] = self._processes.start(name, self.environment)
        if not wait_for(lambda: b'"running"' in self._get("/api/v1/test/jobs/status")[1], _START_SECONDS):
            raise ProductFailed(f"no running worker was reported: {self._processes.log_end('worker')}")

    def _get(self, path: str) -> tuple[int, bytes]:
        """Status and body; (0, b"") while nobody listens. Raises ProductFailed when a process has ended."""
        self._processes.refuse_dead()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def _clean_up(self) -> None:
        self._processes.stop()
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
