"""Where a request comes from: the one place that says so, for limits, lock-outs, sessions and the audit log."""

import time
from typing import Final

from starlette.requests import Request

from api.http.proxies import trusted_proxies
from gateway.addresses import is_inner, read_address
from gateway.runtime import Runtime
from gateway.users.log_in import Visitor

_WARNING_SECONDS: Final = 60.0
_warned_at = float("-inf")


def visitor_of(request: Request) -> Visitor:
    """Address, browser and request id, for the audit log and the lock-out."""
    return Visitor(client_address(request), request.headers.get("user-agent", ""), request.state.request_id)


def client_address(request: Request) -> str:
    """The peer's address; behind a trusted proxy, the last address that no trusted proxy has.

    What is no address ends the walk: it says nothing of whoever stands behind it.
    """
    runtime: Runtime = request.app.state.runtime
    proxies = trusted_proxies(runtime.settings.trusted_proxies)
    peer = request.client.host if request.client else "unknown"
    peer = read_address(peer) or peer[:64]
    hops = _hops(request)
    if hops and not proxies.know(peer):
        _warn(runtime, peer)
    while hops and proxies.know(peer):
        hop = read_address(hops.pop())
        if hop is None:
            break
        peer = hop
    return peer


def is_shared(request: Request) -> bool:
    """Whether many people may come from the request's address: it is a proxy's that is not listed (and says so by
    its header), or one inside a network, which nobody on the internet has."""
    runtime: Runtime = request.app.state.runtime
    proxies = trusted_proxies(runtime.settings.trusted_proxies)
    peer = request.client.host if request.client else "unknown"
    return is_inner(client_address(request)) or (bool(_hops(request)) and not proxies.know(peer))


def _hops(request: Request) -> list[str]:
    """The header's addresses, nearest last. Several lines are one list (RFC 9110, section 5.3)."""
    lines = request.headers.getlist("x-forwarded-for")
    return [hop for hop in ",".join(lines).split(",") if hop.strip()]


def _warn(runtime: Runtime, peer: str) -> None:
    """Say at most once a minute that a peer is not believed."""
    global _warned_at
    if time.monotonic() - _warned_at < _WARNING_SECONDS:
        return
    _warned_at = time.monotonic()
    runtime.logger.warning(
        "X-Forwarded-For is ignored: its sender is not in GATEWAY_TRUSTED_PROXIES, so all who come through it "
        "count as one visitor",
        extra={"peer": peer},
    )
