"""What the README tells a newcomer to run."""

import os
import subprocess
import sys

from dev.ports import free_port
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
