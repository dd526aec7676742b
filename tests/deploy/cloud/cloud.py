"""The whole product as functions: API behind a front, workers behind queues, the sweep on a schedule."""

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.deploy.cloud.events import schedule_event
from tests.deploy.cloud.front import Front
from tests.deploy.cloud.function import Function, FunctionError
from tests.deploy.cloud.queues import KINDS, Mapping, Queues
from tests.deploy.tools import ROOT
from tests.support.client import Merchant

_OF_KIND = {"payments": "worker", "refunds": "worker", "webhooks": "webhooks"}


class Cloud:
    """`env` are settings by their environment names. `sweep_seconds`: a minute in AWS, less here."""

    def __init__(
        self, database_url: str, folder: Path, env: dict[str, str] | None = None, *,
        api_instances: int = 2, sweep_seconds: float = 10, copies: int = 1, visibility_seconds: int = 30,
    ) -> None:  # fmt: skip
        self.database_url, self.folder = database_url, folder
        self._sweep_seconds, self._copies = sweep_seconds, copies
        self.queues = Queues(visibility_seconds)
        self.env = {
            "DATABASE_URL": database_url,
            "QUEUE_BACKEND": "sqs",
            "TEST_MODE": "true",
            "TEST_PROCESSING_DELAY": "20",
            "WEBHOOK_RETRY_INTERVALS_TEST": "true",
            # Nobody listens there: no test reaches a real processor.
            "GATEWAY_STRIPE_URL": "http://127.0.0.1:9",
            "GATEWAY_RAZORPAY_URL": "http://127.0.0.1:9",
            **self.queues.env,
            **(env or {}),
        }
        self.apis = [self._function("api", f"api-{number}") for number in range(api_instances)]
        self.worker, self.webhooks, self.sweep = (
            self._function(name, name) for name in ("worker", "webhooks", "sweep")
        )
        self.front = Front(self.apis)
        self.base_url = self.front.base_url
        self._mappings: list[Mapping] = []
        self._ended = threading.Event()
        self._schedule = threading.Thread(target=self._run_schedule, daemon=True)
        self._is_started = False

    def _function(self, package: str, name: str) -> Function:
        return Function(name, f"{package}.handler.handler", self.env, self.folder / f"{name}.log")

    def start(self) -> "Cloud":
        """Start everything; cold starts happen at the first events, as in the cloud."""
        for function in (*self.apis, self.worker, self.webhooks, self.sweep):
            function.start()
        self.front.start()
        self._is_started = True
        self._mappings = [
            Mapping(self.queues, kind, getattr(self, _OF_KIND[kind]), self._copies) for kind in KINDS
        ]
        self._schedule.start()
        return self

    def _run_schedule(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(FunctionError):  # in its log; the next one comes
                self.sweep.invoke(schedule_event())
            self._ended.wait(self._sweep_seconds)

    def stop(self) -> None:
        """End everything."""
        self._ended.set()
        if self._is_started:
            self.front.stop()
        for mapping in self._mappings:
            mapping.stop()
        for function in (*self.apis, self.worker, self.webhooks, self.sweep):
            function.stop()

    def sql(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Rows of a statement, for audits."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def merchant(self) -> Merchant:
        """A fresh merchant with a client of its own."""
        number = time.monotonic_ns()
        arguments = [f"Shop {number}", f"shop-{number}@example.com", "--mode", "test"]
        made = subprocess.run(
            [sys.executable, "-m", "gateway.cli", "merchants", "create", *arguments],
            env=self.worker.env, cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return Merchant.from_json(self.base_url, made.stdout)
