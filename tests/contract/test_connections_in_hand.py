"""No route waits for a password's hash or for the network with a database connection in hand.

What waits so raises in the product itself (`gateway.database.in_hand`), which makes the route a 500. Here every
operation of the OpenAPI document is called, those that hash or call out with what makes them do it.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pyotp
import pytest

from gateway.database import PooledDatabase, SingleDatabase
from gateway.database.in_hand import ConnectionInHand
from gateway.settings import Settings
from gateway.users.passwords import Passwords
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.client import WebhookClient
from tests.contract.operations import Operation, operations
from tests.contract.world import World
from tests.dashboard.browser import PASSWORD
from tests.dashboard.conftest import Person

Given = tuple[dict[str, str], Any]
ADMIN_KEY = {"scopes": ["admin"], "current_password": PASSWORD}


# Calling it would log the others' owner out: see below.
LOG_OUT = ("delete", "/api/v1/session")
OTHERS = [one for one in operations() if (one.method, one.path) != LOG_OUT]


@pytest.mark.parametrize("operation", OTHERS, ids=str)
def test_no_operation_waits_with_a_connection_in_hand(world: World, operation: Operation) -> None:
    ids = world.ids(operation)
    if "text/event-stream" in operation.description["responses"].get("200", {}).get("content", {}):  # has no end
        with world.client(operation).stream("GET", operation.path.removeprefix("/api/v1").format(**ids)) as stream:
            assert stream.status_code == 200
            return
    answer = world.send(operation, ids, operation.body())
    assert answer.status_code != 500, answer.text


def _token(world: World) -> str:
    invited = world.owner.client.post("/team", json={"email": f"{_fresh(world)}@example.com", "role": "viewer"})
    return str(invited.json()["invite_url"]).partition("#token=")[2]


def _fresh(world: World) -> str:
    world.__dict__["number"] = world.__dict__.get("number", 0) + 1
    return f"hand-{world.merchant.id}-{world.__dict__['number']}"


def _hashing(world: World) -> list[tuple[str, str, Any]]:
    """Method, path and body of whatever checks or sets a password, in an order in which each succeeds."""
    support = world.make_member()
    own = {"current_password": PASSWORD}
    key = world.owner.client.post("/keys", json=ADMIN_KEY).json()["key"]["id"]
    return [
        ("PUT", "/session/password", own | {"password": PASSWORD}),
        ("POST", "/keys", ADMIN_KEY),
        ("POST", f"/keys/{key}/rotate", own),
        ("POST", "/team", own | {"email": f"{_fresh(world)}@example.com", "role": "owner"}),
        ("PATCH", f"/team/{support}", own | {"role": "owner"}),
    ]


def test_an_invitation_is_accepted_with_empty_hands(world: World) -> None:
    body = {"token": _token(world), "name": "Asha", "password": PASSWORD}
    assert Person(world.stack, "anybody").client.post("/team/accept", json=body).status_code == 200


def test_what_hashes_passwords_does_it_with_empty_hands(world: World) -> None:
    assert Person(world.stack, world.owner.email).logged_in().client.delete("/session").status_code == 204
    assert Person(world.stack, world.owner.email).log_in("not the password").status_code == 401
    for method, path, body in _hashing(world):
        answer = world.owner.client.request(method, path, json=body)
        assert answer.is_success, (method, path, answer.text)


def test_the_second_factors_routes_hash_with_empty_hands(world: World) -> None:
    email = f"{_fresh(world)}@example.com"
    asked = {"email": email, "role": "viewer"}
    token = world.owner.client.post("/team", json=asked).json()["invite_url"].partition("#token=")[2]
    member = Person(world.stack, email)
    member.client.post("/team/accept", json={"token": token, "name": "Asha", "password": PASSWORD})
    member.logged_in()
    own = {"current_password": PASSWORD}
    begun = member.client.post("/session/two-factor", json=own)
    code = pyotp.TOTP(begun.json()["secret"]).now()
    codes = member.client.post("/session/two-factor/confirm", json={"code": code}).json()["recovery_codes"]
    renewed = member.client.post("/session/two-factor/recovery-codes", json=own | {"code": codes[0]})
    fresh = renewed.json()["recovery_codes"]
    assert member.client.post("/session/two-factor/disable", json=own | {"code": fresh[0]}).status_code == 204
    again = pyotp.TOTP(member.client.post("/session/two-factor", json=own).json()["secret"]).now()
    assert member.client.post("/session/two-factor/confirm", json={"code": again}).status_code == 200
    ids = {user["email"]: user["id"] for user in world.owner.client.get("/team").json()["data"]}
    reset = world.owner.client.post(f"/team/{ids[email]}/two-factor/reset", json=own)
    assert reset.status_code == 204, reset.text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/webhooks/endpoints", {"url": "https://hooks.in-hand.example/a"}),
        ("PATCH", "/webhooks/endpoints/{endpoint_id}", {"url": "https://hooks.in-hand.example/b"}),
        ("PUT", "/webhooks/config", {"webhook_url": "https://hooks.in-hand.example/c"}),
        ("POST", "/webhooks/endpoints/{endpoint_id}/test", None),
    ],
)
def test_what_calls_out_does_it_with_empty_hands(world: World, method: str, path: str, body: Any) -> None:
    target = path.format(endpoint_id=world.make_endpoint())
    answer: httpx.Response = world.merchant.api.request(method, target, json=body)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("make", [PooledDatabase, SingleDatabase])
@pytest.mark.parametrize("pooler", [False, True])
async def test_waiting_with_a_connection_in_hand_is_refused(
    database_url: str, make: Callable[..., Any], pooler: bool
) -> None:
    settings = Settings(TEST_MODE=True, DATABASE_URL=database_url, database_pooler=pooler)
    passwords, guard = Passwords(2, 5), AddressGuard(settings)
    client = WebhookClient(settings, guard)
    database = make(settings, "gateway_app")
    try:
        async with database.connection(None):
            for waiting in (
                passwords.hash(PASSWORD),
                passwords.check(None, PASSWORD),
                guard.check_saved_url("https://hooks.in-hand.example/", "test"),
                client.post("http://localhost:9/", "test", {}, b"{}"),
            ):
                with pytest.raises(ConnectionInHand):
                    await waiting
        assert not (await passwords.check(None, PASSWORD)).is_right  # with empty hands it may
    finally:
        await database.close()
