"""Which TCP ports of this machine are free."""

import random
import socket
from pathlib import Path

from dev.errors import DevError

# Below the range the kernel takes for outgoing connections: a server that is stopped and started again on its
# port would otherwise find it used by a client, and a client that retries could even connect to itself.
_LOWEST, _FALLBACK_HIGHEST = 15_000, 32_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A port nobody listens on now, outside the range of outgoing connections."""
    for _ in range(200):
        port = random.randint(_LOWEST, _highest())
        if is_free(port):
            return port
    raise DevError("No free TCP port found on this machine.")


def is_free(port: int) -> bool:
    """Whether a server could listen on `port`, on the loopback and on every other address."""
    return _can_bind(socket.AF_INET, "0.0.0.0", port) and (
        not socket.has_dualstack_ipv6() or _can_bind(socket.AF_INET6, "::", port)
    )


def require_free(port: int, name: str, variable: str) -> None:
    """Raise DevError naming the port and the variable that changes it when somebody listens on it."""
    if not is_free(port):
        raise DevError(f"Port {port} for the {name} is taken. Stop what listens there or set {variable}.")


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def _highest() -> int:
    try:
        return max(_LOWEST + 2_000, int(_EPHEMERAL.read_text().split()[0]) - 1)
    except (OSError, ValueError):
        return _FALLBACK_HIGHEST
