"""A password is the same whichever keyboard types it, at every place that takes one."""

import unicodedata

import httpx
import pytest
from argon2 import PasswordHasher

from tests.dashboard.conftest import Person, Shop
from tests.support.envelope import expect_error

COMPOSED = "caf\u00e9 cr\u00e8me br\u00fbl\u00e9e"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
SPACED = COMPOSED.replace(" ", "\u00a0")
SPELLINGS = [COMPOSED, DECOMPOSED, SPACED, unicodedata.normalize("NFD", SPACED)]


def _set(person: Person, password: str) -> httpx.Response:
    body = {"current_password": person.password, "password": password}
    return person.client.put("/session/password", json=body)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_one_keyboard_sets_another_types(shop: Shop, spelling: str) -> None:
    assert _set(shop.owner, spelling).status_code == 204
    for typed in SPELLINGS:
        assert Person(shop.stack, shop.owner.email).log_in(typed).status_code == 200
    body = {"current_password": SPELLINGS[-1], "scopes": ["admin"]}
    assert shop.owner.client.post("/keys", json=body).status_code == 201
    assert Person(shop.stack, shop.owner.email).log_in(COMPOSED.upper()).status_code == 401


def test_an_invitation_is_accepted_with_any_spelling(shop: Shop) -> None:
    email = f"spelled-{shop.merchant.id}@example.com"
    invited = shop.owner.client.post("/team", json={"email": email, "role": "viewer"}).json()
    token = invited["invite_url"].partition("#token=")[2]
    body = {"token": token, "name": "Asha", "password": DECOMPOSED}
    assert Person(shop.stack, email).client.post("/team/accept", json=body).status_code == 200
    assert Person(shop.stack, email).log_in(COMPOSED).status_code == 200


@pytest.mark.parametrize("before", [DECOMPOSED, SPACED])
def test_a_hash_of_before_opens_and_is_kept_anew(shop: Shop, before: str) -> None:
    old = PasswordHasher().hash(before)
    shop.stack.sql("UPDATE users SET password_hash = %s WHERE email = %s", (old, shop.owner.email))
    assert Person(shop.stack, shop.owner.email).log_in("not the password").status_code == 401
    assert Person(shop.stack, shop.owner.email).log_in(before).status_code == 200
    kept = str(shop.stack.sql("SELECT password_hash FROM users WHERE email = %s", (shop.owner.email,))[0][0])
    assert kept != old
    assert PasswordHasher().verify(kept, COMPOSED)
    for typed in SPELLINGS:
        assert Person(shop.stack, shop.owner.email).log_in(typed).status_code == 200


def test_lengths_count_characters_and_what_unicode_does_not_define_is_refused(shop: Shop) -> None:
    for bad in (
        "\U0001f40e" * 5 + "abc",
        "e\u0301" * 9,
        "x\u00e9yz" * 51,
        "correct horse\u0085battery",
        "a\uffffbcdefghij",
    ):
        expect_error(_set(shop.owner, bad), "BAD_REQUEST_ERROR", field="password")
    assert _set(shop.owner, "\U0001f40e\U0001f50b\U0001f4ce abcdef").status_code == 204
