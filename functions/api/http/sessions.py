"""The dashboard's session as credentials, beside API keys."""

import hmac
from datetime import timedelta
from typing import Final

from starlette.requests import Request

from api.http.cors import own_origins
from api.http.limits import guard_caller, guard_refused
from api.http.session_cookie import session_token
from gateway.clock import utc_now
from gateway.errors import AuthenticationError, PermissionDenied
from gateway.runtime import Runtime
from gateway.tenancy.model import Caller, Mode
from gateway.users.log_in import csrf_token, hash_token
from gateway.users.model import Session
from gateway.users.queries import select_session, touch_session
from gateway.users.roles import permission_for, permissions_of
from gateway.users.seed import is_seeded

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_TOUCH: Final = timedelta(minutes=1)
_SCOPES: Final = frozenset({"read", "write", "admin"})


async def find_session(request: Request, runtime: Runtime) -> Session:
    """The session of the request's cookie. Raises `AuthenticationError`; checks the CSRF token of a change."""
    token = session_token(request, runtime)
    if token is None:
        raise AuthenticationError
    token_hash = hash_token(token)
    tenant = await runtime.tenants.of_session(token_hash)
    async with runtime.database.connection(tenant) as tx:
        now = utc_now()
        found = await select_session(tx, token_hash, now)
    if found is None or (is_seeded(found.user) and not runtime.settings.test_mode):
        guard_refused(request)
        raise AuthenticationError
    session = found
    if now - session.last_seen_at > _TOUCH:
        tenant = Caller(session.user.merchant_id, "test")
        await runtime.notes.note(f"session {session.id}", tenant, lambda tx: touch_session(tx, session.id, now))
    if request.method not in _SAFE:
        refuse_other_pages(request, runtime)
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), csrf_token(token).encode()):
            raise PermissionDenied("X-CSRF-Token is missing or wrong")
    await guard_caller(request, str(session.user.id))
    request.state.session = session
    request.state.merchant_id = str(session.user.merchant_id)
    return session


async def session_caller(request: Request, runtime: Runtime) -> Caller:
    """The merchant of the session's user, if the user's role allows this request."""
    session = await find_session(request, runtime)
    mode = requested_mode(request)
    caller = Caller(session.user.merchant_id, mode, None, _SCOPES)
    request.state.caller = caller
    needed = permission_for(request.method, request.scope["path"])
    if needed not in permissions_of(session.user.role, mode):
        raise PermissionDenied(f"Your role ({session.user.role}) does not allow this: it needs {needed}")
    return caller


def refuse_other_pages(request: Request, runtime: Runtime) -> None:
    """Refuse what a page other than the dashboard has a browser send; a sibling subdomain's is another, too.

    No page can write these headers. Raises `PermissionDenied`. What sends neither is no browser of today.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site in ("same-origin", "none") or (site is None and origin is None):
        return
    # Where the browser tells no site (plain http), the dashboard's server tells the name under which it was asked.
    host = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
    is_ours = origin in own_origins(runtime.settings) or (
        site is None and origin in (f"http://{host}", f"https://{host}")
    )
    if site == "cross-site" or not is_ours:
        raise PermissionDenied("This page may not do that: use the dashboard")


def may_see_secrets(request: Request, caller: Caller) -> bool:
    """Whether the request's person may see signing secrets in this mode; an API key with the route's scope may."""
    session: Session | None = getattr(request.state, "session", None)
    return session is None or "webhooks:secrets" in permissions_of(session.user.role, caller.mode)


def requested_mode(request: Request) -> Mode:
    """Which of the merchant's two worlds a session looks at: `X-Gateway-Mode`, test unless it says live."""
    return "live" if request.headers.get("x-gateway-mode") == "live" else "test"
