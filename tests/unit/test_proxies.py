"""Whose X-Forwarded-For is believed."""

import socket
from typing import Any

import pytest
from pydantic import ValidationError

from api.http import proxies
from api.http.proxies import TrustedProxies
from gateway.settings import Settings


def test_a_network_is_known_by_its_addresses() -> None:
    known = TrustedProxies("10.0.0.0/24, ::1/128, 192.0.2.7")
    assert known.know("10.0.0.255") and known.know("::1") and known.know("192.0.2.7")
    assert known.know("::ffff:10.0.0.5")  # a socket for both families shows IPv4 like this
    assert not known.know("10.0.1.1") and not known.know("unknown")
    assert TrustedProxies("::ffff:10.0.0.0/120").know("10.0.0.5")


def test_a_name_is_known_by_the_addresses_it_has_and_no_others() -> None:
    known = TrustedProxies("localhost, nothing.invalid")
    assert known.know("127.0.0.1")
    assert not known.know("127.0.0.2")


def test_a_service_that_was_made_anew_is_known_again_and_its_old_address_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: dict[str, list[Any]] = {"dashboard": [(0, 0, 0, "", ("172.18.0.7", 0))]}
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, _: answers[name])
    monkeypatch.setattr(proxies, "_WAIT_SECONDS", 10)
    known = TrustedProxies("dashboard")
    assert known.know("172.18.0.7")
    answers["dashboard"] = [(0, 0, 0, "", ("172.18.0.9", 0))]
    assert not known.know("172.18.0.9")  # within the seconds that an answer is kept
    monkeypatch.setattr(proxies, "_KEPT_SECONDS", 0)
    assert known.know("172.18.0.9") and not known.know("172.18.0.7")


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "10.0.0.300", "dash board", "10.0.0.1/24/7"])
def test_what_is_neither_network_nor_name_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=f"127.0.0.0/8,{wrong}")
