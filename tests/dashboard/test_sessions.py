"""Log-in, lock-out, CSRF, sessions."""

import json
from collections.abc import Callable

from tests.dashboard.conftest import PASSWORD, Person, Shop, audit_actions, create_owner_by_command
from tests.support.client import at_once
from tests.support.stack import Stack


def test_a_user_logs_in_and_sees_the_merchants_payments(shop: Shop) -> None:
    payment = shop.merchant.paid()
    session = shop.owner.client.get("/session").json()
    assert session["user"]["role"] == "owner"
    assert session["merchant"]["id"] == shop.merchant.id
    assert shop.owner.client.get(f"/payments/{payment['id']}").json()["id"] == payment["id"]


def test_the_cookie_is_hidden_from_scripts_and_bound_to_the_path(shop: Shop) -> None:
    response = Person(shop.stack, shop.owner.email).log_in()
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("gateway_session_3000=")
    for attribute in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_https_dashboards_get_a_host_cookie(new_stack: Callable[..., tuple[Stack, object]]) -> None:
    stack, _ = new_stack(
        GATEWAY_TEST_MODE_PUBLIC="true",
        GATEWAY_DASHBOARD_URL="https://pay.example.com",
        GATEWAY_DASHBOARD_PASSWORD=PASSWORD,
    )
    stack.start("api")
    owner = stack.merchant()
    create_owner_by_command(stack, owner.id, "host@example.com")
    cookie = Person(stack, "host@example.com").log_in().headers["set-cookie"]
    assert cookie.startswith("__Host-gateway_session=")
    assert "Secure" in cookie


def test_two_dashboards_of_one_host_have_cookies_of_their_own(shop: Shop) -> None:
    person = Person(shop.stack, shop.owner.email)
    names = []
    for asked in ("localhost:3000", "localhost:3002", "pay.example", "pay.example:8443, inner:3000", "[::1]:3004"):
        answer = person.client.post(
            "/session", json={"email": person.email, "password": PASSWORD}, headers={"X-Forwarded-Host": asked}
        )
        names.append(answer.headers["set-cookie"].partition("=")[0])
    assert names == [
        "gateway_session_3000",
        "gateway_session_3002",
        "gateway_session",
        "gateway_session_8443",
        "gateway_session_3004",
    ]


def test_a_session_of_an_earlier_version_goes_on_and_ends_at_its_log_out(shop: Shop) -> None:
    token = shop.owner.client.cookies["gateway_session_3000"]
    shop.owner.client.cookies.clear()
    shop.owner.client.cookies.set("gateway_session", token)
    assert shop.owner.client.get("/session").json()["user"]["email"] == shop.owner.email
    ended = shop.owner.client.delete("/session")
    assert ended.status_code < 300
    cleared = ended.headers.get_list("set-cookie")
    assert {line.partition("=")[0] for line in cleared} == {"gateway_session", "gateway_session_3000"}
    assert all("Max-Age=0" in line for line in cleared)
    shop.owner.client.cookies.set("gateway_session", token)
    assert shop.owner.client.get("/session").status_code == 401


def test_neither_token_nor_password_is_stored(shop: Shop) -> None:
    token = shop.owner.client.cookies["gateway_session_3000"]
    rows = shop.stack.sql(
        "SELECT row_to_json(s)::text FROM user_sessions s UNION SELECT row_to_json(u)::text FROM users u"
    )
    text = "\n".join(row[0] for row in rows)
    assert "$argon2id$" in text
    assert token not in text
    assert PASSWORD not in text
    assert token not in shop.stack.logs()
    assert PASSWORD not in shop.stack.logs()


