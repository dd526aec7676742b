"""Two-factor log-in: RFC 6238 codes, recovery codes, lock-out, replay, resets, what is stored."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pyotp
import pytest

from gateway.users.two_factor.codes import matching_step, new_recovery_codes, recovery_hash
from tests.dashboard.conftest import PASSWORD, Person, Shop, audit_actions
from tests.support.client import at_once
from tests.support.stack import ROOT

# RFC 6238, appendix B (SHA-1), of whose eight digits an app shows the last six.
_RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
_RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), _RFC_CODES.items())
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert matching_step(_RFC_SECRET, code, _at(seconds), None) == seconds // 30
    # Half a minute early or late is near enough, more is not.
    for drift, is_near in ((-60, False), (-30, True), (30, True), (60, False)):
        found = matching_step(_RFC_SECRET, code, _at(seconds + drift), None) if seconds > 100 else None
        assert seconds < 100 or (found is not None) is is_near


def test_a_step_is_taken_once_and_none_before_it() -> None:
    code, step = _RFC_CODES[1111111109], 1111111109 // 30
    assert matching_step(_RFC_SECRET, code, _at(1111111109), step - 1) == step
    assert matching_step(_RFC_SECRET, code, _at(1111111109), step) is None
    assert matching_step(_RFC_SECRET, code, _at(1111111109), step + 1) is None
    for nonsense in ("", "12345", "1234567", "abcdef", "٠٨١٨٠٤"):
        assert matching_step(_RFC_SECRET, nonsense, _at(1111111109), None) is None


class App:
    """An authenticator app. Each of its codes is later than the one before, so that none is a replay."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)
        self._step = int(datetime.now(UTC).timestamp()) // 30 - 2

    def code(self) -> str:
        """The next code that is still taken; at most three per thirty seconds."""
        self._step = max(self._step + 1, int(datetime.now(UTC).timestamp()) // 30 - 1)
        return self._totp.generate_otp(self._step)


def enrol(person: Person) -> tuple[App, list[str]]:
    """Turn it on: the app, and the recovery codes."""
    begun = person.client.post("/session/two-factor", json={"current_password": person.password})
    assert begun.status_code == 201, begun.text
    app = App(begun.json()["secret"])
    confirmed = person.client.post("/session/two-factor/confirm", json={"code": app.code()})
    assert confirmed.status_code == 200, confirmed.text
    codes: list[str] = confirmed.json()["recovery_codes"]
    return app, codes


def log_in_with(person: Person, code: str | None, password: str = PASSWORD) -> httpx.Response:
    """A log-in from another browser."""
    other = Person(person.stack, person.email, address=person.address)
    body = {"email": person.email, "password": password} | ({} if code is None else {"code": code})
    return other.client.post("/session", json=body)


def code_of(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])


def test_an_enrolment_is_shown_as_text_address_and_picture(shop: Shop) -> None:
    begun = shop.owner.client.post("/session/two-factor", json={"current_password": PASSWORD}).json()
    parsed = pyotp.parse_uri(begun["uri"])
    assert (parsed.name, parsed.issuer) == (shop.owner.email, "Shop")
    assert parsed.secret == begun["secret"]
    assert begun["qr_code"].startswith("data:image/svg+xml")
    # Nothing is asked for before it is confirmed.
    assert log_in_with(shop.owner, None).status_code == 200
    assert shop.owner.client.get("/session/two-factor").json()["enabled"] is False


def test_a_log_in_takes_password_and_code(shop: Shop) -> None:
    elsewhere = Person(shop.stack, shop.owner.email).logged_in()
    app, _ = enrol(shop.owner)
    # Who logged in with the password alone is out.
    assert elsewhere.client.get("/session").status_code == 401
    assert shop.owner.client.get("/session").json()["user"]["two_factor"] is True
    assert code_of(log_in_with(shop.owner, None)) == "TWO_FACTOR_REQUIRED"
    assert code_of(log_in_with(shop.owner, "000000")) == "TWO_FACTOR_INVALID"
    assert code_of(log_in_with(shop.owner, app.code(), "wrong password")) == "AUTHENTICATION_ERROR"
    logged_in = log_in_with(shop.owner, app.code())
    assert logged_in.status_code == 200
    assert "set-cookie" in logged_in.headers
    created = shop.owner.client.get("/audit", params={"action": "session.created"}).json()["data"][0]
    assert created["details"]["second_factor"] == "app"


def test_a_code_works_once_even_for_two_at_once(shop: Shop) -> None:
    app, _ = enrol(shop.owner)
    code = app.code()
    answers = at_once(4, lambda _: log_in_with(shop.owner, code))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    assert code_of(log_in_with(shop.owner, code)) == "TWO_FACTOR_INVALID"


def test_wrong_codes_lock_like_wrong_passwords(shop: Shop) -> None:
    app, recovery = enrol(shop.owner)
    guesser = Person(shop.stack, shop.owner.email, address="203.0.113.90")
    assert [log_in_with(guesser, f"{n:06d}").status_code for n in range(10)] == [401] * 10
    for right in (app.code(), recovery[0]):
        assert log_in_with(guesser, right).status_code == 429
    # Asking for the second step is no wrong try, and the owner elsewhere is not locked out.
    assert log_in_with(shop.owner, recovery[0]).status_code == 200


