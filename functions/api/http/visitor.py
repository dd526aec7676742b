"""Where a request comes from."""

from starlette.requests import Request

from api.http.proxies import trusted_proxies
from gateway.runtime import Runtime
from gateway.users.log_in import Visitor


def visitor_of(request: Request) -> Visitor:
    """Address, browser and request id, for the audit log and the lock-out."""
    return Visitor(client_address(request), request.headers.get("user-agent", ""), request.state.request_id)


def client_address(request: Request) -> str:
    """The peer's address; behind a trusted proxy, the last address that no trusted proxy has."""
    peer = request.client.host if request.client else "unknown"
    runtime: Runtime = request.app.state.runtime
    proxies = trusted_proxies(runtime.settings.trusted_proxies)
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while hops and proxies.know(peer):
        peer = hops.pop()
    return peer[:64]
