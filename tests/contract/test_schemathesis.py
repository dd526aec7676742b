"""Schemathesis drives the running API with what its OpenAPI document allows, and with what it does not.

`SCHEMATHESIS_SECONDS` (80; on the Lambda host 40) is its time, `SCHEMATHESIS_SEED` (7) its seed,
`SCHEMATHESIS_CALLS` the least number of calls that it must have made. Now and then, and before a release:

    SCHEMATHESIS_SECONDS=1200 SCHEMATHESIS_CALLS=5000 SCHEMATHESIS_SEED=8 \\
        pytest -s tests/contract/test_schemathesis.py

A failure prints the request as a curl command.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.deploy.cloud.cloud import Cloud
from tests.support.client import Merchant
from tests.support.receiver import Receiver
from tests.support.stack import ROOT, Stack, copy_database, database_of

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "80"))
LAMBDA_SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "40"))
CALLS = int(os.environ.get("SCHEMATHESIS_CALLS", "1"))
SEED = os.environ.get("SCHEMATHESIS_SEED", "7")

CONFIGURATION = """
[checks]
# What is valid by its schema may still be impossible in the state that the object is in, and is a 400 then.
positive_data_acceptance.enabled = false

[[operations]]
# A removed account is still shown: payments name it.
include-path-regex = "^/api/v1/processor-accounts"
checks.use_after_free.enabled = false

[[operations]]
# A revoked key stays in the list, and can be renamed: its name stands in the audit log.
include-path-regex = "^/api/v1/keys"
checks.use_after_free.enabled = false
"""
# A stream that waits for changes would spend the time that the others need.
WITHOUT_PATHS = "/stream$|/events/public$"


@pytest.mark.timeout(SECONDS + 180)
def test_the_running_api_does_what_its_document_says(
    new_stack: Callable[..., tuple[Stack, RedisServer]], tmp_path: Path
) -> None:
    stack, _ = new_stack()
    stack.start()
    explore(stack.base_url, stack.merchant, stack.sql, tmp_path, SECONDS)
    assert "request failed" not in stack.logs()


@pytest.mark.timeout(LAMBDA_SECONDS + 240)
def test_the_functions_do_what_their_document_says(postgres: PostgresServer, tmp_path: Path) -> None:
    """The Lambda host's handler, in AWS's own emulator under its own runtime client."""
    folder = tmp_path / "cloud"
    folder.mkdir()
    cloud = Cloud(copy_database(database_of(postgres.url, "postgres"), TEMPLATE), folder).start()
    try:
        explore(cloud.base_url, cloud.merchant, cloud.sql, tmp_path, LAMBDA_SECONDS)
    finally:
        cloud.stop()
    assert "request failed" not in "".join(file.read_text() for file in folder.glob("api-*.log"))


def explore(
    base_url: str, new_shop: Callable[[], Merchant], sql: Callable[..., Any], folder: Path, seconds: int
) -> None:
    """Run schemathesis for so long: three quarters over all operations, the rest over the links between them.

    In one run a busy machine would not come to the links before the time is over. They are followed with what is
    valid only: from a refusal no link leads anywhere. And by another shop: the first one's key may be revoked.
    """
    shop, another = new_shop(), new_shop()
    sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = ANY (%s)", ([shop.key, another.key],))
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    shown = run_phases(base_url, shop, folder, seconds * 3 // 4, "--phases", "examples,coverage,fuzzing")
    with Receiver() as receiver:
        make_one_of_each(another, receiver.url)
        make_one_of_each_processor_thing(another, sql)
        for times in (1, 3, 6):  # on a busy machine a quarter may not be enough to come to the first link
            time = seconds // 4 * times
            linked = run_phases(base_url, another, folder, time, "--phases", "stateful", "--mode", "positive")
            if is_followed := re.search(r"API Links: +[1-9]", linked):
                break
    assert is_followed, f"no link was followed:\n{linked[-2_000:]}"
    calls = sum(int(number) for number in re.findall(r"([0-9]+) generated", shown + linked))
    assert calls >= CALLS, f"{calls} calls instead of {CALLS}: give it more SCHEMATHESIS_SECONDS"


def make_one_of_each(shop: Merchant, url: str) -> None:
    """From an empty list no link leads anywhere either."""
    shop.api.post("/webhooks/endpoints", json={"url": url}).raise_for_status()
    payment = shop.paid(900_000)
    shop.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100}).raise_for_status()
    shop.api.post("/webhooks/recover", json={"since": "2026-01-01T00:00:00Z"}).raise_for_status()


def make_one_of_each_processor_thing(shop: Merchant, sql: Callable[..., Any]) -> None:
    """An account with its route, which nobody answers for, and of a payment over it what was asked, money that
    nobody expected, a dispute, and a refund that a cap has refused."""
    keys = {"publishable_key": "pk_test_yours", "secret_key": "sk_test_" + "yours"}
    body = {"processor": "stripe", "credentials": keys}
    account = shop.api.post("/processor-accounts", json=body).raise_for_status().json()["id"]
    shop.api.put(
        "/processor-routes", json={"rules": [{"account_id": account, "method": "card"}]}
    ).raise_for_status()
    payment = shop.paid(700_000)["id"]
    values = {"merchant": shop.id, "account": account, "payment": payment, "tag": payment.partition("_")[2]}
    sql(_ROWS, values)


_ROWS = """
WITH over AS (
    UPDATE payments SET account_id = %(account)s WHERE id = %(payment)s
), asked AS (
    INSERT INTO processor_operations (key, merchant_id, mode, account_id, payment_id, kind, amount, currency)
    VALUES (%(payment)s || ':prepare', %(merchant)s, 'test', %(account)s, %(payment)s, 'prepare', 700000, 'INR')
), money AS (
    INSERT INTO unexpected_money (id, merchant_id, mode, account_id, payment_id, charge, amount, currency, reason,
                                  status, review_reason, created_at)
    VALUES ('unex_' || %(tag)s, %(merchant)s, 'test', %(account)s, %(payment)s, 'ch_1', 500, 'INR', 'late',
            'review', 'its refund: no answer', now())
), dispute AS (
    INSERT INTO disputes (id, merchant_id, mode, account_id, payment_id, reference, amount, currency, reason,
                          status, raw, created_at, updated_at)
    VALUES ('disp_' || %(tag)s, %(merchant)s, 'test', %(account)s, %(payment)s, 'dp_1', 500, 'INR', 'fraudulent',
            'needs_response', 'needs_response', now(), now())
)
INSERT INTO refund_cap_reviews (id, merchant_id, mode, currency, day, maker, asked_by, payment_id, amount, asks,
                                created_at, updated_at)
