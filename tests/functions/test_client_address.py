"""Whose a request is: read from proxies' headers in all their forms, and counted once for all limits."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.addresses import is_inner, network_of, read_address
from tests.support.client import CARD, Merchant
from tests.support.envelope import expect_error
from tests.support.live import declined_live, live_order
from tests.support.nginx import Nginx, needs_nginx
from tests.support.stack import Stack
from tests.support.wire import Wire, request_bytes

Lines = list[str]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ('"203.0.113.7:4711"', "203.0.113.7"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ('"[2001:DB8::1]:4711"', "2001:db8::1"),
        ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("unknown", None),
        ("_hidden", None),
        ("", None),
        ("203.0.113.7:", None),
        ("203.0.113.7:port", None),
        ("203.0.113.007", None),
        ("203.0.113", None),
        ("203.0.113.7/24", None),
        ("[2001:db8::1", None),
        ("[2001:db8::1]x", None),
        ("[2001:db8::1]:", None),
        ("2001:db8::1:zz", None),
        ("٢٠٣.0.113.7", None),
        ("' OR 1=1", None),
    ],
)
def test_a_hop_is_read_in_every_form_that_proxies_write(written: str, address: str | None) -> None:
    assert read_address(written) == address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("203.0.113.7", "::ffff:203.0.113.7"),
        ("fe80::1", "fe80::2%eth0"),
    ],
)
def test_what_one_visitor_has_counts_as_one(one: str, other: str) -> None:
    assert network_of(one) == network_of(other)


def test_what_two_visitors_have_counts_as_two() -> None:
    apart = ["2001:db8:1:2::1", "2001:db8:1:3::1", "203.0.113.7", "203.0.113.8", "unknown"]
    assert len({network_of(one) for one in apart}) == len(apart)


def test_the_insides_of_networks_are_known() -> None:
    assert all(is_inner(one) for one in ("10.1.2.3", "172.18.0.1", "192.168.1.1", "127.0.0.1", "::1", "fd00::1"))
    assert not any(is_inner(one) for one in ("203.0.113.7", "2001:db8::1", "8.8.8.8", "172.32.0.1", "unknown"))


def try_to_log_in(stack: Stack, email: str, lines: Lines) -> int:
    """The status, with these lines of `X-Forwarded-For`."""
    headers = [("X-Forwarded-For", line) for line in lines]
    body = {"email": email, "password": "not the password"}
    return httpx.post(f"{stack.base_url}/api/v1/session", json=body, headers=headers).status_code


FORMS = {
    "another port each time": ["{a}:40{n:02}"],
    "mapped": ["[::ffff:{a}]:40{n:02}"],
    "another first line each time": ["198.51.100.{n}", "{a}"],
    "another first hop each time": ["198.51.100.{n}, {a}"],
    "another garbage before it each time": ["198.51.100.{n}, hop{n}, {a}"],
    "one /64": ["[2001:db8:7:7:{n}::1]:40{n:02}"],
    "through a second proxy of ours": ["198.51.100.{n}", "{a}, 127.0.0.1:80"],
}


@pytest.mark.parametrize("form", FORMS)
def test_ten_wrong_passwords_lock_whatever_form_the_address_has(stack: Stack, form: str) -> None:
    email, address = f"{time.monotonic_ns()}@example.com", f"192.0.2.{list(FORMS).index(form) + 1}"
    forms = [[line.format(a=address, n=number) for line in FORMS[form]] for number in range(11)]
    assert [try_to_log_in(stack, email, lines) for lines in forms] == [401] * 10 + [429]
    assert try_to_log_in(stack, email, ["192.0.2.99"]) == 401, "and nobody else"


def test_garbage_ends_the_walk_at_the_proxy_that_passed_it_on(stack: Stack) -> None:
    """Whatever stands before it may be anybody's invention."""
    email = f"{time.monotonic_ns()}@example.com"
    statuses = [try_to_log_in(stack, email, [f"198.51.100.{number}, garbage"]) for number in range(11)]
    assert statuses == [401] * 10 + [429]


