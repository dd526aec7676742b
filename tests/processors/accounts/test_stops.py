"""The emergency stop holds at once, reaches as far as it says, and ends only by whoever may end it."""

import json
import subprocess
import sys
from typing import Any

import psycopg
import pytest

from gateway.database.scope import startup_options
from tests.processors.accounts.conftest import Owner
from tests.support.envelope import expect_error
from tests.support.stack import ROOT, Stack


def gateway(stack: Stack, *arguments: str, given: str = "", code: int = 0) -> str:
    """What the operator's command prints."""
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    ran = subprocess.run(command, env=stack.env, cwd=ROOT, input=given, capture_output=True, text=True)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.stdout + ran.stderr


def pay(owner: Owner) -> Any:
    body = {"order_id": owner.merchant.order()["id"], "method": "card"}
    return owner.merchant.api.post("/payments", json=body)


def expect_stopped(answer: Any) -> None:
    expect_error(answer, "SERVICE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "60"


def test_a_stopped_account_takes_no_new_payment_from_its_answer_on(live_owner: Owner) -> None:
    account = live_owner.connect()
    assert pay(live_owner).status_code == 201
    paused = live_owner.post(f"/{account['id']}/pause", {"reason": "Double charges"}).raise_for_status().json()
    assert [(one["scope"], one["covers"], one["reason"]) for one in paused["stops"]] == [
        ("account", "payments", "Double charges")
    ]
    expect_stopped(pay(live_owner))
    assert live_owner.post(f"/{account['id']}/resume").json()["stops"] == []
    assert pay(live_owner).status_code == 201
    actions = [line["action"] for line in live_owner.audit("processor_account")]
    assert actions[:2] == ["processor_account.resumed", "processor_account.paused"]
    assert live_owner.audit("processor_account.paused")[0]["details"] == {
        "covers": "payments", "reason": "Double charges",
    }  # fmt: skip


def test_another_route_takes_over_from_a_stopped_account(live_owner: Owner) -> None:
    a, b = (live_owner.connect()["id"] for _ in range(2))
    live_owner.route({"account_id": a}, {"account_id": b})
    live_owner.post(f"/{a}/pause").raise_for_status()
    assert pay(live_owner).json()["account_id"] == b
    live_owner.post(f"/{b}/pause").raise_for_status()
    expect_stopped(pay(live_owner))


def test_twice_is_once(live_owner: Owner) -> None:
    account = live_owner.connect()
    for _ in range(2):
        assert len(live_owner.post(f"/{account['id']}/pause").raise_for_status().json()["stops"]) == 1
    for _ in range(2):
        assert live_owner.post(f"/{account['id']}/resume").raise_for_status().json()["stops"] == []
    told = [line["action"] for line in live_owner.audit("processor_account") if "check" not in line["action"]]
    assert told[:2] == ["processor_account.resumed", "processor_account.paused"]
    assert told.count("processor_account.paused") == told.count("processor_account.resumed") == 1


def test_test_mode_moves_no_money_and_has_no_stop(owner: Owner) -> None:
    account = owner.connect()
    expect_error(owner.post(f"/{account['id']}/pause"), "BAD_REQUEST_ERROR")
    expect_error(owner.post(f"/{account['id']}/resume"), "BAD_REQUEST_ERROR")


@pytest.mark.parametrize("whose", ["merchant", "everybody"])
def test_the_operator_stops_a_merchant_or_everybody(
    stack: Stack, live_owner: Owner, new_owner: Any, whose: str
) -> None:
    other: Owner = new_owner("live")
    account = live_owner.connect()
    other.connect()
    only = ["--merchant", live_owner.merchant.id] if whose == "merchant" else []
    gateway(stack, "live", "pause", *only, "--reason", "Drill")
    try:
        expect_stopped(pay(live_owner))
        assert pay(other).status_code == (201 if only else 503)
        assert live_owner.get(account["id"])["stops"][0]["scope"] == ("merchant" if only else "all")
        # Not theirs to end.
        assert len(live_owner.post(f"/{account['id']}/resume").json()["stops"]) == 1
        expect_stopped(pay(live_owner))
        shown = json.loads(gateway(stack, "live", "status", "--json"))["stops"]
        assert [(one["merchant_id"], one["reason"]) for one in shown if one["account_id"] is None] == [
            (live_owner.merchant.id if only else None, "Drill")
        ]
        assert "payments of" in gateway(stack, "live", "status")
    finally:
        gateway(stack, "live", "resume", *only)
    assert pay(live_owner).status_code == 201
    assert "there is no stop" in gateway(stack, "live", "resume", *only, code=1)
    for owner in (live_owner,) if only else (live_owner, other):
        lines = owner.audit("live")
        assert [line["action"] for line in lines] == ["live.resumed", "live.paused"]
        assert lines[1]["details"]["reason"] == "Drill" and lines[1]["actor"]["kind"] == "system"


def test_refunds_have_a_switch_of_their_own(live_owner: Owner) -> None:
    account = live_owner.connect()
    payment = pay(live_owner).json()
    live_owner.stack.sql(
        """
        UPDATE payments SET status = 'success', captured = true, amount_captured = amount, work = NULL,
               due_at = NULL, lease_token = NULL, next_action = NULL
        WHERE id = %s
        """,
        (payment["id"],),
    )
    path, body = f"/payments/{payment['id']}/refunds", {"amount": 100}
    live_owner.post(f"/{account['id']}/pause", {"covers": "refunds"}).raise_for_status()
    assert pay(live_owner).status_code == 201, "new payments go on"
    expect_stopped(live_owner.merchant.api.post(path, json=body))
    assert live_owner.merchant.api.get(path).json() == []
    live_owner.post(f"/{account['id']}/resume", {"covers": "refunds"}).raise_for_status()
    live_owner.post(f"/{account['id']}/pause").raise_for_status()
    assert live_owner.merchant.api.post(path, json=body).status_code == 201, "refunds go on"


@pytest.mark.parametrize("merchant", [True, False], ids=["of a merchant", "of everybody"])
def test_the_api_itself_can_neither_set_nor_end_a_wide_stop(
    stack: Stack, live_owner: Owner, merchant: bool
) -> None:
    """Whatever a statement says: the database knows who is the operator."""
    whose = live_owner.merchant.id if merchant else None
    scope = f" -c gateway.merchant={live_owner.merchant.id} -c gateway.mode=live"
    options = startup_options("gateway_app") + scope
    insert = "INSERT INTO processor_stops (merchant_id, covers, by_whom) VALUES (%s, 'refunds', 'x')"
    denied = psycopg.errors.InsufficientPrivilege
    with psycopg.connect(stack.database_url, autocommit=True, options=options) as app:
        with pytest.raises(denied):
            app.execute(insert, (whose,))
        stack.sql(insert, (whose,))
        try:
            with pytest.raises(denied):
                app.execute("DELETE FROM processor_stops WHERE merchant_id IS NOT DISTINCT FROM %s", (whose,))
        finally:
            stack.sql("DELETE FROM processor_stops WHERE account_id IS NULL")
