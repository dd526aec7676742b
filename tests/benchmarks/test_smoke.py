"""The product, started and measured with small counts: everything arrives, and its CPU stays in bounds.

Only CPU per payment is judged, with a wide margin: on a shared machine it is the steady figure.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.figures import PROMISES
from benchmarks.sizes import SMOKE

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.alone, pytest.mark.timeout(400)]
MARGIN = 3
CHOSEN = (
    *("start", "orders", "payments", "webhooks_three", "memory", "drain", "sender", "isolation", "soak"),
    *("import", "echo", "statements", "bare_sender", "growth"),
)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "benchmarks", "--start", "--smoke", "--results", str(folder)]
    command += [f"--only={name}" for name in CHOSEN]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=360)
    assert done.returncode == 0, done.stderr
    parsed: dict[str, Any] = json.loads((folder / "smoke.json").read_text())
    return parsed


def documented_cpu_ms() -> float:
    """What the last full run measured, or what is promised while there is none."""
    latest = ROOT / "benchmarks" / "results" / "latest.json"
    if latest.exists():
        return float(json.loads(latest.read_text())["figures"]["webhooks_three.cpu_ms"]["value"])
    return PROMISES["webhooks_three.cpu_ms"].at_most


def test_a_payment_with_three_webhooks_costs_no_more_than_three_times_the_documented_cpu(
    result: dict[str, Any],
) -> None:
    measured = result["figures"]["webhooks_three.cpu_ms"]["value"]
    assert 0 < measured <= MARGIN * documented_cpu_ms()


def test_every_payment_was_accepted_and_brought_its_three_signed_webhooks(result: dict[str, Any]) -> None:
    accepted = result["details"]["webhooks_three"]["accepted"]
    counts = result["details"]["webhooks_three.receiver"]
    assert accepted == result["details"]["webhooks_three"]["planned"]
    assert counts["events"] == 3 * accepted
    assert counts["legacy_verified"] > 0
    assert "legacy_refused" not in counts
    assert "standard_refused" not in counts


def test_the_limits_execute_the_statements_of_the_running_code(result: dict[str, Any]) -> None:
    for name in ("pgbench_orders", "pgbench_payments", "bare_payments", "echo"):
        assert result["figures"][f"limit.{name}_per_s"]["value"] > 0
    assert result["details"]["limit.bare_payments"]["accepted"] == result["details"]["payments"]["accepted"]


def test_a_stopped_worker_a_backlog_and_bad_neighbours_are_measured_to_their_end(result: dict[str, Any]) -> None:
    for name in ("drain.per_s", "sender.per_s", "isolation.healthy_p99_ms", "limit.bare_sender_per_s"):
        assert result["figures"][name]["value"] > 0, name
    assert result["details"]["drain"]["timed"] > 0
    assert result["details"]["isolation"]["events"] == SMOKE.isolation


def test_memory_is_sampled_through_the_soak_and_grown_tables_are_compared_with_empty_ones(
    result: dict[str, Any],
) -> None:
    assert {"api", "worker", "webhooks"} == result["details"]["soak"].keys()
    assert all(len(samples) >= 2 for samples in result["details"]["soak"].values())
    [grown] = SMOKE.growth
    for kind in ("accept_p99", "list_p99"):
        empty, full = (result["figures"][f"growth.{size}.{kind}_ms"]["value"] for size in (0, grown))
        assert result["figures"][f"growth.{grown}.{kind}_ratio"]["value"] == full / empty
