"""However many guesses come at once, no more than the limit are checked; and what was right is not counted."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pyotp
import pytest

from tests.dashboard.conftest import PASSWORD, Person, Shop
from tests.dashboard.test_two_factor import enrol
from tests.support.client import at_once
from tests.support.stack import Stack

LIMIT = 10
OWN = {"current_password": PASSWORD}
WRONG = {"current_password": "a guess at it"}


def _checked(person: Person, method: str, path: str, bodies: list[Any], refusal: int) -> int:
    """How many of these guesses are looked at: all at once, and then one after another until the door is shut.

    A busy machine may answer 503 for want of a turn: such a guess was not looked at, and is not counted.
    """
    cookies, headers = dict(person.client.cookies), dict(person.client.headers)
    limits = httpx.Limits(max_connections=50)
    with httpx.Client(
        base_url=person.client.base_url, cookies=cookies, headers=headers, timeout=120, limits=limits
    ) as many:
        answers = at_once(len(bodies), lambda n: many.request(method, path, json=bodies[n]).status_code)
        assert set(answers) <= {refusal, 429, 503}, answers
        checked = answers.count(refusal)
        while (status := many.request(method, path, json=bodies[0]).status_code) != 429:
            assert status in (refusal, 503)
            checked += status == refusal
    return checked


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/session/password", WRONG | {"password": "quite another sentence"}),
        ("POST", "/session/two-factor", WRONG),
        ("POST", "/session/two-factor/disable", WRONG | {"code": "123456"}),
        ("POST", "/keys", WRONG | {"scopes": ["admin"]}),
        ("POST", "/team", WRONG | {"email": "friend@example.com", "role": "owner"}),
    ],
)
def test_parallel_guesses_of_the_password_are_counted_before_they_are_checked(
    shop: Shop, method: str, path: str, body: Any
) -> None:
    assert _checked(shop.owner, method, path, [body] * 40, 400) == LIMIT
    # The log-in counts with it: not even the right password is looked at.
    assert shop.owner.log_in().status_code == 429


def test_parallel_log_ins_are_counted_before_they_are_checked(shop: Shop) -> None:
    guesser = Person(shop.stack, shop.owner.email)
    bodies = [{"email": shop.owner.email, "password": f"guess number {n}"} for n in range(40)]
    assert _checked(guesser, "POST", "/session", bodies, 401) == LIMIT


def test_parallel_guesses_of_a_code_are_counted_before_they_are_checked(shop: Shop) -> None:
    enrol(shop.owner)
    bodies: list[Any] = [OWN | {"code": f"{n:06}"} for n in range(40)]
    assert _checked(shop.owner, "POST", "/session/two-factor/disable", bodies, 400) == LIMIT
    assert shop.owner.client.get("/session/two-factor").json()["enabled"]


def test_parallel_guesses_of_the_code_of_a_log_in_are_counted_before_they_are_checked(shop: Shop) -> None:
    enrol(shop.owner)
    guesser = Person(shop.stack, shop.owner.email)
    bodies = [{"email": shop.owner.email, "password": PASSWORD, "code": f"{n:06}"} for n in range(40)]
    assert _checked(guesser, "POST", "/session", bodies, 401) == LIMIT


def test_guesses_of_the_code_that_confirms_an_enrolment_have_an_end(shop: Shop) -> None:
    secret = shop.owner.client.post("/session/two-factor", json=OWN).json()["secret"]
    codes: list[Any] = [{"code": f"{n:06}"} for n in range(40)]
    assert _checked(shop.owner, "POST", "/session/two-factor/confirm", codes, 400) == LIMIT
    right = {"code": pyotp.TOTP(secret).now()}
    assert shop.owner.client.post("/session/two-factor/confirm", json=right).status_code == 429


def _failures(stack: Stack) -> int:
    return int(stack.sql("SELECT coalesce(sum(failures), 0) FROM login_failures")[0][0])


def test_what_was_right_is_not_counted(shop: Shop) -> None:
    before = _failures(shop.stack)
    body = OWN | {"password": PASSWORD}
    for _ in range(LIMIT + 2):
        assert shop.owner.client.put("/session/password", json=body).status_code == 204
        assert shop.owner.log_in().status_code == 200
    enrol(shop.owner)
    for _ in range(LIMIT + 2):  # the first step of two is neither right nor wrong
        assert shop.owner.log_in().json()["error"]["code"] == "TWO_FACTOR_REQUIRED"
    assert _failures(shop.stack) == before


def test_a_right_proof_does_not_wipe_out_the_wrong_ones_before_it(shop: Shop) -> None:
    body = {"password": PASSWORD}
    for _ in range(LIMIT - 1):
        assert shop.owner.client.put("/session/password", json=body | WRONG).status_code == 400
    assert shop.owner.client.put("/session/password", json=body | OWN).status_code == 204
    assert shop.owner.client.put("/session/password", json=body | WRONG).status_code == 400
    assert shop.owner.client.put("/session/password", json=body | OWN).status_code == 429


def test_a_right_try_does_not_keep_old_failures_alive(shop: Shop) -> None:
    """Of an office behind one address: the window goes on from the last failure, not from the last log-in."""
    Person(shop.stack, shop.owner.email, address="203.0.113.77").log_in("wrong")
    past = "SELECT max(last_at) FROM login_failures WHERE failures > 0"
    shop.stack.sql("UPDATE login_failures SET last_at = last_at - interval '14 minutes'")
    before = shop.stack.sql(past)
    assert Person(shop.stack, shop.owner.email, address="203.0.113.77").log_in().status_code == 200
    assert shop.stack.sql(past) == before


def test_strangers_with_invented_tokens_keep_nobody_waiting(
    new_stack: Callable[..., tuple[Stack, object]],
) -> None:
    stack, _ = new_stack(GATEWAY_DATABASE_POOL_SIZE="2")
    stack.start("api")
    merchant = stack.merchant()
    order = merchant.order()
    body = {"token": "invented", "name": "Nobody", "password": "correct horse battery"}
    limits = httpx.Limits(max_connections=200)
    with httpx.Client(base_url=f"{stack.base_url}/api/v1", timeout=60, limits=limits) as strangers:

        def ask(number: int) -> int:
            if number % 11 == 10:
                return merchant.api.get(f"/orders/{order['id']}").status_code
            return strangers.post("/team/accept", json=body | {"token": f"invented-{number}"}).status_code

        answers = at_once(121, ask)
    assert Counter(answers) == {404: 110, 200: 11}


@pytest.mark.alone
def test_log_ins_beyond_the_bound_of_hashing_are_told_to_come_back(
    new_stack: Callable[..., tuple[Stack, object]],
) -> None:
    stack, _ = new_stack(GATEWAY_PASSWORD_HASHES_AT_ONCE="1", GATEWAY_PASSWORD_WAIT_SECONDS="0.2")
    stack.start("api")
    bodies = [{"email": f"nobody-{n}@example.com", "password": "a guess at it"} for n in range(40)]
    with httpx.Client(
        base_url=f"{stack.base_url}/api/v1", timeout=60, limits=httpx.Limits(max_connections=50)
    ) as many:
        answers = at_once(40, lambda n: many.post("/session", json=bodies[n]))
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {401, 503}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    # Only what was checked is counted.
    counted = stack.sql("SELECT sum(failures) FROM login_failures WHERE failures = 1")[0][0]
    assert counted == 2 * (len(answers) - len(refused)), "a pair and an e-mail each"
