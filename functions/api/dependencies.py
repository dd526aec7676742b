"""What routes share: the runtime, the caller, the JSON body, the idempotent answer."""

import base64
import binascii
import json
from typing import Any, Final, NoReturn

from starlette.requests import Request
from starlette.responses import Response

from api.audited import Act, audited
from api.errors import error_answer
from api.sessions import session_caller, session_token
from gateway.errors import AuthenticationError, BadRequest, PermissionDenied, UnsupportedMediaType
from gateway.idempotency.model import MAX_KEY_LENGTH, hash_request
from gateway.idempotency.replay import answer_once
from gateway.merchants.model import Caller
from gateway.runtime import Runtime

_MAX_DEPTH_TEXT: Final = "The body is nested too deeply"


def runtime_of(request: Request) -> Runtime:
    """The parts of this process."""
    runtime: Runtime = request.app.state.runtime
    return runtime


async def authenticated(request: Request, scope: str) -> Caller:
    """The caller with the scope `read`, `write` or `admin`: an API key, else the dashboard's session.

    Raises `AuthenticationError` or `PermissionDenied`.
    """
    runtime = runtime_of(request)
    has_key = "x-api-key" in request.headers or "authorization" in request.headers
    if not has_key and session_token(request, runtime) is not None:
        return await session_caller(request, runtime)
    key, secret = _credentials(request)
    caller = await runtime.authenticator.authenticate(key, secret)
    request.state.merchant_id = str(caller.merchant_id)
    if scope not in caller.scopes:
        raise PermissionDenied(f"This key does not have the scope {scope}")
    return caller


def _credentials(request: Request) -> tuple[str, str]:
    """From `X-Api-Key` and `X-Api-Secret`, else from HTTP Basic."""
    key, secret = request.headers.get("x-api-key"), request.headers.get("x-api-secret")
    if key and secret:
        return key, secret
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        raise AuthenticationError
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise AuthenticationError from None
    if not (user and colon and password):
        raise AuthenticationError
    return user, password


async def read_object(request: Request, *, optional: bool = False) -> dict[str, Any]:
    """The body as a JSON object; with `optional`, no body is an empty one.

    Raises `BadRequest`, `UnsupportedMediaType` and `PayloadTooLarge`.
    """
    raw = await request.body()
    if not raw and optional:
        return {}
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("Content-Type must be application/json")
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise BadRequest(_MAX_DEPTH_TEXT) from None
    except ValueError:
        raise BadRequest("The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object")
    _refuse_unstorable(raw, body)
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse_unstorable(raw: bytes, body: dict[str, Any]) -> None:
    """NUL cannot be stored in Postgres, and half a surrogate pair is not a character."""
    if b"\\u" not in raw:
        return
    text = json.dumps(body, ensure_ascii=False)
    if "\\u0000" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest("The body must not contain NUL or unpaired surrogates")


def json_bytes(value: Any) -> bytes:
    """Compact JSON with non-ASCII characters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def json_response(value: Any, status_code: int = 200) -> Response:
    """A JSON answer."""
    return Response(json_bytes(value), status_code, media_type="application/json")


async def answered(request: Request, caller: Caller | None, act: Act) -> Response:
    """Run `act` in a connection, through the idempotency key if the request has one.

    `caller` may only be None for a request without a key.
    """
    key = request.headers.get("idempotency-key")
    act = audited(request, caller, act)
    async with runtime_of(request).database.connection() as tx:
        if key is None or caller is None:
            answer = await act(tx)
            return Response(answer.body, answer.status_code, media_type="application/json")
        if not 1 <= len(key) <= MAX_KEY_LENGTH:
            raise BadRequest("Idempotency-Key must have 1 to 255 characters", field="Idempotency-Key")
        request_hash = hash_request(request.method, request.url.path, await request.body())
        answer, replayed = await answer_once(
            tx, caller, key, request_hash, act, lambda error: error_answer(request, error)
        )
    request.state.replayed = replayed
    headers = {"Idempotent-Replayed": "true"} if replayed else {}
    return Response(answer.body, answer.status_code, headers, "application/json")
