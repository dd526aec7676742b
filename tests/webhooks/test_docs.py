"""docs/webhooks.md is true: its programs run, its payloads are those that are sent, its tables are complete."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, get_args

import pytest
from razorpay import Utility
from razorpay.errors import SignatureVerificationError
from standardwebhooks.webhooks import Webhook

from gateway.events.model import EVENT_TYPES
from gateway.settings import Settings
from gateway.webhooks.sender.failures import ErrorClass
from gateway.webhooks.signatures.sign import new_webhook_secret, webhook_headers
from gateway.webhooks.tools.api_client import ApiClient
from gateway.webhooks.tools.trigger import trigger
from tests.support.client import Merchant
from tests.support.stack import ROOT
from tests.webhooks.receiver import Receiver
from tests.webhooks.shop import configure

TEXT = (ROOT / "docs/webhooks.md").read_text("utf-8")
BLOCK = re.compile(r"<!-- (\w+): ([\w.]+) -->\n```\w+\n(.*?)```", re.DOTALL)
BLOCKS = {(kind, name): code for kind, name, code in BLOCK.findall(TEXT)}

SECRET, ANOTHER = new_webhook_secret(), new_webhook_secret()
BODY = '{"event":"payment.success","data":{"payment":{"vpa":"ü@bank"}},"id":"evt_8sHk2LmNq0PzRtVw"}'.encode()

# What calls the documented function: prints true or false. Body in body.json, the rest in case.json.
HARNESS = {
    "python": """
import json, pathlib
case = json.loads(pathlib.Path("case.json").read_text())
print(str(verify(case["secret"], case["headers"], pathlib.Path("body.json").read_bytes())).lower())
""",
    "node": """
const fs = require("node:fs");
const sample = JSON.parse(fs.readFileSync("case.json"));
console.log(verify(sample.secret, sample.headers, fs.readFileSync("body.json")));
""",
    "php": """
$case = json_decode(file_get_contents('case.json'), true);
echo verify($case['secret'], $case['headers'], file_get_contents('body.json')) ? 'true' : 'false';
""",
    "ruby": """
require "json"
sample = JSON.parse(File.read("case.json"))
puts verify(sample["secret"], sample["headers"], File.binread("body.json"))
""",
    "go": """
