"""Rules over the API: replaced as a whole, explained before and followed when a payment is made."""

from typing import Any

import pytest

from tests.processors.accounts.conftest import Owner
from tests.support.client import at_once
from tests.support.envelope import expect_error


def pay(owner: Owner, amount: int = 50_000, currency: str = "INR") -> dict[str, Any]:
    """A pending payment by card: of the simulated bank, or in the form of an account."""
    order = owner.merchant.order(amount, currency=currency)
    made = owner.merchant.api.post("/payments", json={"order_id": order["id"], "method": "card"})
    assert made.status_code == 201, made.text
    payment: dict[str, Any] = made.json()
    return payment


def preview(owner: Owner, **fields: Any) -> Any:
    body = {"method": "card", "currency": "INR", "amount": 50_000} | fields
    return owner.merchant.api.post("/processor-routes/preview", json=body)


def test_to_connect_the_first_account_is_enough(owner: Owner) -> None:
    assert owner.rules() == []
    first = owner.connect()
    [rule] = owner.rules()
    assert rule["account_id"] == first["id"]
    assert {rule[name] for name in ("method", "network", "currency", "amount_from", "amount_to")} == {None}
    assert pay(owner)["account_id"] == first["id"]
    owner.connect()
    assert owner.rules() == [rule], "the second account waits for its rule"


def test_of_two_that_become_enabled_at_once_one_gets_the_rule(owner: Owner) -> None:
    accounts = [owner.add() for _ in range(4)]
    checked = at_once(4, lambda number: owner.post(f"/{accounts[number]['id']}/check"))
    assert {answer.json()["status"] for answer in checked} == {"enabled"}
    assert len(owner.rules()) == 1


def test_without_an_account_the_simulated_bank_takes_test_payments(owner: Owner) -> None:
    assert owner.merchant.settled(owner.merchant.card(owner.merchant.order()))["account_id"] is None
    shown = preview(owner).json()
    assert (shown["account"], shown["simulator"], shown["refusal"], shown["rules"]) == (None, True, None, [])


def test_rules_are_followed_in_their_order(owner: Owner) -> None:
    a, b, c = (owner.connect()["id"] for _ in range(3))
    owner.route({"account_id": a, "currency": "USD"}, {"account_id": b, "amount_to": 1_000}, {"account_id": c})
    assert pay(owner, 500, "USD")["account_id"] == a
    assert pay(owner, 500)["account_id"] == b
    assert pay(owner, 1_001)["account_id"] == c


def test_a_disabled_account_is_passed_over(owner: Owner) -> None:
    a, b = (owner.connect()["id"] for _ in range(2))
    owner.route({"account_id": a}, {"account_id": b})
    owner.patch(a, status="disabled").raise_for_status()
    assert pay(owner)["account_id"] == b
    assert preview(owner).json()["rules"][0]["why_not"] == "its account is disabled"
    owner.patch(a, status="enabled").raise_for_status()
    assert pay(owner)["account_id"] == a


def test_the_choice_is_frozen_on_the_payment(owner: Owner) -> None:
    a, b = (owner.connect()["id"] for _ in range(2))
    payment = pay(owner)
    owner.route({"account_id": b})
    assert owner.merchant.payment(payment["id"])["account_id"] == a


def test_a_preview_says_who_would_and_why_the_others_would_not(owner: Owner) -> None:
    a, b = owner.connect(label="One"), owner.connect()
    owner.route(
        {"account_id": a["id"], "method": "upi"}, {"account_id": b["id"], "amount_from": 60_000},
        {"account_id": a["id"]}, {"account_id": b["id"]},
    )  # fmt: skip
    shown = preview(owner).json()
    assert shown["account"] == {"id": a["id"], "processor": "stripe", "label": "One"}
    assert (shown["simulator"], shown["refusal"]) == (False, None)
    reasons = ["is for upi", "is for 60000 and more (minor units)", None, None]
    assert [one["why_not"] for one in shown["rules"]] == reasons
    assert pay(owner)["account_id"] == a["id"], "and so it is"


def test_a_preview_knows_whether_the_money_is_to_be_held(owner: Owner) -> None:
    account = owner.connect()
    upi = {"method": "upi", "network": "qr"}
    assert preview(owner, **upi, capture="automatic").json()["rules"][0]["why_not"] is None
    held = preview(owner, **upi, capture="manual").json()
    assert held["rules"][0]["why_not"] == "stripe cannot hold money by upi"
    assert (held["account"], held["simulator"]) == (None, True)
    assert preview(owner, capture="manual").json()["account"]["id"] == account["id"], "cards can"
    expect_error(preview(owner, capture="later"), "BAD_REQUEST_ERROR")


def test_a_preview_in_live_mode_says_how_the_payment_would_be_refused(live_owner: Owner) -> None:
    account = live_owner.connect()
    live_owner.patch(account["id"], status="disabled").raise_for_status()
    refusal = preview(live_owner).json()["refusal"]
    assert refusal["code"] == "PROCESSOR_REQUIRED"
    assert "its account is disabled" in refusal["description"]


