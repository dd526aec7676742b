"""What people read about the API, served by itself: nothing comes from another host."""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import json_bytes, json_response
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


@router.get("/")
async def get_root(request: Request) -> Response:
    """What this is, and where to read on."""
    where = {"docs": "/docs", "openapi": "/openapi.json", "health": "/health"}
    return json_response({"name": "Payment Gateway API", **where})


@router.get("/openapi.json")
async def get_openapi(request: Request) -> Response:
    """The API, for programs."""
    return _answer(request, "openapi", "application/json")


@router.get("/docs")
async def get_docs(request: Request) -> Response:
    """The API, for people."""
    return _answer(request, "reference", "text/html")


@router.get("/docs/errors")
async def get_error_docs(request: Request) -> Response:
    """What each code means: where `docs_url` of every error leads."""
    return _answer(request, "errors", "text/html")


@router.get("/docs/assets/{name}")
async def get_asset(request: Request, name: str) -> Response:
    """Style and script of the pages."""
    if name not in _TYPES:
        raise NotFound("No such route")
    return Response((_ASSETS / name).read_bytes(), headers=_HEADERS, media_type=_TYPES[name])


def _answer(request: Request, name: str, media_type: str) -> Response:
    """The page, gzipped for whoever takes that: the reference is half a megabyte of text that repeats itself."""
    packed = _takes_gzip(request.headers.get("accept-encoding", ""))
    headers = _HEADERS | {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packed else {})
    return Response(_rendered(request.app, name, packed), headers=headers, media_type=media_type)


def _takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` names gzip, or anything, without a weight of 0 (RFC 9110, 12.5.3)."""
    weights: dict[str, str] = {}
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = weight.strip().removeprefix("q=").strip()
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != "" or weight == ""


@lru_cache(maxsize=16)
def _rendered(app: FastAPI, name: str, packed: bool) -> bytes:
    """Made at the first request: a process that is never asked does not pay for it."""
    if packed:
        return gzip.compress(_rendered(app, name, False), mtime=0)
    if name == "errors":
        return errors_page()
    if name == "openapi":
        return json_bytes(app.openapi())
    return reference_page(app.openapi(), app.state.runtime.settings.api_url)
