"""Schemathesis drives the running API with what its OpenAPI document allows, and with what it does not.

`SCHEMATHESIS_SECONDS` (80) is its time, `SCHEMATHESIS_SEED` (7) its seed: give it an hour and another seed now and
then. A failure prints the request as a curl command.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.redis import RedisServer
from tests.support.stack import Stack

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "80"))
SEED = os.environ.get("SCHEMATHESIS_SEED", "7")

CONFIGURATION = """
[checks]
# What is valid by its schema may still be impossible in the state that the object is in, and is a 400 then.
positive_data_acceptance.enabled = false

[[operations]]
# A revoked key stays in the list, and can be renamed: its name stands in the audit log.
include-path-regex = "^/api/v1/keys"
checks.use_after_free.enabled = false
"""
# A stream that waits for changes would spend the time that the others need.
WITHOUT_PATHS = "/stream$|/events/public$"


@pytest.mark.timeout(SECONDS + 120)
def test_the_running_api_does_what_its_document_says(
    new_stack: Callable[..., tuple[Stack, RedisServer]], tmp_path: Path
) -> None:
    stack, _ = new_stack()
    stack.start()
    shop = stack.merchant()
    stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (shop.key,))
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration)),
        *("run", f"{stack.base_url}/openapi.json"),
        *("--header", f"X-Api-Key: {shop.key}", "--header", f"X-Api-Secret: {shop.secret}"),
        *("--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(SECONDS), "--seed", SEED),
        *("--exclude-path-regex", WITHOUT_PATHS),
        *("--workers", "2", "--continue-on-failure", "--request-timeout", "25"),
        *("--generation-database", "none", "--warnings", "off", "--no-color"),
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 90)
    assert ran.returncode == 0, ran.stdout[-12_000:] + ran.stderr[-2_000:]
    assert "request failed" not in stack.logs()
