"""One meaning and two speeds: what the contract's suite asks is answered the same the short and the ordinary way.

The suite runs once more over an API in which every request for the short way goes both ways
(`tests.support.both_ways`), and the report of that process is read.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.support.stack import ROOT

SUITE: Final = (
    "tests/blackbox/test_contract.py",
    "tests/contract/test_hostile_input.py",
    "tests/contract/test_idempotency.py",
    "tests/contract/test_openapi.py",
    "tests/contract/test_tenants.py",
    "tests/functions/test_authentication.py",
    "tests/functions/test_bad_requests.py",
    "tests/functions/test_currencies.py",
    "tests/functions/test_idempotency.py",
    "tests/functions/test_lean.py",
    "tests/functions/test_protocol.py",
    "tests/functions/test_routing.py",
    "tests/functions/test_unknown_fields.py",
)
_BY_OPERATION: Final = "(hostile or openapi or tenants or (contract and idempotency))"
SELECTED: Final = f"not lambda and (orders or payments or not {_BY_OPERATION})"
"""Of those that ask every operation only what has to do with these nouns; a Lambda has no such process."""

FEWEST: Final = {
    "GET /api/v1/orders/{id}": 5,
    "GET /api/v1/payments/{id}": 20,
    "POST /api/v1/orders": 100,
    "POST /api/v1/payments": 50,
}
"""Requests that must have gone the short way: a suite that sends none proves nothing."""


@pytest.mark.timeout(1800)
def test_the_contract_s_suite_is_answered_the_same_both_ways(tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    report.touch()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-m"]
    selected = ["not alone and not containers", "-k", SELECTED, *SUITE]
    done = subprocess.run(
        [*command, *selected],
        env=os.environ | {"BOTH_WAYS_REPORT": str(report)}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [line for line in lines if line["difference"]] == []
    assert done.returncode == 0, done.stdout[-4000:]
    went = Counter(line["route"] for line in lines if line["lean"])
    assert all(went[route] >= fewest for route, fewest in FEWEST.items()), went
    assert {line["status"] for line in lines} >= {200, 201, 400, 401, 403, 404, 413, 415, 422, 429, 500, 503}
