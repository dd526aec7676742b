"""Which pages in a browser may call the API.

The shopper's routes (`…/public`) answer any origin, without credentials: they are what any
shop's page may do, and all that the checkout's does. All other routes answer the dashboard and
`GATEWAY_CORS_ORIGINS`.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.origins import origin_of
from gateway.settings import Settings

_REQUEST_HEADERS: Final = (
    "Content-Type",
    "Idempotency-Key",
    "X-Api-Key",
    "X-Api-Secret",
    "X-Request-Id",
    "X-CSRF-Token",
    "X-Gateway-Mode",
)
_EXPOSED: Final = (
    "X-Request-Id",
    "Idempotent-Replayed",
    "Retry-After",
    "Should-Retry",
    "Content-Disposition",
    "RateLimit-Policy",
    "RateLimit",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
)
_MAX_AGE_SECONDS: Final = 600
# The second is test mode's simulated bank: it needs no credentials either.
_OPEN: Final = ("/public", "/authenticate")


def own_origins(settings: Settings) -> tuple[str, ...]:
    """Whose pages may act for a person who is logged in: the dashboard's, and what the operator has added."""
    listed = filter(None, settings.cors_origins.split(","))
    return (origin_of(settings.dashboard_url), *listed)


class _Cors(CORSMiddleware):
    """Starlette's; a preflight that it refuses gets no permission, rather than an error in plain text."""

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        return response if response.status_code < 400 else Response(status_code=204, headers={"Vary": "Origin"})


class CorsByPath:
    """Chooses between the two rules by the path."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._open = _Cors(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "Idempotency-Key", "X-Request-Id"],
            expose_headers=_EXPOSED,
            max_age=_MAX_AGE_SECONDS,
        )
        self._listed = _Cors(
            app,
            allow_origins=own_origins(settings),
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_REQUEST_HEADERS,
            expose_headers=_EXPOSED,
            max_age=_MAX_AGE_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not any(name == b"origin" for name, _ in scope.get("headers", ())):
            await self._app(scope, receive, send)  # a server, not a page
        elif scope["path"].endswith(_OPEN):
            await self._open(scope, receive, send)
        else:
            await self._listed(scope, receive, send)
