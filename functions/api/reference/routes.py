"""What people read about the API, served by itself: nothing comes from another host."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import json_bytes
from api.reference.errors_page import errors_page
from api.reference.reference_page import reference_page
from gateway.errors import NotFound

router = APIRouter(include_in_schema=False)

_ASSETS: Final = Path(__file__).parent / "assets"
_TYPES: Final = {"style.css": "text/css; charset=utf-8", "reference.js": "text/javascript; charset=utf-8"}
_HEADERS: Final = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@router.get("/openapi.json")
async def get_openapi(request: Request) -> Response:
    """The API, for programs."""
    return Response(_rendered(request.app, "openapi"), headers=_HEADERS, media_type="application/json")


@router.get("/docs")
async def get_docs(request: Request) -> Response:
    """The API, for people."""
    return Response(_rendered(request.app, "reference"), headers=_HEADERS, media_type="text/html")


@router.get("/docs/errors")
async def get_error_docs(request: Request) -> Response:
    """What each code means: where `docs_url` of every error leads."""
    return Response(_rendered(request.app, "errors"), headers=_HEADERS, media_type="text/html")


@router.get("/docs/assets/{name}")
async def get_asset(request: Request, name: str) -> Response:
    """Style and script of the pages."""
    if name not in _TYPES:
        raise NotFound("No such route")
    return Response((_ASSETS / name).read_bytes(), headers=_HEADERS, media_type=_TYPES[name])


@lru_cache(maxsize=8)
def _rendered(app: FastAPI, name: str) -> bytes:
    """Made at the first request: a process that is never asked does not pay for it."""
    if name == "errors":
        return errors_page()
    return reference_page(app.openapi()) if name == "reference" else json_bytes(app.openapi())
