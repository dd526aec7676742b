"""What the hosted page gets to open a processor's form, and that nobody else gets it."""

import json
from typing import Any

import httpx
import pytest

from tests.support.processors import Shop
from tests.support.stack import Stack

PAGE = "http://localhost:3001"
SESSION_FIELDS = {"stripe": "client_secret", "razorpay": "order_id", "cashfree": "payment_session_id"}
LEADS = "https://shop.example/thanks"


def _session(shop: Shop, order_id: str, **headers: str) -> dict[str, Any]:
    url = f"{shop.stack.base_url}/api/v1/checkout/sessions/{order_id}/public"
    answer = httpx.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return dict(answer.json())


def test_the_hosted_page_gets_what_opens_the_processors_form(shop: Shop) -> None:
    """Once the payment waits for its shopper, and no longer than that."""
    order = shop.order()
    assert _session(shop, order["id"], origin=PAGE)["pay_with"] is None
    made = shop.merchant.settled(shop.pay_order(order), "requires_action")
    session = _session(shop, order["id"], origin=PAGE)
    assert session["payment"]["next_action"] == {"type": "fields", "processor": shop.fake.name}
    pay_with = session["pay_with"]
    assert (pay_with["processor"], pay_with["public_key"]) == (shop.fake.name, _public_key(shop))
    assert pay_with["script_url"].startswith("https://")
    assert pay_with["session"][SESSION_FIELDS[shop.fake.name]]
    shop.fake.pay(made["id"])
    shop.ends(made, "success")
    assert _session(shop, order["id"], origin=PAGE)["pay_with"] is None


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="a server"),
        pytest.param({"origin": "https://shop.example"}, id="another page"),
        pytest.param({"origin": "null"}, id="a page without an origin"),
        pytest.param({"sec-fetch-site": "same-origin"}, id="a page of the API's own origin"),
    ],
)
def test_nobody_else_gets_it(shop: Shop, headers: dict[str, str]) -> None:
    """The order's id opens the rest of the session to whoever has it."""
    waiting = shop.prepared()
    session = _session(shop, waiting["order_id"], **headers)
    assert session["pay_with"] is None
    assert session["payment"]["next_action"]["type"] == "fields"


def test_a_merchants_key_does_not_get_it(shop: Shop) -> None:
    """Whatever page the key says that it is."""
    waiting = shop.prepared()
    keys = {"x-api-key": shop.merchant.key, "x-api-secret": shop.merchant.secret}
    assert _session(shop, waiting["order_id"], origin=PAGE, **keys)["pay_with"] is None


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_the_session_is_nowhere_else(shop: Shop) -> None:
    """Not in a payment, its public forms, its events, kept answers, rows in clear or a log. (What opens Razorpay's
    form is its order's id, which is no secret.)"""
    order = shop.order()
    body = {"order_id": order["id"], "method": "card"}
    url = f"{shop.stack.base_url}/api/v1"
    made = httpx.post(f"{url}/payments/public", json=body, headers={"Idempotency-Key": order["id"]}).json()
    shop.merchant.settled(made, "requires_action")
    secret = next(iter(_session(shop, order["id"], origin=PAGE)["pay_with"]["session"].values()))
    shown = [
        json.dumps(shop.merchant.payment(made["id"])),
        httpx.get(f"{url}/payments/{made['id']}/public").text,
        httpx.get(f"{url}/checkout/payments/{made['id']}/public").text,
        httpx.post(f"{url}/payments/public", json=body, headers={"Idempotency-Key": order["id"]}).text,
        shop.merchant.api.get(f"/payments/{made['id']}/timeline").text,
        shop.merchant.api.get("/events").text,
        shop.stack.logs(),
        *_rows(shop.stack),
    ]
    assert not [text[:200] for text in shown if secret in text]


def _rows(stack: Stack) -> list[str]:
    """Every row of every table that can hold a text, as text."""
    tables = stack.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    return [str(stack.sql(f'SELECT "{name}"::text FROM "{name}"')) for (name,) in tables]


def _public_key(shop: Shop) -> str:
    [[key]] = shop.stack.sql("SELECT public_key FROM processor_accounts WHERE id = %s", (shop.account_id,))
    return str(key)


# --- where the shopper comes back to


def test_a_payment_leads_where_its_order_does(over_fakes: Stack) -> None:
    """And elsewhere if it says so itself."""
    merchant = over_fakes.merchant()
    order = merchant.order(return_url=LEADS)
    assert order["return_url"] == LEADS
    assert merchant.api.get(f"/orders/{order['id']}").json()["return_url"] == LEADS
    assert merchant.upi(order, "failure@bank")["return_url"] == LEADS
    own = {"order_id": merchant.order(return_url=LEADS)["id"], "method": "upi", "vpa": "success@bank"}
    answer = merchant.api.post("/payments", json=own | {"return_url": "https://other.example/"})
    assert answer.json()["return_url"] == "https://other.example/"


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "ftp://shop.example", "https://a b", "https://u:p@shop", 7]
)
def test_an_order_leads_to_no_other_place_than_https(over_fakes: Stack, url: object) -> None:
    """The same rule as that of a payment."""
    answer = over_fakes.merchant().api.post("/orders", json={"amount": 50_000, "return_url": url})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "return_url")


def test_a_stranger_does_not_lead_an_orders_shopper_away(over_fakes: Stack) -> None:
    """The public way to pay goes back to the order's own address, or to a listed origin."""
    merchant = over_fakes.merchant()
    listed = {"allowed_origins": ["https://shop.example"]}
    assert merchant.api.put("/checkout/settings", json=listed).status_code == 200

    def pay(order: dict[str, Any], return_url: str) -> httpx.Response:
        body = {"order_id": order["id"], "method": "upi", "vpa": "failure@bank", "return_url": return_url}
        return httpx.post(f"{over_fakes.base_url}/api/v1/payments/public", json=body)

    refused = pay(merchant.order(), "https://evil.example/login")
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "return_url")
    assert pay(merchant.order(), "https://shop.example.evil.example/").status_code == 400
    assert pay(merchant.order(), "https://shop.example/thanks?order=1").status_code == 201
    assert pay(merchant.order(return_url="https://own.example/a"), "https://own.example/a").status_code == 201


def test_a_test_order_may_lead_to_this_machine(over_fakes: Stack) -> None:
    """Where a developer's shop runs."""
    order = over_fakes.merchant().order(return_url="http://localhost:3000/thanks")
    assert order["return_url"] == "http://localhost:3000/thanks"
