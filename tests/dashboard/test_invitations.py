"""Invitations: an address belongs to whoever accepts first, and nobody learns where else it is known."""

import time
from collections.abc import Callable

from tests.dashboard.conftest import PASSWORD, Person, Shop
from tests.support.client import at_once
from tests.support.envelope import expect_error

NewShop = Callable[[], Shop]


def _address() -> str:
    return f"asha-{time.monotonic_ns()}@example.com"


def _invite(shop: Shop, email: str, role: str = "support") -> str:
    answer = shop.owner.client.post("/team", json={"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["invite_url"]).partition("#token=")[2]


def _accept(shop: Shop, email: str, token: str) -> int:
    body = {"token": token, "name": "Asha Rao", "password": PASSWORD}
    return Person(shop.stack, email).client.post("/team/accept", json=body).status_code


def test_an_invitation_elsewhere_keeps_nobody_from_inviting(new_shop: NewShop) -> None:
    one, other, email = new_shop(), new_shop(), _address()
    _invite(one, email)
    token = _invite(other, email)
    assert _accept(other, email, token) == 200
    assert Person(other.stack, email).log_in().json()["merchant"]["id"] == other.merchant.id


def test_of_two_invitations_the_first_to_be_accepted_has_the_address(new_shop: NewShop) -> None:
    one, other, email = new_shop(), new_shop(), _address()
    first, second = _invite(one, email), _invite(other, email)
    assert sorted(at_once(2, lambda n: _accept(one, email, (first, second)[n]))) == [200, 404]


def test_an_invitation_that_has_ended_frees_its_address_in_its_own_team(shop: Shop) -> None:
    email = _address()
    first = _invite(shop, email)
    shop.stack.sql("UPDATE users SET invite_expires_at = now() - interval '1 second' WHERE email = %s", (email,))
    assert _accept(shop, email, first) == 404
    second = _invite(shop, email)
    listed = [user["email"] for user in shop.owner.client.get("/team").json()["data"]]
    assert listed.count(email) == 1
    assert _accept(shop, email, first) == 404
    assert _accept(shop, email, second) == 200


def test_a_team_invites_an_address_once_at_a_time(shop: Shop) -> None:
    email = _address()
    body = {"email": email, "role": "viewer"}
    statuses = at_once(6, lambda _: shop.owner.client.post("/team", json=body).status_code)
    assert sorted(statuses) == [201, 400, 400, 400, 400, 400]
    expect_error(shop.owner.client.post("/team", json=body), "BAD_REQUEST_ERROR", field="email")
    expect_error(
        shop.owner.client.post("/team", json=body | {"email": shop.owner.email}),
        "BAD_REQUEST_ERROR",
        field="email",
    )


def test_the_answer_does_not_tell_whether_an_address_is_known_elsewhere(new_shop: NewShop) -> None:
    one, other = new_shop(), new_shop()
    invited = _address()
    _invite(other, invited)
    answers = [
        one.owner.client.post("/team", json={"email": email, "role": "support"})
        for email in (_address(), invited, other.owner.email.upper())
    ]
    shapes = {
        (answer.status_code, tuple(answer.json()), tuple(answer.json()["user"]), answer.json()["user"]["status"])
        for answer in answers
    }
    assert len(shapes) == 1, [answer.text for answer in answers]
    assert answers[0].status_code == 201


def test_who_is_in_another_team_cannot_be_taken_over(new_shop: NewShop) -> None:
    one, other = new_shop(), new_shop()
    token = _invite(one, other.owner.email, "viewer")
    assert _accept(one, other.owner.email, token) == 404
    assert other.owner.logged_in().client.get("/session").json()["merchant"]["id"] == other.merchant.id
    assert one.owner.client.get("/team").status_code == 200


def test_an_invitation_can_be_withdrawn_and_changed_before_it_is_accepted(shop: Shop) -> None:
    email = _address()
    token = _invite(shop, email)
    ids = {user["email"]: user["id"] for user in shop.owner.client.get("/team").json()["data"]}
    changed = shop.owner.client.patch(f"/team/{ids[email]}", json={"role": "viewer"})
    assert (changed.status_code, changed.json()["role"], changed.json()["status"]) == (200, "viewer", "invited")
    assert shop.owner.client.delete(f"/team/{ids[email]}").status_code == 204
    assert _accept(shop, email, token) == 404
    assert _accept(shop, email, _invite(shop, email)) == 200
