"""Put the API together: routes, errors, middleware, OpenAPI."""

from importlib.util import find_spec
from typing import Final

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from api.http.around import Around
from api.http.cors import CorsByPath
from api.http.errors import handle_gateway_error, handle_http_error
from api.http.lean import Lean
from api.http.middleware import RequestMiddleware
from api.http.routing import Routes, add_routes, fixed_paths
from api.lean_routes import lean_routes
from api.reference.document import describe_api
from api.routers import all_routers
from gateway import __version__
from gateway.errors import GatewayError
from gateway.runtime import Runtime

_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""Where nobody has brought the SDK nobody listens, and no request has to ask."""


def build_app(runtime: Runtime, *, is_lean: bool = True) -> FastAPI:
    """The ASGI application over one runtime. Without `is_lean` every request goes the ordinary way.

    So it does where requests are traced: who traces wants a span by route, which only the framework makes.
    """
    is_traced = find_spec("opentelemetry.sdk") is not None
    docs_url = runtime.settings.docs_url or f"{runtime.settings.api_url}/docs/errors"
    # No slash is ever added or taken away by a redirect: a POST would lose its body on the way.
    app = FastAPI(
        title="Payment Gateway API",
        version=__version__,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=None if is_traced else _NO_TELEMETRY,
    )
    app.state.runtime = runtime
    app.state.docs_url = docs_url
    for router in all_routers():
        add_routes(app, router)
    app.state.fixed_paths = fixed_paths(app)
    app.middleware_stack = _middleware(app, runtime, docs_url, is_lean=not is_traced and is_lean)
    describe_api(app)
    return app


def _middleware(app: FastAPI, runtime: Runtime, docs_url: str, *, is_lean: bool) -> ASGIApp:
    """Our own stack in place of FastAPI's default one, whose other parts (uploaded files, telemetry, debug
    pages, a second body limit) no route of ours uses, and every request would pay for."""
    errors = ExceptionMiddleware(
        Routes(app), handlers={GatewayError: handle_gateway_error, HTTPException: handle_http_error}
    )
    around = Around(runtime, docs_url)
    requests = RequestMiddleware(errors, around, runtime.settings.max_body_bytes)
    ordinary = CorsByPath(requests, settings=runtime.settings)  # around all: a page may read our 500 as well
    return Lean(ordinary, lean_routes(), runtime, around) if is_lean else ordinary
