"""Put the API together: routes, errors, middleware, OpenAPI."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from api.cors import CorsByPath
from api.errors import handle_gateway_error, handle_http_error
from api.middleware import RequestMiddleware
from api.openapi import describe_api
from api.routes import all_routers
from api.routing import add_routes
from gateway import __version__
from gateway.errors import GatewayError
from gateway.runtime import Runtime


def build_app(runtime: Runtime) -> FastAPI:
    """The ASGI application over one runtime."""
    docs_url = runtime.settings.docs_url or f"{runtime.settings.api_url}/docs/errors"
    app = FastAPI(title="Payment Gateway API", version=__version__, docs_url=None, redoc_url=None)
    app.state.runtime = runtime
    app.state.docs_url = docs_url
    for router in all_routers():
        add_routes(app, router)
    app.add_exception_handler(GatewayError, handle_gateway_error)
    app.add_exception_handler(HTTPException, handle_http_error)
    app.add_middleware(CorsByPath, settings=runtime.settings)
    app.add_middleware(RequestMiddleware, runtime=runtime, docs_url=docs_url)
    describe_api(app)
    return app