def test_a_wrong_password_and_an_unknown_account_answer_alike(shop: Shop) -> None:
    wrong = Person(shop.stack, shop.owner.email, address="203.0.113.1").log_in("not the password")
    unknown = Person(shop.stack, "nobody@example.com", address="203.0.113.1").log_in("not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["error"]["description"] == unknown.json()["error"]["description"]


def test_the_eleventh_try_is_refused_even_with_the_right_password(shop: Shop) -> None:
    guesser = Person(shop.stack, shop.owner.email, address="203.0.113.2")
    assert [guesser.log_in(f"wrong number {n}").status_code for n in range(10)] == [401] * 10
    locked = guesser.log_in()
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 900
    # The owner, elsewhere, is not locked out by a stranger's ten tries.
    assert Person(shop.stack, shop.owner.email, address="203.0.113.3").log_in().status_code == 200


def test_unknown_accounts_lock_like_known_ones(shop: Shop) -> None:
    guesser = Person(shop.stack, "nobody-at-all@example.com", address="203.0.113.4")
    assert [guesser.log_in("wrong").status_code for _ in range(11)] == [401] * 10 + [429]


def test_parallel_guesses_count_all(shop: Shop) -> None:
    people = [Person(shop.stack, shop.owner.email, address="203.0.113.5") for _ in range(12)]
    at_once(12, lambda n: people[n].log_in("wrong").status_code)
    assert people[0].log_in().status_code == 429


def test_a_forwarded_address_is_taken_from_the_nearest_untrusted_hop(shop: Shop) -> None:
    spoofed = Person(shop.stack, shop.owner.email, address="10.9.9.9, 203.0.113.6").logged_in()
    sessions = spoofed.client.get("/sessions").json()["data"]
    assert next(one for one in sessions if one["current"])["address"] == "203.0.113.6"


def test_a_change_without_the_csrf_token_is_refused(shop: Shop) -> None:
    payment = shop.merchant.paid()
    path = f"/payments/{payment['id']}/refunds"
    refused = shop.owner.client.post(path, json={"amount": 100}, headers={"X-CSRF-Token": "other"})
    assert refused.status_code == 403
    assert shop.merchant.payment(payment["id"])["amount_refunded"] == 0
    assert shop.owner.client.post(path, json={"amount": 100}).status_code == 201


OTHER_PAGES = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:3000"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://blog.example.com"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3001"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]
OUR_PAGES = [
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:3000"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"},
    {"Origin": "http://localhost:3000"},
    {"Origin": "http://192.168.1.5:3000", "X-Forwarded-Host": "192.168.1.5:3000"},
]


def test_a_page_of_another_origin_can_change_nothing(shop: Shop) -> None:
    """Not even a sibling subdomain's, and not with the token: neither log a browser in nor act for who is."""
    visitor = Person(shop.stack, shop.owner.email)
    body = {"email": shop.owner.email, "password": PASSWORD}
    for page in OTHER_PAGES:
        assert visitor.client.post("/session", json=body, headers=page).status_code == 403, page
        assert visitor.client.post("/team/accept", json={"token": "x"}, headers=page).status_code == 403, page
        assert shop.owner.client.post("/orders", json={"amount": 500}, headers=page).status_code == 403, page
        assert shop.owner.client.delete("/session", headers=page).status_code == 403, page


def test_the_dashboards_own_pages_log_in_and_act(shop: Shop) -> None:
    for page in OUR_PAGES:
        person = Person(shop.stack, shop.owner.email)
        person.client.headers.update(page)
        assert person.log_in().status_code == 200, page
        assert person.client.post("/orders", json={"amount": 500}).status_code == 201, page


def test_a_page_must_say_that_it_sends_json(shop: Shop) -> None:
    """Bytes without a type leave a page without a preflight."""
    person, page = Person(shop.stack, shop.owner.email), {"Sec-Fetch-Site": "same-origin"}
    body = json.dumps({"email": person.email, "password": PASSWORD}).encode()
    assert person.client.post("/session", content=body, headers=page).status_code == 415
    assert person.client.post("/session", content=body).status_code == 200


def test_logging_out_ends_the_session_at_once(shop: Shop) -> None:
    cookie = shop.owner.client.cookies["gateway_session_3000"]
    assert shop.owner.client.delete("/session").status_code == 204
    stolen = Person(shop.stack, shop.owner.email)
    stolen.client.cookies.set("gateway_session_3000", cookie)
    assert stolen.client.get("/session").status_code == 401


def test_a_session_elsewhere_can_be_seen_and_revoked(shop: Shop) -> None:
    phone = Person(shop.stack, shop.owner.email, address="203.0.113.8").logged_in()
    other = next(one for one in shop.owner.client.get("/sessions").json()["data"] if not one["current"])
    assert other["address"] == "203.0.113.8"
    assert shop.owner.client.delete(f"/sessions/{other['id']}").status_code == 204
    assert phone.client.get("/session").status_code == 401
    assert "session.revoked" in audit_actions(shop.owner)


