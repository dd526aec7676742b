"""Where a request comes from."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from gateway.runtime import Runtime
from gateway.users.log_in import Visitor


def visitor_of(request: Request) -> Visitor:
    """Address, browser and request id, for the audit log and the lock-out."""
    return Visitor(client_address(request), request.headers.get("user-agent", ""), request.state.request_id)


def client_address(request: Request) -> str:
    """The peer's address; behind a trusted proxy, the last address that no trusted proxy has."""
    peer = request.client.host if request.client else "unknown"
    runtime: Runtime = request.app.state.runtime
    networks = _networks(runtime.settings.trusted_proxies)
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while hops and _is_in(peer, networks):
        peer = hops.pop()
    return peer[:64]


def _is_in(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


@lru_cache(maxsize=4)
def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
