"""docs/checkout.md is true: its programs tell a genuine result from a forged one, its tables are complete."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.checkout.result import sign_result
from tests.support.stack import ROOT

TEXT = (ROOT / "docs/checkout.md").read_text("utf-8")
PROGRAMS = dict(re.findall(r"<!-- verify: (\w+) -->\n```\w+\n(.*?)```", TEXT, re.DOTALL))
TYPES = (ROOT / "sdk/src/types.ts").read_text("utf-8")

SECRET, ORDER, PAYMENT = "sig_test_8sHk2LmNq0PzRtVw", "order_8sHk2LmNq0PzRtVw", "pay_1aBcD2eFgH3iJkLm"
GOOD = sign_result(SECRET.encode(), ORDER, PAYMENT)
RESULTS = {
    "genuine": (True, ORDER, PAYMENT, GOOD),
    "another order": (False, "order_0000000000000000", PAYMENT, GOOD),
    "another payment": (False, ORDER, "pay_0000000000000000", GOOD),
    "one digit changed": (False, ORDER, PAYMENT, GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")),
    "cut short": (False, ORDER, PAYMENT, GOOD[:-2]),
    "empty": (False, ORDER, PAYMENT, ""),
    "signed by somebody else": (False, ORDER, PAYMENT, sign_result(b"sig_another", ORDER, PAYMENT)),
}

# Around the documented lines: the names that they use, and an exit code of 0 for a result that is genuine.
AROUND = {
    "razorpay": """
import os
key_id, signing_secret = "key_test_abc123", os.environ["SECRET"]
order_id, payment_id, signature = os.environ["ORDER"], os.environ["PAYMENT"], os.environ["SIGNATURE"]
{lines}
""",
    "python": """
import os
signing_secret = os.environ["SECRET"]
order_id, payment_id, signature = os.environ["ORDER"], os.environ["PAYMENT"], os.environ["SIGNATURE"]
{lines}
raise SystemExit(not ok)
""",
    "node": """
const {{ SECRET: signingSecret, ORDER: orderId, PAYMENT: paymentId, SIGNATURE: signature }} = process.env;
{lines}
process.exit(ok ? 0 : 1);
""",
    "php": """<?php
[$signingSecret, $orderId, $paymentId, $signature] =
    array_map('getenv', ['SECRET', 'ORDER', 'PAYMENT', 'SIGNATURE']);
{lines}
exit($ok ? 0 : 1);
""",
    "ruby": """
require "openssl"
signing_secret, order_id, payment_id, signature = ENV.values_at("SECRET", "ORDER", "PAYMENT", "SIGNATURE")
{lines}
exit ok
""",
    "go": """package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
)

func main() {{
	signingSecret, signature := os.Getenv("SECRET"), os.Getenv("SIGNATURE")
	orderID, paymentID := os.Getenv("ORDER"), os.Getenv("PAYMENT")
	{lines}
	if !ok {{
		os.Exit(1)
	}}
}}
""",
}
COMMANDS = {
    "razorpay": ([sys.executable], "verify_with_package.py"),
    "python": ([sys.executable], "verify.py"),
    "node": (["node"], "verify.mjs"),
    "php": (["php"], "verify.php"),
    "ruby": (["ruby"], "verify.rb"),
    "go": (["go", "build", "-o", "verify"], "main.go"),
}


def test_every_documented_program_is_run() -> None:
    assert list(PROGRAMS) == ["razorpay", "python", "node", "php", "go", "ruby"]


@pytest.mark.parametrize("language", COMMANDS)
def test_the_program_tells_a_genuine_result_from_a_forged_one(language: str, tmp_path: Path) -> None:
    command, file = COMMANDS[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{language} is not installed")  # `.ci/run` installs them all
    (tmp_path / file).write_text(AROUND[language].format(lines=PROGRAMS[language]), "utf-8")
    program = [*command, file]
    if language == "go":
        built = run(program, tmp_path)
        assert built.returncode == 0, built.stderr
        program = ["./verify"]
    for name, (genuine, order, payment, signature) in RESULTS.items():
        done = run(program, tmp_path, SECRET=SECRET, ORDER=order, PAYMENT=payment, SIGNATURE=signature)
        assert (done.returncode == 0) is genuine, f"{name}: {done.stdout}{done.stderr}"
        assert genuine or language == "razorpay" or not done.stderr, f"{name}: refused by a crash: {done.stderr}"


def run(command: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GO111MODULE": "off", "GOCACHE": str(folder / "go")} | variables
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_every_error_and_event_of_the_script_is_documented() -> None:
    errors = re.search(r"export type ErrorCode =(.*?);", TYPES, re.DOTALL)
    events = re.search(r"export interface EventMap \{(.*?)\n\}", TYPES, re.DOTALL)
    assert errors and events
    for code in re.findall(r"'(\w+)'", errors[1]):
        assert f"| `{code}` |" in TEXT, code
    for name in re.findall(r"^  '?([\w.]+)'?:", events[1], re.MULTILINE):
        assert f"`{name}`" in TEXT, name


def test_every_link_within_the_page_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) <= headings
