"""`make dev` with the product itself: what a newcomer does in the first five minutes, and what goes wrong then."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from dev.state import load_state
from tests.dev.running import ROOT, UP, MakeDev
from tests.dev.waiting import until
from tests.support.receiver import Receiver

HEADERS = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def first(data: Path) -> Iterator[MakeDev]:
    """A first start on an empty folder, up."""
    run = MakeDev(ROOT, data)
    try:
        run.wait_for(UP, 90)
        yield run
    finally:
        run.end()


def client(run: MakeDev) -> httpx.Client:
    return httpx.Client(base_url=f"{run.api}/api/v1", headers=HEADERS, timeout=15, trust_env=False)


def pay(api: httpx.Client) -> str:
    """A fresh payment of a fresh order; the bank takes a second."""
    order = api.post("/orders", json={"amount": 50_000}).raise_for_status().json()
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
    payment: dict[str, Any] = api.post("/payments", json=body).raise_for_status().json()
    assert payment["status"] == "pending"
    return str(payment["id"])


def status(api: httpx.Client, path: str) -> str:
    return str(api.get(path).raise_for_status().json()["status"])


def test_the_printed_request_works_and_an_order_goes_through_to_a_refund(first: MakeDev) -> None:
    pasted = "\n".join(line for line in first.output.splitlines() if line.startswith(("  curl", "    -")))
    answer = json.loads(subprocess.run(["bash", "-c", pasted], capture_output=True, check=True).stdout)
    assert (answer["amount"], answer["status"]) == (50_000, "created")
    assert httpx.get(f"{first.api}/health", trust_env=False).json()["worker"] == "running"
    with client(first) as api, Receiver() as receiver:
        api.put("/webhooks/config", json={"webhook_url": receiver.url}).raise_for_status()
        payment = pay(api)
        until(lambda: status(api, f"/payments/{payment}") == "success", 20)
        refund = api.post(f"/payments/{payment}/refunds", json={"amount": 100}).raise_for_status().json()
        until(lambda: status(api, f"/refunds/{refund['id']}") == "processed", 20)
        expected = {"payment.created", "payment.success", "refund.processed"}
        until(lambda: expected <= {one.event["event"] for one in receiver.received}, 20)
    assert first.stop() < 10
    assert first.process.returncode == 0
    assert first.survivors() == []
    assert "by force" not in first.output.partition("Stopping")[2].partition("stops by force.")[2]


def test_only_this_machine_reaches_what_it_starts(first: MakeDev) -> None:
    """Its keys are public knowledge. 127.0.0.2 is no address of a server that listens on 127.0.0.1 alone."""
    for name in ("API_PORT", "DASHBOARD_PORT", "CHECKOUT_PORT"):
        port = int(first.environment[name])
        assert httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code == 200, name
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.2", port)) != 0, name


def test_what_was_in_flight_at_ctrl_c_is_finished_after_a_quick_second_start(first: MakeDev, data: Path) -> None:
    with client(first) as api:
        payments = [pay(api) for _ in range(20)]
        assert first.stop() < 10
    second = MakeDev(ROOT, data)
    try:
        # On a machine that others keep busy as well, their share is not ours.
        assert second.wait_for(UP) < 10 * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))
        with client(second) as api:
            for payment in payments:
                until(lambda path=f"/payments/{payment}": status(api, path) == "success", 30)  # type: ignore[misc]
    finally:
        second.end()


def test_a_killed_worker_is_replaced_and_its_payment_finishes(first: MakeDev) -> None:
    with client(first) as api:
        payment = pay(api)
        first.kill("worker")
        first.wait_for("worker died (SIGKILL) and is started again in 0.5 s")
        first.wait_for("worker started again")
        until(lambda: status(api, f"/payments/{payment}") == "success", 35)


def test_the_master_key_is_kept_and_no_secret_is_in_a_log(first: MakeDev, data: Path) -> None:
    state = load_state(data)
    with client(first) as api:
        card = {
            "number": "4242 4242 4242 4242",
            "expiry_month": 12,
            "expiry_year": 2099,
            "cvv": "737",
            "holder_name": "A",
        }
        order = api.post("/orders", json={"amount": 50_000}).raise_for_status().json()
        body = {"order_id": order["id"], "method": "card", "card": card}
        payment = api.post("/payments", json=body).raise_for_status().json()
        until(lambda: status(api, f"/payments/{payment['id']}") == "success", 20)
    first.stop()
    logs = "".join(path.read_text() for path in (data / "logs").iterdir())
    assert '"message":"request"' in logs
    passwords = (state.master_key, state.postgres_password, state.redis_password)
    for secret in (*passwords, "4242424242424242", "4242 4242"):
        assert secret not in logs
        assert secret not in first.output


def test_the_embedded_database_can_be_looked_at_with_the_kept_password(first: MakeDev, data: Path) -> None:
    state = load_state(data)
    url = f"postgresql://gateway:{state.postgres_password}@127.0.0.1:{state.postgres_port}/gateway"
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) > 0 from information_schema.tables").fetchone() == (True,)
