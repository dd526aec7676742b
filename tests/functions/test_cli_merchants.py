"""The operator's command for a first merchant; other tests make theirs in-process, in the same way."""

import subprocess
import sys

from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack


def test_a_merchant_made_by_the_command_can_sell(stack: Stack) -> None:
    command = [sys.executable, "-m", "gateway.cli", "merchants", "create", "Corner Shop", "corner@example.com"]
    ran = subprocess.run(command, env=stack.env, cwd=ROOT, capture_output=True, text=True, check=True)
    shop = Merchant.from_json(stack.base_url, ran.stdout)
    assert shop.key.startswith("key_test_")
    assert shop.order()["merchant_id"] == shop.id
    again = subprocess.run(command, env=stack.env, cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
