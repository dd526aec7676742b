"""Which peers are believed when they say for whom they ask: what `GATEWAY_TRUSTED_PROXIES` lists."""

import socket
import threading
import time
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from gateway.settings import is_host_name

_KEPT_SECONDS: Final = 10.0
"""A container that was made anew has another address after this."""

_WAIT_SECONDS: Final = 0.05
"""All that requests wait for a name server. One in a compose network answers within some milliseconds; a slow
one is heard later, and until then the old answer holds."""


class TrustedProxies:
    """`text`: networks, and host names such as a compose service's, comma separated."""

    def __init__(self, text: str) -> None:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        self._names = [part for part in parts if is_host_name(part)]
        self._networks = [_read_network(part) for part in parts if not is_host_name(part)]
        self._named: frozenset[str] = frozenset()
        self._looked_up = float("-inf")
        self._thread: threading.Thread | None = None

    def know(self, address: str) -> bool:
        """Whether this peer is one of ours."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        if any(parsed in network for network in self._networks):
            return True
        return bool(self._names) and str(parsed) in self._addresses()

    def _addresses(self) -> frozenset[str]:
        busy = self._thread is not None and self._thread.is_alive()
        if not busy and time.monotonic() - self._looked_up > _KEPT_SECONDS:
            self._looked_up = time.monotonic()
            self._thread = threading.Thread(target=self._look_up, daemon=True)
            self._thread.start()
            self._thread.join(_WAIT_SECONDS)
        return self._named

    def _look_up(self) -> None:
        found: set[str] = set()
        for name in self._names:
            try:
                found.update(str(entry[4][0]) for entry in socket.getaddrinfo(name, None))
            except OSError:
                continue  # not up yet, or gone: nobody is believed in its name
        self._named = frozenset(found)


def _read_network(text: str) -> IPv4Network | IPv6Network:
    """Peers are told as IPv4 where they are: so is a network of them that is written as IPv6."""
    network = ip_network(text, strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < 96:
        return network
    return IPv4Network((mapped, network.prefixlen - 96))


@lru_cache(maxsize=4)
def trusted_proxies(text: str) -> TrustedProxies:
    """Those of a setting; they remember their addresses."""
    return TrustedProxies(text)
