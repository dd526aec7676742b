"""What the machine leaves to people: where they see it, what it tells them to do, how they give it back."""

import json
import subprocess
import sys
from typing import Any

import pytest

from gateway.processors.operations.advice import advise
from gateway.refunds.caps.model import OVER_THE_CAP
from tests.processors.conformance.telling import unexpected
from tests.processors.conformance.test_unexpected_money import paid_while_cancelled, returned
from tests.support.processors import Shop
from tests.support.stack import ROOT, Stack, eventually


def _gateway(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway.cli", "processors", *arguments]
    return subprocess.run(command, env=stack.env, cwd=ROOT, capture_output=True, text=True)


def _left_to_people(shop: Shop) -> dict[str, Any]:
    """A payment of which the processor says another sum than ours."""
    payment = shop.prepared()
    shop.fake.pay(payment["id"])
    shop.fake.fail("other_amount", "look_up", times=1000)
    shop.look(payment["id"])
    left = shop.becomes(payment["id"], lambda now: now["review_reason"] is not None, "in review")
    shop.fake.mend()
    return left


def _operations(shop: Shop, **filters: str) -> list[dict[str, Any]]:
    answer = shop.merchant.api.get("/processor-operations", params=filters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def _retried_by(shop: Shop, object_id: str) -> list[str]:
    """Who had it tried again, as the audit log has it."""
    rows = "SELECT actor_kind FROM audit_log WHERE action = 'job.retried' AND object_id = %s ORDER BY id"
    return [kind for (kind,) in shop.stack.sql(rows, (object_id,))]


def test_operations_are_listed_with_why_they_wait_and_what_to_do(shop: Shop) -> None:
    """In review or not; of a payment; of an account; each written down once, however often it was sent."""
    left, other = _left_to_people(shop), shop.prepared()
    [waiting] = _operations(shop, review="true")
    assert (waiting["key"], waiting["object_id"]) == (f"{left['id']}:prepare", left["id"])
    assert (waiting["kind"], waiting["amount"], waiting["currency"]) == ("prepare", 50_000, "INR")
    assert waiting["review_reason"] == left["review_reason"]
    assert "the processor's dashboard" in waiting["advice"]
    [usual] = _operations(shop, review="false")
    assert (usual["payment_id"], usual["review_reason"], usual["advice"]) == (other["id"], None, None)
    assert usual["reference"]
    assert [one["payment_id"] for one in _operations(shop)] == [other["id"], left["id"]]
    assert [one["key"] for one in _operations(shop, payment_id=left["id"])] == [waiting["key"]]
    assert len(_operations(shop, account_id=shop.account_id)) == 2
    assert _operations(shop, account_id="acct_AAAAAAAAAAAAAAAA") == []
    assert "session" not in json.dumps(_operations(shop))


def test_operations_come_in_pages_and_belong_to_their_merchant(shop: Shop) -> None:
    """As every list; another merchant sees none, and an unknown filter is refused."""
    made = [shop.prepared()["id"] for _ in range(3)]
    first = shop.merchant.api.get("/processor-operations", params={"limit": "2"}).json()
    rest = shop.merchant.api.get("/processor-operations", params={"limit": "2", "cursor": first["next_cursor"]})
    seen = [one["payment_id"] for one in (*first["data"], *rest.json()["data"])]
    assert (seen, first["has_more"], rest.json()["has_more"]) == (made[::-1], True, False)
    stranger = shop.stack.merchant()
    assert stranger.api.get("/processor-operations").json()["data"] == []
    assert shop.merchant.api.get("/processor-operations", params={"reviews": "true"}).status_code == 400
    assert shop.merchant.api.get("/processor-operations", params={"review": "yes"}).status_code == 400


def test_what_waits_for_a_person_is_given_back_to_the_machine(shop: Shop) -> None:
    """By the API, audited: it is looked up, found right now, and a success; taken once."""
    left = _left_to_people(shop)
    jobs = {job["id"]: job for job in shop.merchant.api.get("/jobs").json()["data"]}
    job = jobs[left["id"]]
    assert (job["account_id"], job["payment_id"], job["state"]) == (shop.account_id, left["id"], "needs_attention")
    assert "the processor's dashboard" in job["advice"]
    assert shop.merchant.api.post(f"/jobs/{left['id']}/retry", json={}).status_code == 200
    paid = shop.merchant.settled(left)
    assert paid["review_reason"] is None
    assert shop.fake.book(left["id"])["captured"] == 50_000
    assert _retried_by(shop, left["id"]) == ["key"]
    assert shop.merchant.api.post(f"/jobs/{left['id']}/retry", json={}).status_code == 400


def test_an_operator_sees_and_retries_it_from_the_command_line(shop: Shop) -> None:
    """With what to do in words; the audit log says that it was the command."""
    left = _left_to_people(shop)
    shown = _gateway(shop.stack, "operations", "--review", "--payment", left["id"])
    assert shown.returncode == 0, shown.stderr
    assert f"{left['id']}:prepare" in shown.stdout
    assert f"in review: {left['review_reason']}" in shown.stdout
    assert "what to do: " in shown.stdout
    ran = _gateway(shop.stack, "retry", left["id"])
    assert (ran.returncode, ran.stdout) == (0, f"{left['id']} is due\n")
    shop.merchant.settled(left)
    lines = _gateway(shop.stack, "operations", "--payment", left["id"], "--json").stdout.splitlines()
    assert {json.loads(line)["review_reason"] for line in lines} == {None}
    assert _retried_by(shop, left["id"]) == ["system"]
    again = _gateway(shop.stack, "retry", left["id"])
    assert (again.returncode, again.stderr) == (1, "error: This job does not wait for a person\n")


def test_a_refund_that_waits_is_retried_once(shop: Shop) -> None:
    """What the processor knows is asked first: the money goes back once."""
    payment = shop.paid()
    shop.fake.fail("refused_key", "refund", times=1)
    refund = shop.refund(payment, 20_000)
    reason = "SELECT review_reason FROM refunds WHERE id = %s AND review_reason IS NOT NULL"
    eventually(lambda: shop.stack.sql(reason, (refund["id"],)), what="a refund in review")
    [waiting] = _operations(shop, review="true")
    assert (waiting["key"], waiting["kind"]) == (f"{refund['id']}:refund", "refund")
    assert "Mend the account" in waiting["advice"]
    assert _gateway(shop.stack, "retry", refund["id"]).returncode == 0
    shop.refund_ends(refund, "processed")
    assert shop.fake.book(payment["id"])["refunded"] == 20_000


@pytest.mark.parametrize("how", ["api", "command"])
def test_unexpected_money_whose_give_back_failed_is_retried_once(shop: Shop, how: str) -> None:
    """It stands among the operations that wait, and whoever may decide gives it back to the machine."""
    shop.fake.act("refunds_become", status="failed")
    payment, api = paid_while_cancelled(shop), shop.merchant.api
    eventually(lambda: unexpected(shop, payment["id"]) == [("late", 50_000, "review")], what="a review")
    shop.fake.act("refunds_become", status="succeeded")
    [job] = api.get("/unexpected-payments", params={"payment_id": payment["id"]}).json()["data"]
    [waiting] = _operations(shop, review="true")
    assert (waiting["object_id"], waiting["kind"]) == (job["id"], "refund")
    assert waiting["advice"] == job["advice"] and "asked for anew" in job["advice"]
    assert f"{job['id']}:refund" in _gateway(shop.stack, "operations", "--review").stdout
    made = api.post("/keys", json={"scopes": ["read", "write"]}).json()
    headers = {"X-Api-Key": made["key"]["id"], "X-Api-Secret": made["secret"]}
    assert api.post(f"/jobs/{job['id']}/retry", headers=headers).status_code == 403
    if how == "api":
        assert api.post(f"/jobs/{job['id']}/retry").json() == {"id": job["id"], "status": "due"}
        assert api.post(f"/jobs/{job['id']}/retry").status_code == 400
    else:
        ran = _gateway(shop.stack, "retry", job["id"])
        assert (ran.returncode, ran.stdout) == (0, f"{job['id']} is due\n")
    returned(shop, payment)
    assert _retried_by(shop, job["id"]) == ["key" if how == "api" else "system"]
    assert shop.fake.book(payment["id"])["refunded"] == 50_000
    assert _operations(shop, review="true") == []


@pytest.mark.parametrize("object_id", ["order_8sHk2LmNq0PzRtVw", "pay_8sHk2LmNq0PzRtVw", "pay_"])
def test_there_is_nothing_else_to_retry(over_fakes: Stack, object_id: str) -> None:
    """What is no payment or refund of ours is refused, without a trace."""
    ran = _gateway(over_fakes, "retry", object_id)
    assert ran.returncode != 0
    assert "Traceback" not in ran.stderr


def test_every_reason_has_its_advice() -> None:
    """Nobody has to do anything about nothing; what nobody has foreseen is looked at."""
    assert advise(None) is None
    foreseen = (
        "no_processor",
        "the processor says 50001 INR test to authorize of 50000 INR test",
        "the processor refused to capture",
        "the processor gave no answer to capture in 12 attempts",
        "capture cannot be looked up, and is too old to be sent again",
        "401: the processor refuses these credentials",
        "pay_8sHk2LmNq0PzRtVw:capture was written down for something else",
        "the processor does not know what it had prepared",
        "after a restore: the processor knows it at another account, acct_8sHk2LmNq0PzRtVw",
        "rfnd_8sHk2LmNq0PzRtVw has failed here, and the processor says that it was paid back",
        "the processor has paid back 100 INR: more than is left",
        "100 of it was paid back at the processor: pay back the rest there",
        "the processor took its refund back",
        "the processor refused to pay it back: REFUND_DECLINED",
        OVER_THE_CAP,
    )
    told = [advise(reason) for reason in foreseen]
    assert len(set(told)) == len(foreseen)
    unforeseen = advise("an answer from another planet")
    assert unforeseen is not None
    assert unforeseen not in told
