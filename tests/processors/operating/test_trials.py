"""Try it: each step is ticked by what the processor has answered; and what is proven of an account."""

from typing import Any

import pytest

from tests.processors.conformance.telling import tell_all
from tests.support.envelope import expect_error
from tests.support.processors import Shop
from tests.support.stack import eventually

CHECKED = {"cashfree": 404}
"""What a processor answers to a good check, where it is not 200: it is asked for something that is not there."""
STEPS = ["prepared", "paid", "captured", "notice", "refund_asked", "refunded"]


def path(shop: Shop, what: str = "trial") -> str:
    return f"/processor-accounts/{shop.account_id}/{what}"


def trial(shop: Shop) -> dict[str, Any]:
    shown: dict[str, Any] = shop.merchant.api.get(path(shop)).raise_for_status().json()
    return shown


def proof(shop: Shop) -> dict[str, Any]:
    shown: dict[str, Any] = shop.merchant.api.get(path(shop, "proof")).raise_for_status().json()
    return shown


def states(shop: Shop) -> dict[str, str]:
    return {step["name"]: step["state"] for step in trial(shop)["steps"]}


def begun(shop: Shop) -> dict[str, Any]:
    made = shop.merchant.api.post(path(shop))
    assert made.status_code == 201, made.text
    shown: dict[str, Any] = made.json()
    return shown


def pay(shop: Shop, shown: dict[str, Any]) -> dict[str, Any]:
    """The payment that the merchant makes in the checkout, prepared."""
    payment = shop.pay_order(shown["order"])
    return shop.merchant.settled(payment, "requires_action")


def step_of(shop: Shop, name: str) -> dict[str, Any]:
    return next(step for step in trial(shop)["steps"] if step["name"] == name)


def test_a_trial_is_ticked_by_the_processors_answers_and_by_nothing_else(shop: Shop) -> None:
    before = trial(shop)
    assert (before["order"], before["steps"], before["why_not"]) == (None, [], None)
    assert (before["offer"]["amount"], before["offer"]["currency"]) == (100, "INR")
    shown = begun(shop)
    assert shown["order"]["amount"] == 100
    assert shown["checkout_url"].endswith(f"/checkout?order_id={shown['order']['id']}")
    assert [step["name"] for step in shown["steps"]] == STEPS
    assert set(states(shop).values()) == {"waiting"}
    payment = pay(shop, shown)
    assert [name for name, state in states(shop).items() if state == "done"] == ["prepared"]
    assert step_of(shop, "prepared")["reference"] == payment["processor_reference"]
    shop.fake.pay(payment["id"])
    assert states(shop)["paid"] == "waiting", "that the shopper has paid is not known before the processor says so"
    tell_all(shop, payment["id"])
    shop.ends(payment, "success")
    assert [name for name, state in states(shop).items() if state == "done"] == STEPS[:4]
    assert step_of(shop, "notice")["text"].startswith("The first was ")
    assert trial(shop)["refundable"] == 100
    refund = shop.refund(payment, 100)
    shop.refund_ends(refund, "processed")
    assert set(states(shop).values()) == {"done"}
    assert trial(shop)["refundable"] == 0
    assert (shop.fake.book(payment["id"])["captured"], shop.fake.book(payment["id"])["refunded"]) == (100, 100)
    audited = shop.merchant.api.get("/audit", params={"action": "processor_account.tried"}).json()["data"]
    assert [line["details"]["order_id"] for line in audited] == [shown["order"]["id"]]
    proven = proof(shop)
    assert proven["payment"]["payment_id"] == proven["capture"]["payment_id"] == payment["id"]
    assert proven["refund"]["refund_id"] == refund["id"]
    assert proven["notice"]["payment_id"] == payment["id"]
    assert all(proven[name]["at"].endswith("Z") for name in ("payment", "capture", "refund", "notice"))


def test_a_notice_that_does_not_come_is_told_with_what_to_do(shop: Shop) -> None:
    payment = pay(shop, begun(shop))
    shop.fake.pay(payment["id"])
    shop.ends(payment, "success")
    assert states(shop)["notice"] == "waiting"
    shop.stack.sql(
        "UPDATE payments SET authorized_at = authorized_at - interval '2 minutes' WHERE id = %s", (payment["id"],)
    )
    late = step_of(shop, "notice")
    assert late["state"] == "late"
    assert "webhook URL" in late["text"]
    assert proof(shop)["notice"] is None


def test_a_failure_says_its_code_and_what_to_do(shop: Shop) -> None:
    payment = pay(shop, begun(shop))
    shop.grow_old(payment["id"], 3600)  # its time is over, and nobody has paid
    shop.ends(payment, "failed")
    failed = step_of(shop, "paid")
    assert (failed["state"], failed["code"]) == ("failed", shop.merchant.payment(payment["id"])["error_code"])
    assert "start anew" in failed["text"]
    assert states(shop)["captured"] == "waiting"
    again = begun(shop)
    assert set(states(shop).values()) == {"waiting"}, "the newest counts"
    assert trial(shop)["order"]["id"] == again["order"]["id"]


