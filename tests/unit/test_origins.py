"""Origins and base URLs: what can never match is brought into the form that does, or refused with the reason."""

import pytest
from pydantic import ValidationError

from gateway.origins import read_base_url, read_origin
from gateway.settings import Settings


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/", "https://shop.example"),
        (" https://shop.example ", "https://shop.example"),
        ("HTTPS://Shop.Example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:0443", "https://shop.example"),
        ("https://shop.example:", "https://shop.example"),
        ("http://shop.example:80/", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("https://shop.example:8443/", "https://shop.example:8443"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://LOCALHOST:3000", "http://localhost:3000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(written: str, origin: str) -> None:
    assert read_origin(written) == origin
    assert read_base_url(written) == origin


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "must begin with https:// or http://"),
        ("*", "list those that may"),
        ("null", "list those that may"),
        ("shop.example", "must begin with https:// or http://"),
        ("ftp://shop.example", "must begin with https:// or http://"),
        ("//shop.example", "must begin with https:// or http://"),
        ("https://", "scheme, host and port alone"),
        ("https://user@shop.example", "without a user name and a password"),
        ("https://shop.example?x=1", "scheme, host and port alone"),
        ("https://shop.example/#a", "scheme, host and port alone"),
        ("https://*.shop.example", "scheme, host and port alone"),
        ("https://shop.example.", "scheme, host and port alone"),
        ("https://shop.example, https://b.example", "scheme, host and port alone"),
        ("https://shop.example:port", "scheme, host and port alone"),
        ("https://shop.example:99999", "a port that there is not"),
        ("https://[::1", "a host that there is not"),
        ("https://bücher.example", "xn--"),
        ("https://shop.example/checkout", "has a path"),
    ],
)
def test_what_can_never_match_is_refused_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace(".", r"\.")):
        read_origin(written)


def test_settings_keep_the_form_that_matches() -> None:
    settings = Settings(
        cors_origins="https://Shop.Example:443/, http://b.example:80",
        dashboard_url="HTTPS://Dashboard.Example:443/",
        checkout_url="https://checkout.example/",
        api_url="https://api.example:443/gateway/",
    )
    assert settings.cors_origins == "https://shop.example,http://b.example"
    assert settings.dashboard_url == "https://dashboard.example"
    assert settings.checkout_url == "https://checkout.example"
    assert settings.api_url == "https://api.example/gateway"


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("cors_origins", "https://shop.example,*", "list those that may"),
        ("cors_origins", "https://shop.example/app", "has a path"),
        ("dashboard_url", "dashboard.example", "must begin with"),
        ("api_url", "https://api.example?x", "scheme, host and port"),
        ("trusted_proxies", "10.0.0.0/8,10.0.0.1:80", "does not appear to be"),
        ("webhook_allowed_hosts", "http://shop", "without scheme or port"),
        ("webhook_allowed_hosts", "shop:8080", "without scheme or port"),
        ("webhook_test_hosts", "10.0.0.0/8", "without scheme or port"),
    ],
)
def test_settings_that_can_never_match_stop_the_start_and_say_why(setting: str, value: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Settings(**{setting: value})  # type: ignore[arg-type]


def test_hosts_keep_the_form_that_matches() -> None:
    settings = Settings(webhook_allowed_hosts=" Shop , 10.0.0.7,[FD00:0::1], host.docker.internal. ")
    assert settings.webhook_allowed_hosts == "shop,10.0.0.7,fd00::1,host.docker.internal"