def test_a_recovery_code_works_once_however_it_is_typed(shop: Shop) -> None:
    _, recovery = enrol(shop.owner)
    assert len(set(recovery)) == 10
    typed = recovery[0].upper().replace("-", " ")
    assert log_in_with(shop.owner, typed).status_code == 200
    assert code_of(log_in_with(shop.owner, recovery[0])) == "TWO_FACTOR_INVALID"
    assert shop.owner.client.get("/session/two-factor").json()["recovery_codes_left"] == 9
    answers = at_once(3, lambda _: log_in_with(shop.owner, recovery[1]).status_code)
    assert sorted(answers) == [200, 401, 401]


def test_new_recovery_codes_replace_the_old(shop: Shop) -> None:
    app, old = enrol(shop.owner)
    body = {"current_password": PASSWORD, "code": app.code()}
    new = shop.owner.client.post("/session/two-factor/recovery-codes", json=body).json()["recovery_codes"]
    assert not set(old) & set(new)
    assert log_in_with(shop.owner, old[0]).status_code == 401
    assert log_in_with(shop.owner, new[0]).status_code == 200


def test_it_is_turned_off_with_password_and_code(shop: Shop) -> None:
    app, _ = enrol(shop.owner)
    client = shop.owner.client
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"current_password": "wrong password", "code": app.code()}, "current_password"),
        ({"current_password": PASSWORD, "code": "000000"}, "code"),
        ({"current_password": PASSWORD}, "code"),
        ({"code": "000000"}, "current_password"),
    ]
    for body, field in wrong:
        refused = client.post("/session/two-factor/disable", json=body)
        assert (refused.status_code, refused.json()["error"]["field"]) == (400, field)
    assert client.post("/session/two-factor", json={"current_password": PASSWORD}).status_code == 400
    body = {"current_password": PASSWORD, "code": app.code()}
    assert client.post("/session/two-factor/disable", json=body).status_code == 204
    assert log_in_with(shop.owner, None).status_code == 200
    assert audit_actions(shop.owner)[1:3] == ["two_factor.disabled", "two_factor.enabled"]
    assert client.post("/session/two-factor/disable", json=body).status_code == 400


def test_an_open_session_is_no_place_to_guess(shop: Shop) -> None:
    enrol(shop.owner)
    body = {"current_password": PASSWORD, "code": "000000"}
    answers = [shop.owner.client.post("/session/two-factor/disable", json=body).status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]


def test_owners_and_admins_reset_a_members(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    support, admin = shop.member("support"), shop.member("admin")
    enrol(support)
    enrol(shop.owner)
    ids = {user["email"]: user["id"] for user in shop.owner.client.get("/team").json()["data"]}

    def reset(by: Person, whose: Person) -> int:
        body = {"current_password": PASSWORD}
        return by.client.post(f"/team/{ids[whose.email]}/two-factor/reset", json=body).status_code

    assert reset(shop.member("developer"), support) == 403
    assert reset(admin, shop.owner) == 403
    assert reset(shop.owner, shop.owner) == 400
    assert new_shop().owner.client.post(f"/team/{ids[support.email]}/two-factor/reset").status_code == 404
    assert reset(admin, support) == 204
    assert reset(admin, support) == 400
    # Logged out everywhere, and in again with the password alone.
    assert support.client.get("/session").status_code == 401
    assert log_in_with(support, None).status_code == 200
    line = admin.client.get("/audit", params={"action": "two_factor.reset"}).json()["data"][0]
    assert (line["actor"]["label"], line["object_id"]) == (admin.email, ids[support.email])


def test_the_operator_resets_by_command(shop: Shop) -> None:
    enrol(shop.owner)
    command = [sys.executable, "-m", "gateway.cli", "users", "reset-two-factor", shop.owner.email]
    done = subprocess.run(command, env=shop.stack.env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"email": shop.owner.email, "two_factor": False}
    assert shop.owner.client.get("/session").status_code == 401
    shop.owner.logged_in()
    assert audit_actions(shop.owner)[1] == "two_factor.reset"
    again = subprocess.run(command, env=shop.stack.env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "without a second factor" in again.stderr


def test_neither_secret_nor_codes_are_stored_in_the_open(shop: Shop) -> None:
    begun = shop.owner.client.post("/session/two-factor", json={"current_password": PASSWORD}).json()
    body = {"code": App(begun["secret"]).code()}
    codes = shop.owner.client.post("/session/two-factor/confirm", json=body).json()["recovery_codes"]
    log_in_with(shop.owner, codes[0])
    sql, email, merchant = shop.stack.sql, shop.owner.email, shop.merchant.id
    row, sealed = sql("SELECT u::text, totp_secret FROM users u WHERE email = %s", (email,))[0]
    told = (
        row + str(sql("SELECT a::text FROM audit_log a WHERE merchant_id = %s", (merchant,))) + shop.stack.logs()
    )
    for hidden in (begun["secret"], *codes):
        assert hidden not in told
        assert hidden.encode().hex() not in told
    assert bytes(sealed)[:1] == b"\x02", "sealed under the master key"


def test_a_key_neither_has_nor_changes_it(shop: Shop) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("POST", "/confirm"), ("POST", "/disable")):
        answer = shop.merchant.api.request(method, f"/session/two-factor{path}", json={"code": "1"})
        assert answer.status_code == 401
    enrol(shop.owner)
    assert shop.merchant.api.get("/orders").status_code == 200


def test_recovery_codes_are_hashed_per_user_under_a_secret() -> None:
    from gateway.encryption import Keyring

    keyring, code = Keyring(os.urandom(32)), new_recovery_codes()[0]
    hashes = {recovery_hash(keyring, 1, code), recovery_hash(keyring, 2, code)}
    assert len(hashes | {recovery_hash(Keyring(os.urandom(32)), 1, code)}) == 3
    assert recovery_hash(keyring, 1, code.upper().replace("-", "")) in hashes
