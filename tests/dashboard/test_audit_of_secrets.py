"""Who makes owners and merchants by command, resets passwords, or reads a secret, stands in the audit log."""

import json
import subprocess
import sys
from typing import Any

from tests.dashboard.conftest import PASSWORD, Shop
from tests.support.stack import ROOT


def _run(shop: Shop, *words: str, **env: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *words],
        env=shop.stack.env | {"GATEWAY_NEW_PASSWORD": PASSWORD, "SUDO_USER": "asha"} | env,
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


def _lines(shop: Shop, merchant_id: str) -> list[tuple[Any, ...]]:
    return shop.stack.sql(
        "SELECT action, actor_kind, actor_id, actor, object_id, details FROM audit_log "
        "WHERE merchant_id = %s ORDER BY id",
        (merchant_id,),
    )


def test_the_operators_commands_leave_rows(shop: Shop) -> None:
    made = json.loads(_run(shop, "merchants", "create", "Toys", f"toys-{shop.merchant.id}@example.com"))
    email = f"first-{shop.merchant.id}@example.com"
    _run(shop, "users", "create-owner", made["merchant_id"], email)
    _run(shop, "users", "reset-password", email)
    lines = _lines(shop, made["merchant_id"])
    assert [line[0] for line in lines] == ["merchant.created", "key.created", "member.created", "password.reset"]
    assert {line[1:4] for line in lines} == {("system", "cli", "cli (asha)")}
    assert lines[0][4] == made["merchant_id"]
    assert lines[1][4] == made["api_key"]
    assert lines[2][5] == {"email": email, "role": "owner"}
    told = json.dumps([line[5] for line in lines])
    assert made["api_secret"] not in told
    assert PASSWORD not in told
    maker = shop.stack.sql("SELECT maker_kind, maker FROM api_keys WHERE id = %s", (made["api_key"],))
    assert maker == [("system", "cli (asha)")]


def test_a_command_that_is_refused_leaves_no_row(shop: Shop) -> None:
    before = _lines(shop, shop.merchant.id)
    ran = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "users", "create-owner", shop.merchant.id, shop.owner.email],
        env=shop.stack.env, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stdout
    assert _lines(shop, shop.merchant.id) == before


def test_each_reading_of_a_secret_leaves_a_row(shop: Shop) -> None:
    made = shop.merchant.api.post("/webhooks/endpoints", json={"url": "http://localhost:4242/hook"})
    endpoint, first = made.json()["id"], shop.owner.client.get("/webhooks/config").json()["endpoint_id"]
    shop.merchant.api.get("/webhooks/config").raise_for_status()
    shop.owner.client.get(f"/webhooks/endpoints/{endpoint}/secret").raise_for_status()
    assert shop.owner.client.get("/checkout/settings").json()["signing_secret"]
    lines = shop.owner.client.get("/audit").json()["data"][:4]
    assert [(line["action"], line["actor"]["label"], line["object_id"]) for line in reversed(lines)] == [
        ("endpoint.secret_read", shop.owner.email, first),
        ("endpoint.secret_read", shop.merchant.key, first),
        ("endpoint.secret_read", shop.owner.email, endpoint),
        ("checkout.secret_read", shop.owner.email, None),
    ]
    assert all(line["mode"] == "test" and line["address"] for line in lines)


def test_who_is_shown_no_secret_leaves_none(shop: Shop) -> None:
    support = shop.member("support")
    assert support.client.get("/checkout/settings").json()["signing_secret"] is None
    assert support.client.get("/webhooks/config").status_code == 403
    assert shop.owner.client.get("/webhooks/endpoints").status_code == 200  # shows none
    actions = [line["action"] for line in shop.owner.client.get("/audit").json()["data"]]
    assert not [action for action in actions if action.endswith("secret_read")]
