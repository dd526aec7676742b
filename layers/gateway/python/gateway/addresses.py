"""Addresses of visitors: read from what proxies write, and counted as what one visitor has."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 visitors of an IPv6 server (RFC 6052)."""

_WITH_PORT: Final = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")
_INNER: Final = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def read_address(text: str) -> str | None:
    """The address that a proxy has written, in its usual form: without port, brackets, quotes and zone.

    IPv4 inside IPv6 is IPv4. None: this is no address.
    """
    text = text.strip().removeprefix('"').removesuffix('"')
    match = _WITH_PORT.fullmatch(text)
    if match is not None:
        text = match["six"] or match["four"]
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str(_unmapped(parsed))


def network_of(address: str) -> str:
    """What limits count: the address; of IPv6 the /64, which is what one customer of a provider has."""
    if ":" not in address:
        return address
    try:
        parsed = _unmapped(ip_address(address.partition("%")[0]))
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(IPv6Network((int(parsed) >> 64 << 64, 64)))


def is_inner(address: str) -> bool:
    """Whether this address is inside somebody's own network: no visitor from the internet has it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _INNER)


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else address
