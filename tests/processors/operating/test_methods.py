"""Net banking and wallets over an account: what it takes, who chooses the bank, and what is learnt of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.processors.capabilities import METHODS
from gateway.processors.instruments import BANKS, WALLETS
from tests.support.envelope import expect_error
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, open_shop
from tests.support.stack import Stack

CODES = [("netbanking", "bank", "HDFC", "ICIC"), ("wallet", "wallet", "mobikwik", "payzapp")]


@pytest.fixture
def both(over_fakes: Stack, fakes: dict[str, FakeDoor]) -> Iterator[dict[str, Shop]]:
    """A shop at each processor, which offers all methods."""
    shops = {name: open_shop(over_fakes, fakes[name]) for name in ("razorpay", "stripe")}
    for one in shops.values():
        one.merchant.offer(*METHODS)
    yield shops
    for one in shops.values():
        one.put_aside()


def attempt(shop: Shop, **fields: Any) -> httpx.Response:
    return shop.merchant.api.post("/payments", json={"order_id": shop.order()["id"], **fields})


@pytest.mark.parametrize(("method", "field", "asked", "other"), CODES)
def test_the_bank_is_asked_for_by_the_account_or_named_before(
    both: dict[str, Shop], method: str, field: str, asked: str, other: str
) -> None:
    """Whichever the shopper takes in the form at last is what the payment says."""
    shop = both["razorpay"]
    for named, taken in (({}, other), ({field: asked}, asked), ({field: asked}, other)):
        made = attempt(shop, method=method, **named).json()
        assert (made.get(field), made["account_id"]) == (named.get(field), shop.account_id)
        waits = shop.merchant.settled(made, "requires_action")
        assert waits["next_action"]["type"] == "fields"
        shop.fake.pay(made["id"], method=method, **{field: taken})
        shop.look(made["id"])
        paid = shop.merchant.settled(made)
        assert (paid["method"], paid[field], paid["captured"]) == (method, taken, True)
        told = shop.merchant.api.get("/payments", params={"method": method}).json()["data"]
        assert [one[field] for one in told if one["id"] == made["id"]] == [taken]


@pytest.mark.parametrize(("method", "field", "asked", "_other"), CODES)
def test_another_method_in_the_form_is_no_bank(
    both: dict[str, Shop], method: str, field: str, asked: str, _other: str
) -> None:
    """A processor's form may offer more than was asked for; the money is the money."""
    shop = both["razorpay"]
    made = attempt(shop, method=method, **{field: asked}).json()
    shop.merchant.settled(made, "requires_action")
    shop.fake.pay(made["id"], method="card")
    shop.look(made["id"])
    paid = shop.merchant.settled(made)
    assert (paid["method"], paid[field]) == (method, asked)


@pytest.mark.parametrize(("method", "field", "asked", "_other"), CODES)
def test_what_no_account_takes_is_refused_and_not_offered(
    over_fakes: Stack, fakes: dict[str, FakeDoor], method: str, field: str, asked: str, _other: str
) -> None:
    """Stripe takes neither. In live mode nobody stands in; in test mode the test bank does."""
    for mode in ("test", "live"):
        shop = open_shop(over_fakes, fakes["stripe"], mode)
        shop.merchant.offer(*METHODS)
        order = shop.order()
        url = f"{over_fakes.base_url}/api/v1/checkout/sessions/{order['id']}/public"
        session = httpx.get(url, timeout=30).json()
        taken = {"card": "processor", "upi": "processor"}
        answer = attempt(shop, method=method, **{field: asked})
        if mode == "live":
            assert (session["forms"], session["instruments"]) == (taken, {})
            text = f"{method} is taken by none of the merchant's processors"
            expect_error(answer, "BAD_REQUEST_ERROR", text, "method")
            continue
        assert session["forms"] == taken | {"netbanking": "own", "wallet": "own"}
        assert session["instruments"]["netbanking"][: len(BANKS)] == list(BANKS)
        assert session["instruments"]["wallet"][: len(WALLETS)] == list(WALLETS)
        assert (answer.status_code, answer.json()["account_id"]) == (201, None)


def test_a_bank_that_the_account_does_not_take_is_somebody_elses(both: dict[str, Shop]) -> None:
    shop = both["razorpay"]
    for body, account in (
        ({"method": "wallet", "wallet": "mobikwik"}, shop.account_id),
        ({"method": "wallet", "wallet": "paytm"}, None),
        ({"method": "netbanking", "bank": "TEST_SUCCESS"}, None),
    ):
        made = attempt(shop, **body)
        assert (made.status_code, made.json()["account_id"]) == (201, account), made.text


def test_a_rule_may_be_for_one_bank(both: dict[str, Shop]) -> None:
    shop = both["razorpay"]
    rules = [{"account_id": shop.account_id, "method": "netbanking", "network": "HDFC"}]
    shop.merchant.api.put("/processor-routes", json={"rules": rules}).raise_for_status()
    made = [attempt(shop, method="netbanking", bank=bank).json()["account_id"] for bank in ("HDFC", "ICIC")]
    assert made == [shop.account_id, None]
    preview = {"method": "netbanking", "currency": "INR", "amount": 500, "network": "ICIC"}
    said = shop.merchant.api.post("/processor-routes/preview", json=preview).json()
    assert (said["simulator"], said["rules"][0]["why_not"]) == (True, "is for HDFC")
    for wrong in ("visa", "paytm", "NOPE"):
        answer = shop.merchant.api.put("/processor-routes", json={"rules": [rules[0] | {"network": wrong}]})
        expect_error(answer, "BAD_REQUEST_ERROR", field="rules.0.network")


def test_what_each_processor_takes_is_told(both: dict[str, Shop]) -> None:
    answer = both["razorpay"].merchant.api.get("/processor-accounts").json()
    offered = {one["name"]: one for one in answer["processors"]}
    assert offered["razorpay"]["methods"] == ["card", "netbanking", "upi", "wallet"]
    assert offered["razorpay"]["instruments"] == {
        "netbanking": sorted(BANKS), "wallet": sorted(WALLETS.keys() - {"paytm"}),
    }  # fmt: skip
    assert (offered["stripe"]["methods"], offered["stripe"]["instruments"]) == (["card", "upi"], {})
