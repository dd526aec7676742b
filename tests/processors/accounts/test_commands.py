"""The operator's commands for accounts and routes; and what the exchange of the master key does to them."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dev.redis import RedisServer
from gateway.processors.accounts.live import why_no_live
from gateway.settings import Settings
from tests.processors.accounts.conftest import Owner, keys
from tests.processors.accounts.test_stops import gateway
from tests.processors.fakes.stripe import StripeFake
from tests.processors.fakes.thread import running
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import ROOT, Stack


def add(owner: Owner, *options: str, given: dict[str, str] | None = None) -> dict[str, Any]:
    text = json.dumps(given or keys())
    arguments = "processors", "add", owner.merchant.id, "stripe", *options
    account: dict[str, Any] = json.loads(gateway(owner.stack, *arguments, given=text))
    return account


def test_an_account_is_connected_checked_disabled_and_removed(owner: Owner) -> None:
    stack = owner.stack
    account = add(owner, "--label", "Shop", given=keys() | {"webhook_secret": "whsec_canary9"})
    assert (account["status"], account["label"], account["has_webhook_secret"]) == ("unchecked", "Shop", True)
    assert json.loads(gateway(stack, "processors", "check", account["id"]))["status"] == "enabled"
    assert owner.get(account["id"])["status"] == "enabled"
    listed = gateway(stack, "processors", "list", "--merchant", owner.merchant.id)
    assert listed.split()[:5] == [account["id"], owner.merchant.id, "test", "stripe", "enabled"]
    assert json.loads(gateway(stack, "processors", "disable", account["id"]))["status"] == "disabled"
    assert json.loads(gateway(stack, "processors", "enable", account["id"]))["status"] == "enabled"
    assert json.loads(gateway(stack, "processors", "remove", account["id"]))["status"] == "removed"
    assert gateway(stack, "processors", "list", "--merchant", owner.merchant.id) == ""
    lines = owner.audit("processor_account")
    told = ["removed", "changed", "changed", "checked", "created"]
    assert [line["action"].partition(".")[2] for line in lines] == told
    assert {line["actor"]["kind"] for line in lines} == {"system"}
    assert "whsec_canary9" not in json.dumps(lines)


def test_a_check_that_fails_ends_with_1(owner: Owner, fake: StripeFake) -> None:
    account = add(owner)
    fake.fail("refused_key", "check")
    assert "401" in gateway(owner.stack, "processors", "check", account["id"], code=1)


def test_credentials_may_stand_in_the_environment_and_never_in_the_command(owner: Owner) -> None:
    environment = owner.stack.env | {"GATEWAY_PROCESSOR_CREDENTIALS": json.dumps(keys())}
    command = [sys.executable, "-m", "gateway.cli", "processors", "add", owner.merchant.id, "stripe"]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)["status"] == "unchecked"
    help_text = subprocess.run([*command, "--help"], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert "secret" not in help_text.stdout.replace("webhook_secret", "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sk_test_aaaaaa7", "expected one JSON object on stdin or in GATEWAY_PROCESSOR_CREDENTIALS"),
        ('{"secret_key": "sk_test_aaaaaa7"}', "credentials.publishable_key is required"),
        ('{"publishable_key": "pk_live_1", "secret_key": "sk_live_aaaaaa7"}', "publishable_key is of live mode"),
    ],
)
def test_wrong_credentials_are_one_line_that_repeats_nothing(owner: Owner, given: str, said: str) -> None:
    printed = gateway(owner.stack, "processors", "add", owner.merchant.id, "stripe", given=given, code=1)
    assert said in printed and "aaaaaa7" not in printed


def test_routes_are_shown_and_replaced(owner: Owner) -> None:
    a, b = (owner.connect()["id"] for _ in range(2))
    routes = "processors", "routes", owner.merchant.id
    shown = json.loads(gateway(owner.stack, *routes))
    assert shown["rules"] == owner.rules()
    shown["rules"].insert(0, {"account_id": b, "currency": "USD"})
    replaced = json.loads(gateway(owner.stack, *routes, "--replace", given=json.dumps(shown)))
    assert [one["account_id"] for one in replaced["rules"]] == [b, a]
    assert replaced["rules"] == owner.rules()
    wrong = json.dumps({"rules": [{"account_id": "acct_0000000000000000"}]})
    assert "must be an account" in gateway(owner.stack, *routes, "--replace", given=wrong, code=1)
    assert owner.audit("processor_routes")[0]["actor"]["kind"] == "system"


def test_an_unknown_account_is_one_line(stack: Stack) -> None:
    printed = gateway(stack, "processors", "check", "acct_0000000000000000", code=1)
    assert "acct_0000000000000000 is no processor account" in printed


# --- the master key


def test_accounts_open_under_the_next_master_key(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> None:
    with running(StripeFake()) as (fake, url):
        stack, _ = new_stack(GATEWAY_STRIPE_URL=url)
        stack.start("api")
        owner = Owner(stack, stack.merchant(), "test")
        stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (owner.merchant.key,))
        account = owner.connect(webhook_secret="whsec_1")
        owner.patch(account["id"], webhook_secret="whsec_2").raise_for_status()
        removed = owner.connect()
        owner.merchant.api.delete(f"/processor-accounts/{removed['id']}").raise_for_status()
        stack.stop()
        before = Settings(TEST_MODE=True).master_key_bytes()
        stack.env["GATEWAY_MASTER_KEY"] = base64.b64encode(os.urandom(32)).decode()
        stack.env["GATEWAY_MASTER_KEY_PREVIOUS"] = base64.b64encode(before).decode()
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", "keys", "rotate-master"],
            env=stack.env, cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        resealed = {name: one["resealed"] for name, one in json.loads(done.stdout).items()}
        assert resealed["processor_accounts.credentials"] == 2, "the removed one's is sealed as well"
        assert resealed["processor_accounts.webhook_secret"] == 1
        assert resealed["processor_accounts.previous_webhook_secret"] == 1
        del stack.env["GATEWAY_MASTER_KEY_PREVIOUS"]
        stack.start("api")
        assert owner.post(f"/{account['id']}/check").json()["problem"] is None
        assert fake.requests[-1]["status"] == 200


def test_an_account_that_no_key_opens_is_a_problem_and_no_error(
    new_stack: Callable[..., tuple[Stack, RedisServer]], tmp_path: Path
) -> None:
    stack, _ = new_stack()
    stack.start("api")
    owner = Owner(stack, stack.merchant(), "test")
    stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (owner.merchant.key,))
    account = owner.add()
    stack.sql("UPDATE processor_accounts SET credentials = '\\x0200' WHERE id = %s", (account["id"],))
    checked = owner.post(f"/{account['id']}/check")
    assert "sealed under another master key" in checked.raise_for_status().json()["problem"]


# --- where live accounts are refused


def test_live_accounts_need_the_processors_own_address(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    with running(StripeFake()) as (fake, url):
        stack, _ = new_stack(GATEWAY_STRIPE_URL=url, GATEWAY_PROCESSOR_URLS_LIVE="false")
        stack.start("api")
        live = Owner(stack, stack.merchant("live"), "live")
        stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (live.merchant.key,))
        body = {"processor": "stripe", "credentials": keys("live")}
        error = expect_error(live.post("", body), "PERMISSION_ERROR")
        assert "GATEWAY_STRIPE_URL is set" in error["description"]
        # One from before the address was set is not opened either.
        test: Merchant = stack.merchant()
        stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (test.key,))
        account = Owner(stack, test, "test").add()
        move = "UPDATE processor_accounts SET mode = 'live', merchant_id = %s WHERE id = %s"
        stack.sql(move, (live.merchant.id, account["id"]))
        assert "GATEWAY_STRIPE_URL is set" in live.post(f"/{account['id']}/check").json()["problem"]
        assert fake.requests == []


@pytest.mark.parametrize(
    ("settings", "mode", "said"),
    [
        ({}, "live", None),
        ({"TEST_MODE": True}, "live", None),
        ({"TEST_MODE": True, "test_mode_public": True, "api_url": "https://pay.example"}, "live", "TEST_MODE"),
        ({"TEST_MODE": True, "test_mode_public": True, "api_url": "https://pay.example"}, "test", None),
        ({"stripe_url": "http://127.0.0.1:1"}, "live", "GATEWAY_STRIPE_URL"),
        ({"stripe_url": "http://127.0.0.1:1"}, "test", None),
        ({"stripe_url": "http://127.0.0.1:1", "processor_urls_live": True}, "live", None),
        ({"razorpay_url": "http://127.0.0.1:1"}, "live", None),
    ],
    ids=str,
)
def test_where_real_money_may_not_go(settings: dict[str, Any], mode: str, said: str | None) -> None:
    found = why_no_live(Settings(**settings), mode, "stripe")
    assert (found is None) == (said is None)
    assert said is None or said in (found or "")
