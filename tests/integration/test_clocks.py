"""The database's clock decides: a machine whose own is days off changes no outcome."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dev.redis import RedisServer
from gateway.clock import DatabaseClock
from tests.support.receiver import Receiver
from tests.support.stack import Process, Stack, eventually

DAYS = [8, -8, 4000]


def off(process: Process, days: float, folder: Path) -> Process:
    """The process on a machine whose clock is wrong by so many days."""
    (folder / "sitecustomize.py").write_text(
        "import os, time\n"
        "seconds, right = float(os.environ.get('CLOCK_IS_OFF', 0)), time.time\n"
        "time.time = lambda: right() + seconds\n"
    )
    process.env = process.env | {"CLOCK_IS_OFF": str(days * 86_400), "PYTHONPATH": str(folder)}
    return process


@pytest.fixture
def stack(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> Stack:
    return new_stack()[0]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("days", DAYS)
def test_a_worker_whose_clock_is_off_voids_no_fresh_authorisation(
    stack: Stack, days: float, tmp_path: Path
) -> None:
    stack.start()
    merchant = stack.test_merchant()
    held = merchant.settled(merchant.upi(merchant.order(capture="manual")))
    stack.worker.stop()
    off(stack.worker, days, tmp_path).start()
    eventually(lambda: "clock is off" in stack.worker.log.read_text(), 30, "the warning")
    later = merchant.settled(merchant.upi(merchant.order(capture="manual")))
    stack.sql("UPDATE payments SET expires_at = now() - interval '1 second' WHERE id = %s", (later["id"],))
    merchant.settled(later, "cancelled", 30)  # the sweep has passed over all of them
    assert merchant.payment(held["id"])["status"] == "success"
    updated = stack.sql("SELECT updated_at FROM payments WHERE id = %s", (later["id"],))[0][0]
    assert abs(updated - datetime.now(UTC)) < timedelta(minutes=2)


@pytest.mark.parametrize("days", DAYS)
def test_an_api_whose_clock_is_off_shows_and_keeps_the_databases_time(
    stack: Stack, days: float, tmp_path: Path
) -> None:
    off(stack.api, days, tmp_path)
    stack.start()
    merchant = stack.test_merchant()
    paid = merchant.settled(merchant.upi(merchant.order(capture="manual")))
    for text in (paid["created_at"], paid["updated_at"], merchant.order()["created_at"]):
        assert abs(moment(text) - datetime.now(UTC)) < timedelta(minutes=2)
    # A card of this month is valid, whatever month the machine believes it is.
    now = datetime.now(UTC)
    card = {"number": "4242 4242 4242 4242", "expiry_month": now.month, "expiry_year": now.year, "cvv": "123",
            "holder_name": "A"}  # fmt: skip
    body = {"order_id": merchant.order()["id"], "method": "card", "card": card}
    assert merchant.api.post("/payments", json=body).status_code == 201


def test_a_sender_whose_clock_is_off_signs_with_a_time_that_receivers_take(stack: Stack, tmp_path: Path) -> None:
    off(stack.webhooks, 8, tmp_path)
    stack.start()
    merchant = stack.test_merchant()
    with Receiver() as receiver:
        merchant.api.put("/webhooks/config", json={"webhook_url": receiver.url}).raise_for_status()
        merchant.paid()
        webhook = eventually(lambda: receiver.received[0] if receiver.received else None, 30, "a webhook")
    at = int(webhook.headers["webhook-timestamp"])
    assert abs(datetime.fromtimestamp(at, UTC) - datetime.now(UTC)) < timedelta(minutes=2)


def test_a_command_on_such_a_machine_goes_by_the_database_too(stack: Stack, tmp_path: Path) -> None:
    stack.start("api")
    process = off(stack.another("worker"), 8, tmp_path)
    made = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "merchants", "create", "Shop", "clock@example.com"],
        env=process.env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = stack.sql("SELECT created_at FROM merchants WHERE id = %s", (json.loads(made.stdout)["merchant_id"],))
    assert abs(found[0][0] - datetime.now(UTC)) < timedelta(minutes=2)


class Machine:
    """Clocks to turn by hand."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000.0, 50.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


def answer(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_clock_is_put_right_and_asked_again_after_a_while_or_a_jump() -> None:
    machine = Machine()
    clock = DatabaseClock(lambda: machine.wall, lambda: machine.steady)
    assert clock.is_due()
    asked_at = clock.begin()
    machine.pass_by(0.2)
    clock.agree(asked_at, answer(500_000.1))
    assert clock.now() == pytest.approx(500_000.2) and not clock.is_due()
    machine.pass_by(9)
    assert not clock.is_due()
    machine.pass_by(2)
    assert clock.is_due()
    clock.agree(clock.begin(), answer(500_011.2))
    machine.wall -= 500_000  # somebody sets the machine's clock
    assert clock.is_due()
    clock.agree(clock.begin(), answer(500_011.2))
    assert clock.now() == pytest.approx(500_011.2)
    machine.steady += 3  # it slept, and its clock was set
    machine.wall += 3600
    assert clock.is_due()


@pytest.mark.parametrize("took", [0.0, 4.0])
def test_less_than_a_second_or_than_the_question_took_is_no_difference(took: float) -> None:
    machine = Machine()
    clock = DatabaseClock(lambda: machine.wall, lambda: machine.steady)
    asked_at = clock.begin()
    machine.pass_by(took)
    clock.agree(asked_at, answer(1_000_000 + took / 2 + 0.9 + took / 2))
    assert clock.skew_seconds == 0