VALUES ('capr_' || %(tag)s, %(merchant)s, 'test', 'INR', current_date, 'key:k', 'k', %(payment)s, 100, 1, now(),
        now())
"""


def run_phases(base_url: str, shop: Merchant, folder: Path, seconds: int, *options: str) -> str:
    """What it printed. A failure of any check is one of the test."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "schemathesis.toml")),
        *("run", f"{base_url}/openapi.json", *options),
        *("--header", f"X-Api-Key: {shop.key}", "--header", f"X-Api-Secret: {shop.secret}"),
        *("--max-time", str(seconds), "--seed", SEED, "--exclude-path-regex", WITHOUT_PATHS),
        # One: in two threads ast.parse() of CPython 3.11 fails at times (its issue 106905), and a phase with it.
        *("--workers", "1", "--continue-on-failure", "--request-timeout", "25"),
        *("--generation-database", "none", "--warnings", "off", "--no-color"),
    ]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.contract.fresh_keys", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=seconds + 90,
        env=os.environ | (hooks if "stateful" in options else {}),
    )  # fmt: skip
    assert ran.returncode == 0, f"{_found(ran.stdout)}\n{ran.stdout[-12_000:]}{ran.stderr[-2_000:]}"
    print(ran.stdout[-2_000:])
    return ran.stdout


def _found(shown: str) -> str:
    """In one line what it did not like, each with the request that shows it: a report may keep no more."""
    wanted = re.compile(r"^_+ .* _+$|^- .*$|^ *curl .*$|^ *[❌💥].*$", re.MULTILINE)
    return " | ".join(line.strip(" _")[:300] for line in wanted.findall(shown))[:2_000]
