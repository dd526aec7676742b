"""A database of its own in the same Postgres for the limits: no worker takes up what they insert.

The limits work in it as the API does, as `SESSION_OPTIONS` have it; what they need is made as the owner.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.gateway_client import Gateway, wait_for
from benchmarks.limits.serve import LimitFailed
from benchmarks.limits.statements import COPY_ORDER, IDENTIFIER, Recorded, Statements, read_recorded
from benchmarks.own_database import own_database
from benchmarks.paths import ROOT
from gateway.database.scope import startup_options
from gateway.tenancy.model import TEST_MERCHANT_ID

SESSION_OPTIONS = f"{startup_options('gateway_app')} -c gateway.merchant={TEST_MERCHANT_ID} -c gateway.mode=test"
"""libpq's options of a session like the API's: the same role, so the same policies, and the tenant set."""

_NAME = "limits"
_START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Workbench:
    """The limits' database: migrated, seeded, with the statements recorded on it."""

    url: str
    statements: Statements
    template_order: str

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection in autocommit."""
        return psycopg.connect(self.url, autocommit=True)

    def make_orders(self, ids: list[str]) -> None:
        """Orders to be paid, with these ids, like the recorded one."""
        with self.connect() as connection:
            connection.execute(COPY_ORDER, {"ids": ids, "template": self.template_order})
            connection.execute("ANALYZE")


@contextmanager
def workbench(database_url: str, environment: dict[str, str]) -> Iterator[Workbench]:
    """Create the database beside the product's, record the statements on it, drop it at the end."""
    with own_database(database_url, environment, _NAME) as own:
        statements, template = _record(own)
        yield Workbench(own["DATABASE_URL"], statements, template)


def _record(environment: dict[str, str]) -> tuple[Statements, str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statements"
        file.touch()
        api = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.limits.recording_api", str(file)],
            env=os.environ | environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            return _record_requests(environment["PORT"], file)
        finally:
            api.terminate()
            api.wait(timeout=20)


def _record_requests(port: str, file: Path) -> tuple[Statements, str]:
    gateway = Gateway(f"http://127.0.0.1:{port}", "key_test_abc123", "secret_test_xyz789")
    if not wait_for(lambda: _is_up(gateway), _START_SECONDS):
        raise LimitFailed("the recording API did not start")
    order = {"amount": 50000, "currency": "INR", "receipt": "bench-1"}
    template = gateway.expect("POST", "/api/v1/orders", order)["id"]  # the key is looked up once, and here
    before = len(read_recorded(file))
    order_id = gateway.expect("POST", "/api/v1/orders", order)["id"]
    between = len(read_recorded(file))
    payment = {"order_id": order_id, "method": "upi", "vpa": "success@bank"}
    gateway.expect("POST", "/api/v1/payments", payment)
    recorded = read_recorded(file)
    of_order, of_payment = _of_request(recorded[before:between]), _of_request(recorded[between:])
    return Statements(of_order, of_payment, order_id), template


def _of_request(recorded: list[Recorded]) -> list[Recorded]:
    """Without what the process does beside the request: a request's statements name its order or payment."""
    return [(query, given) for query, given in recorded if IDENTIFIER.search(json.dumps(given, default=str))]


def _is_up(gateway: Gateway) -> bool:
    try:
        return gateway.request("GET", "/health")[0] == 200
    except OSError:
        return False
