"""What the README tells a newcomer to run."""

import os
import subprocess
import sys
from collections.abc import Callable

from dev.ports import free_port
from dev.redis import RedisServer
from tests.support.stack import ROOT, Stack


def test_the_first_payment_script_runs_to_its_end(stack: Stack) -> None:
    environment = os.environ | {
        "GATEWAY_API_URL": stack.base_url,
        "RECEIVER_PORT": str(free_port()),
        "PYTHON": sys.executable,
    }
    done = subprocess.run(
        ["examples/first_payment.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Done: paid, told, refunded.\n")
    for event in ("payment.created", "payment.pending", "payment.success", "refund.created", "refund.processed"):
        assert f"verified: {event}" in done.stdout


def test_the_payment_over_a_processor_runs_to_its_end(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    """As the script's head says: it starts the fake, and connects the account as an owner does."""
    there, password = f"http://127.0.0.1:{free_port()}", "choose-one-now"
    stack, _ = new_stack(GATEWAY_STRIPE_URL=there, GATEWAY_DASHBOARD_PASSWORD=password)
    seeding = [sys.executable, "-m", "gateway.cli", "seed"]
    subprocess.run(seeding, cwd=ROOT, env=stack.env, check=True, capture_output=True)
    stack.start()
    environment = os.environ | {
        "GATEWAY_API_URL": stack.base_url,
        "GATEWAY_STRIPE_URL": there,
        "GATEWAY_DASHBOARD_PASSWORD": password,
    }
    for _ in range(2):  # a second time is no other story
        done = subprocess.run(
            [sys.executable, "examples/processor_payment.py"],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.endswith("Done: paid there once, told, refunded there.\n")
        assert '"captured": 50000, "refunded": 10000' in done.stdout
    assert stack.sql("SELECT status FROM processor_accounts") == [("disabled",)] * 2
    assert stack.sql("SELECT 1 FROM processor_routes") == []
