"""The whole command against a gateway in memory whose behaviour is known."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bench import Bench
from benchmarks.gateway_client import GatewayRefused
from benchmarks.load.generator import run_load
from benchmarks.meters import Meters
from benchmarks.receiver.handle import Receiver
from benchmarks.scenarios.slow_bank import slow_bank
from benchmarks.sizes import SMOKE
from benchmarks.subscription import subscribed
from tests.benchmarks.fake_process import RunningFake

ROOT = Path(__file__).resolve().parents[2]
BANK_MS = 5


@pytest.fixture(scope="module")
def result(fake: RunningFake, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "benchmarks", "--smoke", "--base-url", fake.base_url, "--key", "key"]
    command += ["--pid", f"api={fake.process.pid}", "--results", str(folder), "--idempotency-keys"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    assert "orders.per_s" in done.stdout
    assert "| orders.per_s |" in (folder / "smoke.md").read_text()
    parsed: dict[str, Any] = json.loads((folder / "smoke.json").read_text())
    return parsed


def value(result: dict[str, Any], name: str) -> float:
    return float(result["figures"][name]["value"])


def test_every_planned_request_was_sent_and_accepted(result: dict[str, Any]) -> None:
    for name in ("orders", "payments", "payments_at_100", "webhooks_one", "webhooks_three"):
        details = result["details"][name]
        assert details["accepted"] == details["planned"] > 0, name


def test_the_open_loop_took_as_long_as_its_rate_says(result: dict[str, Any]) -> None:
    steady = result["details"]["payments_at_100"]
    assert steady["planned"] / steady["seconds"] == pytest.approx(100, rel=0.1)


def test_webhook_latency_includes_the_banks_delay(result: dict[str, Any]) -> None:
    assert value(result, "webhooks_at_100.p50_ms") >= BANK_MS


@pytest.mark.parametrize(("name", "events"), [("webhooks_one", 1), ("webhooks_three", 3)])
def test_each_payment_brought_exactly_the_events_subscribed_to(
    result: dict[str, Any], name: str, events: int
) -> None:
    counts = result["details"][f"{name}.receiver"]
    assert counts["events"] == events * result["details"][name]["accepted"]
    assert counts["legacy_verified"] == counts["standard_verified"] == counts["events"] // 20
    assert "refused" not in " ".join(counts)


def test_cpu_and_memory_of_the_named_process_are_told(result: dict[str, Any]) -> None:
    assert value(result, "webhooks_three.cpu_ms") > 0
    assert value(result, "memory.api_mb") > 5


def test_the_generator_could_send_more_than_it_was_answered(result: dict[str, Any]) -> None:
    assert value(result, "limit.generator_per_s") > value(result, "orders.per_s")


def bench(fake: RunningFake, receiver: Receiver) -> Bench:
    return Bench(fake.gateway, Meters({}), receiver, SMOKE)


def test_refusals_are_counted_and_the_first_is_quoted(fake: RunningFake) -> None:
    with Receiver() as receiver:
        work = bench(fake, receiver)
        order_ids = work.new_orders(2)
        bodies = [{"order_id": order_ids[0], "method": "upi", "vpa": vpa} for vpa in ("a@b", "refused@bank")]
        measured = work.measure(work.spec("/api/v1/payments", bodies))
        assert measured.run.succeeded == 1
        assert "1 of 2 accepted; first refusal: 400" in work.note(measured)


def test_a_gateway_that_refuses_the_key_ends_the_run_with_its_answer(fake: RunningFake) -> None:
    with Receiver() as receiver:
        work = Bench(replace(fake.gateway, key="wrong"), Meters({}), receiver, SMOKE)
        assert run_load(work.orders_load(1)).statuses == [401]
        with pytest.raises(GatewayRefused, match="401"):
            work.new_orders(1)


def test_the_subscription_is_taken_back_at_the_end(fake: RunningFake) -> None:
    with Receiver() as receiver:
        with subscribed(fake.gateway, receiver, ["payment.success"]) as subscription:
            assert subscription.filtered
            config = fake.gateway.expect("GET", "/api/v1/webhooks/config")
            assert str(receiver.port) in config["webhook_url"]
        assert fake.gateway.expect("GET", "/api/v1/webhooks/config")["webhook_url"] is None


def test_time_to_terminal_is_at_least_the_banks_delay(fake: RunningFake) -> None:
    with Receiver() as receiver:
        (figure,) = slow_bank(bench(fake, receiver))
    assert figure.value >= BANK_MS / 1000
    assert figure.note == ""