def test_nobody_revokes_anothers_session(new_shop: Callable[[], Shop]) -> None:
    one, other = new_shop(), new_shop()
    theirs = other.owner.client.get("/sessions").json()["data"][0]["id"]
    assert one.owner.client.delete(f"/sessions/{theirs}").status_code == 404
    assert other.owner.client.get("/session").status_code == 200


def test_a_new_password_ends_all_other_sessions(shop: Shop) -> None:
    phone = Person(shop.stack, shop.owner.email).logged_in()
    body = {"current_password": PASSWORD, "password": "quite another sentence"}
    assert shop.owner.client.put("/session/password", json=body | {"current_password": "no"}).status_code == 400
    assert shop.owner.client.put("/session/password", json=body).status_code == 204
    assert phone.client.get("/session").status_code == 401
    assert shop.owner.client.get("/session").status_code == 200
    assert phone.log_in().status_code == 401
    assert phone.log_in("quite another sentence").status_code == 200


def test_an_idle_or_old_session_is_over(shop: Shop) -> None:
    update = "UPDATE user_sessions SET {} WHERE user_id = (SELECT id FROM users WHERE email = %s)"
    shop.stack.sql(update.format("last_seen_at = now() - interval '13 hours'"), (shop.owner.email,))
    assert shop.owner.client.get("/session").status_code == 401
    shop.owner.logged_in()
    shop.stack.sql(update.format("expires_at = now() - interval '1 second'"), (shop.owner.email,))
    assert shop.owner.client.get("/session").status_code == 401


def test_a_session_sees_one_merchant_and_one_mode(new_shop: Callable[[], Shop]) -> None:
    one, other = new_shop(), new_shop()
    payment = other.merchant.paid()
    assert one.owner.client.get(f"/payments/{payment['id']}").status_code == 404
    live = other.owner.client.get(f"/payments/{payment['id']}", headers={"X-Gateway-Mode": "live"})
    assert live.status_code == 404


def test_log_ins_and_refusals_stand_in_the_audit_log(shop: Shop) -> None:
    Person(shop.stack, shop.owner.email, address="203.0.113.10").log_in("wrong")
    lines = shop.owner.client.get("/audit", params={"action": "session"}).json()["data"]
    assert [line["action"] for line in lines] == ["session.refused", "session.created"]
    assert lines[0]["address"] == "203.0.113.10"
    assert lines[0]["actor"] == {"kind": "user", "id": lines[1]["actor"]["id"], "label": shop.owner.email}


def test_the_seeded_user_logs_in_with_the_printed_password(new_stack: Callable[..., tuple[Stack, object]]) -> None:
    import subprocess
    import sys

    from tests.support.stack import ROOT

    stack, _ = new_stack()
    stack.start("api")

    def seed(**env: str) -> str:
        command = [sys.executable, "-m", "gateway.cli", "seed"]
        return subprocess.run(
            command, env=stack.env | env, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout

    line = seed().splitlines()[-1]
    assert line == seed().splitlines()[-1]
    email, _, password = line.removeprefix("dashboard log-in: ").partition(" / ")
    assert Person(stack, email, password).log_in().status_code == 200
    shown = seed(GATEWAY_DASHBOARD_PASSWORD="chosen by the operator")
    assert "chosen by the operator" not in shown
    assert Person(stack, email, password).log_in().status_code == 401
    assert Person(stack, email, "chosen by the operator").log_in().status_code == 200


def test_a_stolen_session_is_no_place_to_guess_the_password(shop: Shop) -> None:
    """Changing the password counts wrong ones as the log-in does."""
    thief = shop.owner.client
    body = {"current_password": "a guess", "password": "quite another sentence"}
    for _ in range(10):
        assert thief.put("/session/password", json=body).status_code == 400
    locked = thief.put("/session/password", json=body | {"current_password": PASSWORD})
    assert locked.status_code == 429, locked.text
    assert shop.owner.log_in().status_code == 429
