"""The product as real processes over an own database: `api`, `worker`, `webhooks`."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar
from uuid import uuid4

import httpx
import psycopg

from dev.ports import free_port
from gateway.clock import utc_now
from gateway.encryption import Keyring
from gateway.master_key.data_keys import complete_keyring
from gateway.merchants.create import create_api_key, create_merchant
from gateway.settings import Settings
from gateway.tenancy.model import Mode
from tests.support.client import Merchant

ROOT = Path(__file__).parents[2]
T = TypeVar("T")


def eventually(ask: Callable[[], T | None], seconds: float = 20, what: str = "the condition") -> T:
    """The first truthy answer of `ask`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s (last: {answer!r})"
        time.sleep(0.03)


class Process:
    """One process of the product, restartable. Its output goes to a file that a failing test can show."""

    def __init__(self, module: str, env: dict[str, str], log: Path) -> None:
        self.module, self.env, self.log = module, env, log
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    def start(self) -> None:
        """Start it; readiness is the caller's question."""
        self._output = self.log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.module], env=self.env, cwd=ROOT, stdout=self._output, stderr=self._output
        )

    @property
    def pid(self) -> int:
        """The process id of the running process."""
        assert self._process is not None
        return self._process.pid

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def signal_kill(self) -> None:
        """SIGKILL, without waiting; nothing if it has ended already."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def stop(self, seconds: float = 15) -> float:
        """SIGTERM; returns how many seconds it took to end."""
        started = time.monotonic()
        self._end(signal.SIGTERM, seconds)
        return time.monotonic() - started

    def _end(self, number: signal.Signals, seconds: float = 15) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        self._process.wait(seconds)
        self._process = None
        if self._output:
            self._output.close()


class Stack:
    """All processes over one database. `env` are settings by their environment names."""

    ready_seconds = 30.0

    def __init__(self, database_url: str, redis_url: str, folder: Path, env: dict[str, str]) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        inherited = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "BOTH_WAYS_REPORT") if name in os.environ
        }
        self.env = inherited | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PORT": str(self.port),
            "TEST_MODE": "true",
            "TEST_PROCESSING_DELAY": "20",
            "WEBHOOK_RETRY_INTERVALS_TEST": "true",
            "GATEWAY_HOST": "127.0.0.1",
            "GATEWAY_API_URL": self.base_url,
            # Nobody listens there: no test reaches a real processor. A fake takes their place.
            "GATEWAY_STRIPE_URL": "http://127.0.0.1:9",
            "GATEWAY_RAZORPAY_URL": "http://127.0.0.1:9",
            "GATEWAY_PROCESSOR_URLS_LIVE": "true",
            **env,
        }
        # With a report to write, every request goes both ways (`tests.support.both_ways`).
        self.api = self._process("tests.support.both_ways" if "BOTH_WAYS_REPORT" in inherited else "api")
        self.worker = self._process("worker")
        self.webhooks = self._process("webhooks")
        self._others: list[Process] = []

    def _process(self, module: str) -> Process:
        return Process(module, self.env, self.folder / f"{module}.log")

    def another(self, module: str, **env: str) -> Process:
        """One more process of a kind, not started."""
        log = self.folder / f"{module}-{len(self._others)}.log"
        self._others.append(Process(module, self.env | env, log))
        return self._others[-1]

    def start(self, *names: str) -> None:
        """Start all processes, or those named, and wait until they are ready; ends them where they are not."""
        for name in names or ("api", "worker", "webhooks"):
            getattr(self, name).start()
        try:
            self.wait_ready(*names)
        except BaseException:
            self.stop()  # whoever asked gets no stack to stop
            raise

    def wait_ready(self, *names: str) -> None:
        """Until the API answers and the workers have been seen."""

        def ready() -> bool:
            try:
                health = httpx.get(f"{self.base_url}/health", timeout=2)
            except httpx.HTTPError:
                return False
            wants_worker = not names or "worker" in names
            return health.status_code == 200 and (not wants_worker or health.json()["worker"] == "running")

        if not names or "api" in names:
            eventually(ready, self.ready_seconds, f"a ready stack (logs in {self.folder})")

    def stop(self) -> None:
        """End all processes."""
        for process in (self.api, self.worker, self.webhooks, *self._others):
            process.kill()

    def sql(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Rows of a statement run as the owner, for audits."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def logs(self) -> str:
        """All output of all processes."""
        return "\n".join(file.read_text() for file in sorted(self.folder.glob("*.log")))

    def merchant(self, mode: Mode = "test") -> Merchant:
        """A fresh merchant with a client of its own, made as `gateway merchants create` does."""
        settings = Settings(
            TEST_MODE=True,
            master_key=self.env.get("GATEWAY_MASTER_KEY", ""),
            master_key_previous=self.env.get("GATEWAY_MASTER_KEY_PREVIOUS", ""),
        )
        making = new_merchant(self.database_url, Keyring(*settings.master_keys()), mode)
        with ThreadPoolExecutor(1) as thread:  # the test may be inside a running loop
            merchant_id, key, secret = thread.submit(asyncio.run, making).result()
        return Merchant(self.base_url, merchant_id, key, secret)

    def test_merchant(self) -> Merchant:
        """The seeded one."""
        return Merchant(
            self.base_url, "550e8400-e29b-41d4-a716-446655440000", "key_test_abc123", "secret_test_xyz789"
        )


async def new_merchant(database_url: str, keyring: Keyring, mode: Mode) -> tuple[str, str, str]:
    """A merchant with one key: `(merchant id, key, secret)`."""
    merchant_id, now = uuid4(), utc_now()
    async with await psycopg.AsyncConnection.connect(database_url) as tx:
        await complete_keyring(tx, keyring)
        email = f"{merchant_id}@example.com"
        await create_merchant(tx, keyring, merchant_id=merchant_id, name="Shop", email=email, now=now)
        pair = await create_api_key(tx, keyring, merchant_id=merchant_id, mode=mode, label="", now=now)
    return str(merchant_id), *pair


def prepare_database(database_url: str, env: dict[str, str] | None = None) -> None:
    """Migrate and seed, with the product's own commands."""
    for command in ("migrate", "seed"):
        subprocess.run(
            [sys.executable, "-m", "gateway.cli", command],
            env=os.environ | {"DATABASE_URL": database_url, "TEST_MODE": "true", **(env or {})},
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip


def copy_database(admin_url: str, template: str) -> str:
    """A new database with the template's content; returns its URL."""
    name = f"copy_{time.monotonic_ns()}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return database_of(admin_url, name)


def database_of(admin_url: str, name: str) -> str:
    """The URL of another database of the same server."""
    base, _, _ = admin_url.rpartition("/")
    return f"{base}/{name}"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for one stack's logs."""
    with tempfile.TemporaryDirectory(prefix="gateway-test-") as folder:
        yield Path(folder)
