"""What can be told about a URL without asking a name server."""

import ipaddress

import pytest

from gateway.settings import Settings
from gateway.webhooks.sender.addresses import AddressGuard, is_refused
from gateway.webhooks.sender.target import TargetRefused
from tests.webhooks.network.targets import HOSTS, MALFORMED, PORTS


@pytest.fixture(scope="module")
def live() -> AddressGuard:
    return AddressGuard(Settings(test_mode=False))


@pytest.fixture(scope="module")
def testing() -> AddressGuard:
    return AddressGuard(Settings(test_mode=True))


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_hosts_that_lead_inside_are_refused(live: AddressGuard, host: str, scheme: str) -> None:
    for mode in ("test", "live"):
        with pytest.raises(TargetRefused):
            live.check_url(f"{scheme}://{host}/", mode)


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_not_plainly_a_url_is_refused(live: AddressGuard, testing: AddressGuard, url: str) -> None:
    for guard in (live, testing):
        with pytest.raises(TargetRefused):
            guard.check_url(url, "test")


@pytest.mark.parametrize("port", PORTS)
def test_ports_of_other_services_are_refused_even_at_home(testing: AddressGuard, port: int) -> None:
    for host in ("shop.example", "localhost", "127.0.0.1"):
        with pytest.raises(TargetRefused):
            testing.check_url(f"http://{host}:{port}/", "test")


def test_in_test_mode_only_the_plain_names_of_this_machine_are_allowed(testing: AddressGuard) -> None:
    allowed = {"localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.0.0.1.", "[::1]", "[0:0:0:0:0:0:0:1]"}
    spelled_in_unicode = {"①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "ⓛocalhost"}  # the same after mapping
    for host in HOSTS:
        if host in allowed | spelled_in_unicode:
            testing.check_url(f"http://{host}:4000/", "test")
        else:
            with pytest.raises(TargetRefused):
                testing.check_url(f"http://{host}:4000/", "test")
        with pytest.raises(TargetRefused):
            testing.check_url(f"https://{host}:4000/", "live")


def test_a_setting_opens_named_hosts_only() -> None:
    guard = AddressGuard(Settings(test_mode=False, webhook_allowed_hosts="shop, 10.0.0.7"))
    guard.check_url("http://shop:3000/hook", "live")
    guard.check_url("http://10.0.0.7/", "test")
    for url in ("http://shop2:3000/", "http://10.0.0.8/", "http://shop:5432/", "ftp://shop/"):
        with pytest.raises(TargetRefused):
            guard.check_url(url, "test")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://Shop.Example/hook?a=1#x", "shop.example", 443),
        ("http://shop.example:8080", "shop.example", 8080),
        ("https://shop.example./", "shop.example", 443),
        ("https://bücher.example/", "xn--bcher-kva.example", 443),
        ("https://例え.テスト/", "xn--r8jz45g.xn--zckzah", 443),
        ("https://93.184.215.14/", "93.184.215.14", 443),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8443/", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 8443),
        ("https://shop_1.example/", "shop_1.example", 443),
    ],
)
def test_public_targets_are_read(live: AddressGuard, url: str, host: str, port: int) -> None:
    target = live.check_url(url, "test")
    assert (target.host, target.port) == (host, port)


def test_https_only_where_it_is_asked_for(live: AddressGuard) -> None:
    live.check_url("http://shop.example/", "test")
    with pytest.raises(TargetRefused):
        live.check_url("http://shop.example/", "live")


def test_our_list_is_stricter_than_the_standard_library() -> None:
    """Whatever `ipaddress` calls private, reserved, multicast or link-local is refused, and more."""
    step = ipaddress.ip_address("0.0.0.0")
    for number in range(0, 2**32, 2**32 // 20_011):
        step = ipaddress.ip_address(number)
        if not step.is_global or step.is_multicast:
            assert is_refused(step), step
    for text in ("8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450::1"):
        assert not is_refused(ipaddress.ip_address(text))
