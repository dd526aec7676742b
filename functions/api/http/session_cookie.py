"""The cookie that holds a session's token, and its name.

Cookies know no ports: two gateways on one host would overwrite each other's. So the name carries the
port under which the browser knows the dashboard; without one it is the plain name.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway.runtime import Runtime
from gateway.users.model import SESSION_LIFE

_PLAIN: Final = "gateway_session"
_PORT: Final = re.compile(r":([0-9]{1,5})$")


def cookie_name(request: Request, runtime: Runtime) -> str:
    """`__Host-…` where the dashboard is on https: no other host, path or plain connection can set it."""
    port = _dashboard_port(request, runtime)
    return _prefixed(f"{_PLAIN}_{port}" if port else _PLAIN, runtime)


def session_token(request: Request, runtime: Runtime) -> str | None:
    """The token in the cookie, if there is one; also under the name of earlier versions, which had no port."""
    names = (cookie_name(request, runtime), _prefixed(_PLAIN, runtime))
    return next((token for name in names if (token := request.cookies.get(name))), None)


def set_session_cookie(request: Request, response: Response, runtime: Runtime, token: str) -> None:
    """Hand the token to the browser: not to its scripts, and to no other site's requests but plain links."""
    response.set_cookie(
        cookie_name(request, runtime),
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=_is_secure(runtime),
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(request: Request, response: Response, runtime: Runtime) -> None:
    """Have the browser forget the token, under the older name as well: nobody stays logged in by that one."""
    for name in {cookie_name(request, runtime), _prefixed(_PLAIN, runtime)}:
        response.delete_cookie(name, path="/", secure=_is_secure(runtime), httponly=True, samesite="lax")


def _dashboard_port(request: Request, runtime: Runtime) -> str | None:
    """As the dashboard's server was asked; a request that did not come through it has the public URL's."""
    asked = request.headers.get("x-forwarded-host")
    if asked is None:
        port = urlsplit(runtime.settings.dashboard_url).port
        return str(port) if port else None
    found = _PORT.search(asked.partition(",")[0].strip())
    return found[1] if found else None


def _prefixed(name: str, runtime: Runtime) -> str:
    return f"__Host-{name}" if _is_secure(runtime) else name


def _is_secure(runtime: Runtime) -> bool:
    return runtime.settings.dashboard_url.startswith("https://")
