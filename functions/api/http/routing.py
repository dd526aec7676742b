"""Call endpoints directly.

Our endpoints take the request and their path parameters, and answer a `Response`: FastAPI has no
dependencies to solve for them and nothing to validate or serialise. Going around that machinery
(and around its wrappers of included routers) saves a good part of what a request costs, while
FastAPI still describes every route in OpenAPI. Errors reach the one `ExceptionMiddleware` of `api.app`.
"""

import inspect
from collections import defaultdict
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.dependencies import told_first
from api.http.limits import Guard, guard_of, guard_visitor
from gateway.errors import BadRequest, NotFound, Unavailable
from gateway.master_key.data_keys import KeysUnusable
from gateway.runtime import Runtime

Endpoint = Callable[..., Awaitable[Response]]


def add_routes(app: FastAPI, router: APIRouter) -> None:
    """Put the router's routes into the app. Raises `TypeError` for an endpoint that wants more than we give."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            wanted = set(inspect.signature(route.endpoint).parameters)
            if wanted != {"request", *route.param_convertors}:
                raise TypeError(f"{route.endpoint.__name__} takes {wanted}: only the request and path parameters")
            route.app = _call_directly(
                route.endpoint, guard_of(route), needs_keys=route.path.startswith("/api/v1/")
            )
        app.router.routes.append(route)


def fixed_paths(app: FastAPI) -> frozenset[str]:
    """The paths without a parameter: `/payments/public` is one, though `/payments/{payment_id}` matches it too."""
    return frozenset(
        route.path for route in app.routes if isinstance(route, APIRoute) and not route.param_convertors
    )


class Routes:
    """Finds the route of a fixed path at once, and one with parameters among the few of its noun and length;
    FastAPI's router, which tries all one by one, finds the rest.

    Where requests are traced it finds all: it names each span by its route.
    """

    def __init__(self, app: FastAPI) -> None:
        self._router = app.router
        self._fixed: dict[tuple[str, str], ASGIApp] = {}
        self._of_noun: dict[tuple[str, str, int], list[APIRoute]] = defaultdict(list)
        for route in app.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    if route.param_convertors:
                        self._of_noun[method, _noun(route.path), route.path.count("/")].append(route)
                    else:
                        self._fixed.setdefault((method, route.path), route.app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        if scope.get("root_path") or scope.get("fastapi.telemetry") is not None:
            await self._router(scope, receive, send)
            return
        app = self._fixed.get((method, path))
        if app is not None:
            scope["path_params"] = {}
            await app(scope, receive, send)
            return
        for route in self._of_noun.get((method, _noun(path), path.count("/")), ()):
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope["path_params"] = found["path_params"]
                await route.app(scope, receive, send)
                return
        await self._router(scope, receive, send)


def _noun(path: str) -> str:
    """`/api/v1/orders` of whatever is below it: no route of the API has a parameter before that."""
    return "/".join(path.split("/", 4)[:4])


def _call_directly(endpoint: Endpoint, guard: Guard | None, *, needs_keys: bool) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        _refuse_nul(request)
        parameters = scope["path_params"]
        state = scope["app"].state
        if parameters and scope["path"] in state.fixed_paths:
            raise HTTPException(405)  # the fixed path lacks this method, and its name is no id
        if needs_keys and not state.runtime.keyring.is_complete:
            await _complete_keyring(state.runtime)
        if guard is not None:
            await guard_visitor(request, guard)
        try:
            response = await endpoint(request, **parameters)
        except BadRequest as error:
            raise await told_first(request, error) from error
        await response(scope, receive, send)

    return app


async def _complete_keyring(runtime: Runtime) -> None:
    """Raises `Unavailable`: what is wrong stands in `/health` and in the log, and is not a caller's business."""
    try:
        await runtime.complete_keyring()
    except KeysUnusable as error:
        raise Unavailable("The gateway is not ready: an operator finds the reason in /health") from error


def _refuse_nul(request: Request) -> None:
    """NUL can be stored nowhere, nor looked for: no route has to think of it. Raises `NotFound`, `BadRequest`."""
    if "\0" in request.scope["path"]:
        raise NotFound("No such object")
    if b"%00" in request.scope["query_string"]:
        for name, value in request.query_params.multi_items():
            if "\0" in value or "\0" in name:
                raise BadRequest("Parameters must not contain NUL", field=name.replace("\0", ""))