@pytest.fixture(scope="module")
def unlisted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product behind a proxy that nobody has listed: what comes from this machine is not believed."""
    from tests.conftest import TEMPLATE
    from tests.support.stack import copy_database, database_of

    postgres, redis = request.getfixturevalue("postgres"), request.getfixturevalue("redis_server")
    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    settings = {"GATEWAY_TRUSTED_PROXIES": "10.255.0.0/16"}
    stack = Stack(url, redis.url, tmp_path_factory.mktemp("unlisted"), settings)
    stack.start()
    yield stack
    stack.stop()


def test_who_is_not_listed_is_not_believed_even_on_this_machine_and_the_log_says_so_once(unlisted: Stack) -> None:
    email = f"{time.monotonic_ns()}@example.com"
    statuses = [try_to_log_in(unlisted, email, [f"203.0.113.{number}"]) for number in range(11)]
    assert statuses == [401] * 10 + [429]
    warnings = [line for line in unlisted.logs().splitlines() if "X-Forwarded-For is ignored" in line]
    assert len(warnings) == 1
    told = json.loads(warnings[0])
    assert (told["level"], told["peer"]) == ("WARNING", "127.0.0.1")
    assert "GATEWAY_TRUSTED_PROXIES" in told["message"]


@needs_nginx
def test_behind_a_listed_nginx_each_visitor_has_his_own_address(stack: Stack, tmp_path: Path) -> None:
    """One who writes the header himself gains nothing by it."""
    location = f"""
        proxy_pass {stack.base_url}; proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    """
    # Its own idea of the peer is replaced by a header, so that one machine can play several.
    http = "set_real_ip_from 127.0.0.1; real_ip_header X-Visitor;"
    body = json.dumps({"email": f"{time.monotonic_ns()}@example.com", "password": "wrong password"}).encode()
    with Nginx(tmp_path, location, http) as nginx:

        def log_in(visitor: str, forged: str) -> int:
            headers = {"X-Visitor": visitor, "X-Forwarded-For": forged, "Content-Type": "application/json"}
            with Wire(nginx.port) as wire:
                return wire.ask(request_bytes("POST", "/api/v1/session", headers, body)).status

        statuses = [log_in("203.0.113.50", f"198.51.100.{number}") for number in range(11)]
        assert statuses == [401] * 10 + [429]
        assert log_in("203.0.113.51", "203.0.113.50") == 401


def pay(stack: Stack, merchant: Merchant, shopper: str) -> httpx.Response:
    """Try to pay a live order of the merchant; whom no limit stops meets that there is no processor."""
    body = {"order_id": live_order(stack, merchant)["id"], "method": "card", "card": CARD}
    url = f"{stack.base_url}/api/v1/payments/public"
    return httpx.post(url, json=body, headers={"X-Forwarded-For": shopper})


DECLINED = ["4000000000009995", "4000000000000069", "4000000000000127", "4000000000000119", "4000000000000002"]


async def test_declines_behind_a_proxy_that_is_not_listed_stop_no_other_merchants_payments(
    unlisted: Stack,
) -> None:
    """Every shopper has the proxy's address there: a busy merchant's ordinary declines are soon twenty."""
    busy = [unlisted.merchant() for _ in range(2)]
    for number in range(22):
        await declined_live(unlisted, busy[number % 2], DECLINED[number // 2 % 5], "127.0.0.1")
    for merchant in (*busy, unlisted.merchant()):
        expect_error(pay(unlisted, merchant, "203.0.113.99"), "PROCESSOR_REQUIRED")


async def test_a_card_tester_who_writes_the_header_himself_is_stopped_at_each_merchant(unlisted: Stack) -> None:
    tested, other = unlisted.merchant(), unlisted.merchant()
    first = await declined_live(unlisted, tested, DECLINED[0], "127.0.0.1")
    unlisted.sql(
        """
        WITH more AS (
            INSERT INTO payments SELECT (jsonb_populate_record(p, jsonb_build_object(
                'id', 'pay_' || lpad(n::text, 16, '0'), 'card_fingerprint', NULL, 'updated_at', now()))).*
            FROM payments p, generate_series(1, 199) n WHERE p.id = %(id)s RETURNING id
        )
        INSERT INTO checkout_attempts (payment_id, address_hash, created_at)
        SELECT more.id, a.address_hash, now() FROM more, checkout_attempts a WHERE a.payment_id = %(id)s
        """,
        {"id": first},
    )
    expect_error(pay(unlisted, tested, "203.0.113.2"), "RATE_LIMITED")
    expect_error(pay(unlisted, other, "203.0.113.2"), "PROCESSOR_REQUIRED")
