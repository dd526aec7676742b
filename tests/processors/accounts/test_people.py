"""Who at the dashboard may connect accounts, and what it takes."""

import time
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.app import build_app
from api.http.limits import guard_of
from gateway.runtime import build_runtime
from gateway.settings import Settings
from tests.dashboard.browser import PASSWORD
from tests.dashboard.conftest import Person, Shop, create_owner
from tests.processors.accounts.conftest import keys
from tests.support.envelope import expect_error
from tests.support.stack import Stack


@pytest.fixture
def shop(stack: Stack) -> Shop:
    """A merchant with an owner."""
    merchant = stack.merchant()
    email = f"owner-{time.monotonic_ns()}@example.com"
    create_owner(stack, merchant.id, email)
    return Shop(stack, merchant, Person(stack, email).logged_in())


def connect(person: Person, **fields: Any) -> Any:
    body = {"processor": "stripe", "credentials": keys(), "current_password": PASSWORD} | fields
    return person.client.post("/processor-accounts", json=body)


@pytest.mark.parametrize("role", ["developer", "support", "viewer"])
def test_others_than_owners_and_admins_do_not_even_see_accounts(shop: Shop, role: str) -> None:
    account = connect(shop.owner).json()
    person = shop.member(role)
    for path in (
        "/processor-accounts",
        f"/processor-accounts/{account['id']}",
        "/processor-routes",
        "/refund-caps",
    ):
        expect_error(person.client.get(path), "PERMISSION_ERROR")
    expect_error(connect(person), "PERMISSION_ERROR")
    for path in ("check", "pause", "resume"):
        expect_error(person.client.post(f"/processor-accounts/{account['id']}/{path}"), "PERMISSION_ERROR")
    expect_error(person.client.delete(f"/processor-accounts/{account['id']}"), "PERMISSION_ERROR")
    expect_error(person.client.put("/processor-routes", json={"rules": []}), "PERMISSION_ERROR")
    expect_error(person.client.post("/processor-routes/preview", json={}), "PERMISSION_ERROR")


def test_an_admin_connects_with_the_password(shop: Shop) -> None:
    """An open session that somebody borrows leads no money elsewhere."""
    admin = shop.member("admin")
    expect_error(connect(admin, current_password=""), "BAD_REQUEST_ERROR", field="current_password")
    expect_error(connect(admin, current_password="wrong"), "BAD_REQUEST_ERROR", field="current_password")
    account = connect(admin).raise_for_status().json()
    path = f"/processor-accounts/{account['id']}"
    changed = admin.client.patch(path, json={"credentials": keys()})
    expect_error(changed, "BAD_REQUEST_ERROR", field="current_password")
    assert admin.client.patch(path, json={"label": "Shop"}).status_code == 200
    body = {"credentials": keys(), "current_password": PASSWORD}
    assert admin.client.patch(path, json=body).status_code == 200
    [line] = shop.owner.client.get("/audit", params={"action": "processor_account.created"}).json()["data"]
    assert line["actor"]["label"] == admin.email
    assert PASSWORD not in shop.owner.client.get("/audit").text


def test_the_session_says_that_live_is_on(shop: Shop) -> None:
    assert shop.owner.client.get("/session").json()["processors"] == {"test": "simulator", "live": None}
    live = {"X-Gateway-Mode": "live"}
    body = {"processor": "stripe", "credentials": keys("live"), "current_password": PASSWORD}
    account = shop.owner.client.post("/processor-accounts", json=body, headers=live).json()
    assert shop.owner.client.get("/session").json()["processors"]["live"] is None, "nobody has checked it"
    shop.owner.client.post(f"/processor-accounts/{account['id']}/check", headers=live).raise_for_status()
    assert shop.owner.client.get("/session").json()["processors"]["live"] == "stripe"


def test_the_stop_needs_no_redis() -> None:
    """Changes of control are counted in Redis, and refused while it is away; the emergency is not."""

    app = build_app(build_runtime(Settings(TEST_MODE=True), "api"))
    guards = {
        (method, route.path): guard_of(route)
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    account = "/api/v1/processor-accounts/{account_id}"
    assert guards["POST", f"{account}/pause"] is None
    assert guards["POST", "/api/v1/processor-accounts"] == "control"
    assert guards["PATCH", account] == guards["POST", f"{account}/resume"] == "control"
    assert guards["PUT", "/api/v1/processor-routes"] == guards["PUT", "/api/v1/refund-caps"] == "control"
