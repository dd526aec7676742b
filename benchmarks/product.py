"""Our own product started for a run: embedded servers, schema, seed, one api, one worker, one webhooks."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from benchmarks.gateway_client import wait_for
from benchmarks.paths import ROOT
from dev.ports import free_port
from dev.postgres import PostgresServer
from dev.redis import RedisServer

PROCESSES = ("worker", "webhooks", "api")
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


class ProductFailed(RuntimeError):
    """A process of the product did not start; the message has the end of its log."""


class Product:
    """Use as a context manager; everything it started is stopped at the end and its data thrown away.

    `pids` names the process trees to meter: api, worker, webhooks, postgres, redis. It is one mapping for
    the whole run: a restart writes the new ids into it.
    """

    def __init__(self, *, processing_delay_ms: int = 1, extra: dict[str, str] | None = None) -> None:
        self.pids: dict[str, int] = {}
        self.api_start_seconds = 0.0
        self._delay_ms = processing_delay_ms
        self._extra = extra or {}
        self._folder = Path(tempfile.mkdtemp(prefix="gateway-bench-"))
        self.postgres = PostgresServer(self._folder / "postgres")
        self.redis = RedisServer(self._folder / "redis")
        self._port = free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

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
            **self._extra,
        }

    def __enter__(self) -> Product:
        try:
            self.postgres.start()
            self.redis.start()
            assert self.postgres.pid is not None and self.redis.pid is not None
            self.pids |= {"postgres": self.postgres.pid, "redis": self.redis.pid}
            for command in ("migrate", "seed"):
                self._run_once("-m", "gateway.cli", command)
            self._start_processes()
        except BaseException:
            self._clean_up()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clean_up()

    @contextmanager
    def processing_delay(self, milliseconds: int) -> Iterator[None]:
        """The product restarted with another TEST_PROCESSING_DELAY, and back again at the end."""
        before = self._delay_ms
        self._restart(milliseconds)
        try:
            yield
        finally:
            self._restart(before)

    def _restart(self, delay_ms: int) -> None:
        self._stop_processes()
        self._delay_ms = delay_ms
        self._start_processes()

    def _run_once(self, *arguments: str) -> None:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, env=os.environ | self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ProductFailed(f"{' '.join(arguments)}: {done.stderr[-2000:]}")

    def _start_processes(self) -> None:
        for name in PROCESSES:
            with self._log(name).open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, "-m", name],
                    env=os.environ | self.environment,
                    cwd=ROOT,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            self.pids[name] = self._running[name].pid
        started = time.monotonic()  # of the api, which is started last
        if not wait_for(self._first_200_or_dead, _START_SECONDS, every=0.01):
            raise ProductFailed(f"the api gave no 200 within {_START_SECONDS:g} s: {self._log_end('api')}")
        self._refuse_dead()
        self.api_start_seconds = time.monotonic() - started
        if not wait_for(self._worker_runs, _START_SECONDS):
            raise ProductFailed(f"no running worker was reported: {self._log_end('worker')}")

    def _first_200_or_dead(self) -> bool:
        return self._dead() is not None or self._status_of("/health") == 200

    def _refuse_dead(self) -> None:
        if (name := self._dead()) is not None:
            raise ProductFailed(f"{name} ended: {self._log_end(name)}")

    def _dead(self) -> str | None:
        return next((name for name, p in self._running.items() if p.poll() is not None), None)

    def _worker_runs(self) -> bool:
        self._refuse_dead()
        return b'"running"' in self._get("/api/v1/test/jobs/status")[1]

    def _status_of(self, path: str) -> int:
        try:
            return self._get(path)[0]
        except OSError:
            return 0

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _log_end(self, name: str) -> str:
        return self._log(name).read_text(errors="replace")[-2000:]

    def _stop_processes(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def _clean_up(self) -> None:
        self._stop_processes()
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