func main() {
	raw, _ := os.ReadFile("case.json")
	var sample struct {
		Secret  string
		Headers map[string]string
	}
	if err := json.Unmarshal(raw, &sample); err != nil {
		panic(err)
	}
	header := http.Header{}
	for name, value := range sample.Headers {
		header.Set(name, value)
	}
	body, _ := os.ReadFile("body.json")
	fmt.Println(Verify(sample.Secret, header, body))
}
""",
}
COMMANDS = {
    "python": ([sys.executable], "verify.py"),
    "node": (["node"], "verify.cjs"),
    "php": (["php"], "verify.php"),
    "ruby": (["ruby"], "verify.rb"),
    "go": (["go", "run"], "main.go"),
}
NPM = """
const fs = require("node:fs");
const { Webhook } = require("standardwebhooks");
const sample = JSON.parse(fs.readFileSync(process.argv[2] + "/case.json"));
try {
  new Webhook(sample.secret).verify(fs.readFileSync(process.argv[2] + "/body.json", "utf8"), sample.headers);
  console.log(true);
} catch (error) {
  console.log(false);
}
"""


def cases() -> dict[str, tuple[bool, str, dict[str, str], bytes]]:
    """What a verifier must accept, and what it must not: (holds, secret, headers, body)."""

    def headers(*secrets: str, at: float = 0) -> dict[str, str]:
        made = webhook_headers(list(secrets), "evt_8sHk2LmNq0PzRtVw", int(time.time() + at), BODY)
        return {name.lower(): value for name, value in made.items()}

    return {
        "good": (True, SECRET, headers(SECRET), BODY),
        "rotated, new secret": (True, SECRET, headers(SECRET, ANOTHER), BODY),
        "rotated, old secret": (True, ANOTHER, headers(SECRET, ANOTHER), BODY),
        "one byte changed": (False, SECRET, headers(SECRET), BODY.replace(b"success", b"succesS")),
        "wrong secret": (False, ANOTHER, headers(SECRET), BODY),
        "old timestamp": (False, SECRET, headers(SECRET, at=-360), BODY),
        "future timestamp": (False, SECRET, headers(SECRET, at=360), BODY),
        "another id": (False, SECRET, headers(SECRET) | {"webhook-id": "evt_other"}, BODY),
    }


def write_case(folder: Path, name: str) -> bool:
    holds, secret, headers, body = cases()[name]
    (folder / "case.json").write_text(json.dumps({"secret": secret, "headers": headers}))
    (folder / "body.json").write_bytes(body)
    return holds


def run(command: list[str], folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    import os

    env = os.environ | {"GOFLAGS": "-mod=mod", "GO111MODULE": "off", "GOCACHE": str(folder / "go")} | env
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("language", HARNESS)
def test_the_program_tells_good_from_bad(language: str, tmp_path: Path) -> None:
    command, file = COMMANDS[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{language} is not installed")
    code = BLOCKS["verify", language]
    if language == "go":
        code = code.replace("import (", 'import (\n\t"encoding/json"\n\t"fmt"\n\t"os"')
    (tmp_path / file).write_text(code + HARNESS[language], "utf-8")
    for name in cases():
        holds = write_case(tmp_path, name)
        done = run([*command, file], tmp_path)
        assert done.stdout.strip() == str(holds).lower(), f"{name}: {done.stdout}{done.stderr}"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_shell_programs_tell_good_from_bad(tmp_path: Path) -> None:
    for name, (holds, secret, headers, body) in cases().items():
        (tmp_path / "body.json").write_bytes(body)
        environment = {
            "SECRET": secret,
            "WEBHOOK_ID": headers["webhook-id"],
            "WEBHOOK_TIMESTAMP": headers["webhook-timestamp"],
            "WEBHOOK_SIGNATURE": headers["webhook-signature"],
        }
        done = run(["sh", "-c", BLOCKS["verify", "sh"]], tmp_path, **environment)
        if "timestamp" not in name:  # by hand nobody is in time
            assert (done.returncode == 0) is holds, f"{name}: {done.stdout}{done.stderr}"
        legacy = run(["sh", "-c", BLOCKS["verify", "legacy"]], tmp_path, **environment).stdout.strip()
        if name in ("good", "one byte changed", "wrong secret"):
            assert (legacy == headers["x-webhook-signature"]) is holds, name


@pytest.mark.skipif(not (ROOT / "node_modules/standardwebhooks").exists(), reason="npm packages are not installed")
def test_the_npm_package_agrees(tmp_path: Path) -> None:
    script = ROOT / "node_modules" / ".webhook-verify.cjs"
    script.write_text(NPM)
    try:
        for name in cases():
            holds = write_case(tmp_path, name)
            done = run(["node", str(script), str(tmp_path)], tmp_path)
            assert done.stdout.strip() == str(holds).lower(), f"{name}: {done.stdout}{done.stderr}"
    finally:
        script.unlink()


def test_the_python_package_agrees() -> None:
    for name, (holds, secret, headers, body) in cases().items():
        try:
            Webhook(secret).verify(body, headers)
            verified = True
        except Exception:
            verified = False
        assert verified is holds, name


def test_the_razorpay_package_agrees_on_the_older_header() -> None:
    for name, (_, secret, headers, body) in cases().items():
        try:
            Utility().verify_webhook_signature(body.decode(), headers["x-webhook-signature"], secret)
            verified = True
        except SignatureVerificationError:
            verified = False
        # It covers the body alone, and only the current secret signs it.
        assert verified is (name not in ("one byte changed", "wrong secret", "rotated, old secret")), name


def keys_of(value: Any) -> Any:
    """The shape of a payload: its keys, in order."""
    return {name: keys_of(inner) for name, inner in value.items()} if isinstance(value, dict) else None


def test_documented_payloads_have_the_fields_that_are_sent(merchant: Merchant, receiver: Receiver) -> None:
    configure(merchant, receiver.url())
    api = ApiClient(merchant.base_url, merchant.key, merchant.secret)
    for (kind, event), code in BLOCKS.items():
        if kind != "payload":
            continue
        documented = json.loads(code)
        if event == "payment.failed":
            merchant.card(merchant.order(), "4000000000000002")
            sent = receiver_of(receiver, event)
        else:
            sent = trigger(api, event)
            sent = {name: sent[name] for name in sent if name not in ("object_id", "created_at")}
        assert list(documented) == list(sent), event
        assert keys_of(documented) == keys_of(sent), event
    api.close()


def receiver_of(receiver: Receiver, event: str) -> dict[str, Any]:
    from tests.support.stack import eventually

    return eventually(
        lambda: next((one.json for one in receiver.at("/hook") if one.json["event"] == event), None), 10, event
    )


def test_every_event_error_and_setting_is_documented() -> None:
    for event in EVENT_TYPES:
        assert f"`{event}`" in TEXT, event
    for error in get_args(ErrorClass):
        assert f"| `{error}` |" in TEXT, error
    for name in Settings.model_fields:
        if name.startswith("webhook_") and name != "webhook_retry_intervals_test":
            assert f"`GATEWAY_{name.upper()}`" in TEXT, name
    for anchor in re.findall(r"\]\(#([\w-]+)\)", TEXT):
        headings = [re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-")
                    for line in TEXT.splitlines() if line.startswith("#")]  # fmt: skip
        assert anchor in headings, anchor