def test_rules_are_replaced_as_a_whole_and_keep_their_ids(owner: Owner) -> None:
    a, b = (owner.connect()["id"] for _ in range(2))
    first, second = owner.route({"account_id": a, "share": 30}, {"account_id": b})
    turned = owner.route(second, first, {"account_id": a})
    assert [one["id"] for one in turned[:2]] == [second["id"], first["id"]]
    assert turned[1]["share"] == 30
    assert owner.rules() == turned
    assert owner.route() == owner.rules() == []


def test_what_somebody_else_has_saved_meanwhile_is_not_lost_in_silence(owner: Owner) -> None:
    a, b = (owner.connect()["id"] for _ in range(2))
    routes, api = "/processor-routes", owner.merchant.api
    read = api.get(routes).json()
    theirs = api.put(routes, json={"rules": [{"account_id": b}], "version": read["version"]}).json()
    assert theirs["version"] != read["version"]
    late = api.put(routes, json={"rules": [{"account_id": a}], "version": read["version"]})
    expect_error(late, "CONFLICT_ERROR")
    assert api.get(routes).json() == theirs
    mine = api.put(routes, json={"rules": [{"account_id": a}], "version": theirs["version"]})
    assert mine.raise_for_status().json()["version"] == api.get(routes).json()["version"]
    expect_error(api.put(routes, json={"rules": [], "version": 1}), "BAD_REQUEST_ERROR", field="version")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"method": "cash"}, "rules.1.method"),
        ({"network": "diners"}, "rules.1.network"),
        ({"method": "upi", "network": "visa"}, "rules.1.network"),
        ({"currency": "ZZZ"}, "rules.1.currency"),
        ({"amount_from": 2, "amount_to": 1}, "rules.1.amount_to"),
        ({"amount_from": -1}, "rules.1.amount_from"),
        ({"share": 0}, "rules.1.share"),
        ({"share": 101}, "rules.1.share"),
        ({"account_id": "acct_0000000000000000"}, "rules.1.account_id"),
        ({"id": "rule_0000000000000000"}, "rules.1.id"),
        ({"acount": 1}, "rules.1.acount"),
    ],
    ids=str,
)
def test_a_wrong_rule_is_named_and_none_is_changed(owner: Owner, change: dict[str, Any], field: str) -> None:
    account = owner.connect()
    before = owner.rules()
    body = {"rules": [{"account_id": account["id"]}, {"account_id": account["id"]} | change]}
    expect_error(owner.merchant.api.put("/processor-routes", json=body), "BAD_REQUEST_ERROR", field=field)
    assert owner.rules() == before


@pytest.mark.parametrize(
    "rules", [None, {}, ["rule"], [{"account_id": "x"}] * 101], ids=["null", "{}", "text", "101"]
)
def test_what_is_no_list_of_rules_is_refused(owner: Owner, rules: Any) -> None:
    answer = owner.merchant.api.put("/processor-routes", json={"rules": rules})
    expect_error(answer, "BAD_REQUEST_ERROR", field="rules")


def test_nobody_routes_to_the_account_of_another_merchant_or_mode(owner: Owner, new_owner: Any) -> None:
    for stranger in (new_owner(), new_owner("live")):
        foreign = stranger.connect()["id"]
        body = {"rules": [{"account_id": foreign}]}
        answer = owner.merchant.api.put("/processor-routes", json=body)
        expect_error(answer, "BAD_REQUEST_ERROR", field="rules.0.account_id")


def test_changes_of_rules_stand_in_the_audit_log(owner: Owner) -> None:
    account = owner.connect()
    owner.route({"account_id": account["id"], "share": 50})
    [line] = owner.audit("processor_routes.changed")
    assert line["details"]["rules"][0]["share"] == 50


# --- live mode


def test_live_is_on_with_an_enabled_account_and_a_route(live_owner: Owner) -> None:
    order = {"amount": 50_000, "currency": "INR"}
    expect_error(live_owner.merchant.api.post("/orders", json=order), "PROCESSOR_REQUIRED")
    account = live_owner.connect()
    assert pay(live_owner)["account_id"] == account["id"]
    live_owner.patch(account["id"], status="disabled").raise_for_status()
    expect_error(live_owner.merchant.api.post("/orders", json=order), "PROCESSOR_REQUIRED")


def test_a_live_payment_without_a_route_is_refused_and_asks_for_no_card(live_owner: Owner) -> None:
    """Nothing stands in for a route that is not there: a card number would be kept for nobody."""
    live_owner.connect()
    order = live_owner.merchant.order()
    live_owner.route()
    body = {"order_id": order["id"], "method": "card"}
    expect_error(live_owner.merchant.api.post("/payments", json=body), "PROCESSOR_REQUIRED")


def test_a_live_payment_that_no_rule_takes_says_why(live_owner: Owner) -> None:
    account = live_owner.connect()
    live_owner.route({"account_id": account["id"], "currency": "USD"})
    body = {"order_id": live_owner.merchant.order()["id"], "method": "card"}
    error = expect_error(live_owner.merchant.api.post("/payments", json=body), "PROCESSOR_REQUIRED")
    assert error["description"].endswith(": is for USD)")