def test_a_refused_refund_is_told_and_can_be_asked_for_again(shop: Shop) -> None:
    payment = pay(shop, begun(shop))
    shop.fake.pay(payment["id"])
    shop.ends(payment, "success")
    shop.fake.act("refunds_become", status="failed")
    try:
        shop.refund_ends(shop.refund(payment, 100), "failed")
    finally:
        shop.fake.act("refunds_become", status="succeeded")
    assert states(shop)["refunded"] == "failed"
    assert trial(shop)["refundable"] == 100


def test_no_trial_is_begun_that_would_prove_nothing(shop: Shop) -> None:
    api = shop.merchant.api
    api.put("/processor-routes", json={"rules": []}).raise_for_status()
    assert "No route leads to this account" in trial(shop)["why_not"]
    expect_error(api.post(path(shop)), "BAD_REQUEST_ERROR")
    rule = {"account_id": shop.account_id, "amount_from": 500_000}
    api.put("/processor-routes", json={"rules": [rule]}).raise_for_status()
    assert trial(shop)["offer"] is None
    assert "who would take it" in trial(shop)["why_not"]
    api.put("/processor-routes", json={"rules": [{"account_id": shop.account_id}]}).raise_for_status()
    api.patch(f"/processor-accounts/{shop.account_id}", json={"status": "disabled"}).raise_for_status()
    assert "is disabled" in trial(shop)["why_not"]
    expect_error(api.post("/processor-accounts/acct_0000000000000000/trial"), "NOT_FOUND_ERROR")


def test_a_trial_is_begun_once_under_one_key(shop: Shop) -> None:
    headers = {"Idempotency-Key": "one trial"}
    first, second = (shop.merchant.api.post(path(shop), headers=headers).json() for _ in range(2))
    assert first["order"]["id"] == second["order"]["id"]


def test_a_check_leaves_what_was_asked_and_answered_without_secrets(shop: Shop) -> None:
    told = proof(shop)
    assert [one["method"] for one in told["checks"]] == ["GET"]
    assert told["checks"][0]["response_code"] == CHECKED.get(shop.fake.name, 200)
    assert told["checked_at"] is not None and told["problem"] is None
    assert {told[name] for name in ("payment", "capture", "refund", "notice")} == {None}
    shop.fake.fail("refused_key", "check")
    shop.merchant.api.post(path(shop, "check")).raise_for_status()
    told = proof(shop)
    assert told["checks"][0]["response_code"] == 401
    assert told["problem"] is not None
    assert "secret" not in str(told["checks"]).lower()


@pytest.mark.parametrize("fake", ["stripe", "razorpay"], indirect=True)
def test_webhook_secrets_say_how_old_they_are(shop: Shop) -> None:
    account = f"/processor-accounts/{shop.account_id}"
    first = shop.merchant.api.get(account).json()
    assert first["webhook_secret_at"] is not None
    assert first["previous_webhook_secret_at"] is None
    changed = shop.merchant.api.patch(account, json={"webhook_secret": "whsec_second"}).json()
    assert changed["previous_webhook_secret_at"] == first["webhook_secret_at"]
    assert changed["webhook_secret_at"] > first["webhook_secret_at"]
    dropped = shop.merchant.api.patch(account, json={"drop_previous_webhook_secret": True}).json()
    assert dropped["previous_webhook_secret_at"] is None
    assert dropped["webhook_secret_at"] == changed["webhook_secret_at"]


def in_review(shop: Shop, event_id: str) -> None:
    """A notice about something that nobody here knows, three days old."""
    shop.stack.sql(
        """
        INSERT INTO processor_notices (account_id, event_id, merchant_id, mode, type, topic, objects, received_at,
                                       tries, review_reason)
        VALUES (%s, %s, %s, 'test', 'payment_intent.succeeded', 'payment', '{pi_unknown}',
                now() - interval '4 days', 14, 'no payment of ours was found in three days')
        """,
        (shop.account_id, event_id, shop.merchant.id),
    )


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_notices_that_wait_for_a_person_are_listed_looked_for_again_and_settled(shop: Shop) -> None:
    api = shop.merchant.api
    in_review(shop, "evt_a")
    in_review(shop, "evt_b")
    listed = api.get("/processor-notices").json()["data"]
    assert [one["event_id"] for one in listed] == ["evt_a", "evt_b"]
    assert listed[0]["objects"] == ["pi_unknown"]
    assert "mark it as done" in listed[0]["advice"]
    settle = f"/processor-notices/{shop.account_id}/settle"
    assert api.post(settle, json={"event_id": "evt_a"}).json() == {"event_id": "evt_a", "status": "settled"}
    expect_error(api.post(settle, json={"event_id": "evt_a"}), "NOT_FOUND_ERROR")
    again = api.post(settle, json={"event_id": "evt_b", "again": True}).json()
    assert again["status"] == "looked_for"

    def is_back() -> bool:
        return [one["event_id"] for one in api.get("/processor-notices").json()["data"]] == ["evt_b"]

    eventually(is_back, what="looked for in vain, it waits again")
    lines = api.get("/audit", params={"action": "processor_notice.settled"}).json()["data"]
    assert [line["details"] for line in lines] == [
        {"again": True, "event_id": "evt_b"}, {"again": False, "event_id": "evt_a"},
    ]  # fmt: skip
    expect_error(api.post(settle, json={"event_id": ""}), "BAD_REQUEST_ERROR")
    expect_error(api.post(settle, json={"event_id": "evt_b", "other": 1}), "BAD_REQUEST_ERROR")
