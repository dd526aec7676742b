"""What routes share: the runtime, the caller, the JSON body, the idempotent answer."""

import base64
import re
from functools import partial
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import Act, audited
from api.http.body import read_json_object
from api.http.errors import error_answer
from api.http.limits import guard_caller, guard_refused
from api.http.session_cookie import session_token
from api.http.sessions import session_caller
from api.http.written import note_written
from gateway.database import Connection
from gateway.encode import encode_json
from gateway.encryption import Keyring
from gateway.errors import (
    AuthenticationError,
    BadRequest,
    GatewayError,
    IdempotencyKeyReused,
    PermissionDenied,
    UnsupportedMediaType,
)
from gateway.failpoint import reach
from gateway.idempotency.model import MAX_KEY_LENGTH, Accepted, Answer, RequestKey, request_key
from gateway.idempotency.queries import claim_key, select_answer
from gateway.idempotency.replay import REUSED, answer_once
from gateway.runtime import Runtime
from gateway.tenancy.model import Caller
from gateway.validation import refuse_unknown

_CREDENTIAL_HEADERS: Final = {name.encode(): name for name in ("x-api-key", "x-api-secret", "authorization")}
IDEMPOTENCY_KEY: Final = re.compile(rf"(?! )[ -~]{{1,{MAX_KEY_LENGTH}}}(?<! )")
"""What may stand in the header, without the blanks around it."""


def runtime_of(request: Request) -> Runtime:
    """The parts of this process."""
    runtime: Runtime = request.app.state.runtime
    return runtime


async def authenticated(request: Request, scope: str) -> Caller:
    """The caller with the scope `read`, `write` or `admin`: an API key, else the dashboard's session.

    Raises `AuthenticationError`, `PermissionDenied` or `RateLimited`.
    """
    runtime = runtime_of(request)
    given = _credential_headers(request)
    if "x-api-key" not in given and "authorization" not in given and session_token(request, runtime) is not None:
        return await session_caller(request, runtime)
    try:
        key, secret = _credentials(given)
        caller = await runtime.authenticator.authenticate(key, secret)
    except AuthenticationError:
        guard_refused(request)
        raise
    request.scope["state"] |= {"merchant_id": str(caller.merchant_id), "caller": caller}
    await guard_caller(request, key)
    if scope not in caller.scopes:
        raise PermissionDenied(f"This key does not have the scope {scope}")
    return caller


def _credential_headers(request: Request) -> dict[str, set[bytes]]:
    """The values, without the blanks around them, of the headers with credentials that there are: in one walk."""
    given: dict[str, set[bytes]] = {}
    for name, value in request.scope["headers"]:
        text = _CREDENTIAL_HEADERS.get(name)
        if text is not None:
            given.setdefault(text, set()).add(value.strip(b" \t"))
    return given


def _credentials(given: dict[str, set[bytes]]) -> tuple[str, str]:
    """From `X-Api-Key` and `X-Api-Secret`, else from HTTP Basic."""
    key, secret = _credential(given, "x-api-key"), _credential(given, "x-api-secret")
    if key and secret:
        return key, secret
    kind, _, encoded = _credential(given, "authorization").partition(" ")
    if kind.lower() != "basic":
        raise AuthenticationError
    try:
        user, colon, password = base64.b64decode(encoded.strip(" \t"), validate=True).decode().partition(":")
    except ValueError:  # not ASCII, not base64, or not UTF-8
        raise AuthenticationError from None
    if not (user and colon and password) or "\0" in user:  # Postgres cannot even compare with NUL
        raise AuthenticationError
    return user, password


def _credential(given: dict[str, set[bytes]], name: str) -> str:
    """The header's value. Two different ones are none: a proxy may have looked at either."""
    values = given.get(name)
    if values is None:
        return ""
    if len(values) > 1:
        raise AuthenticationError
    return next(iter(values)).decode("latin-1")


async def read_object(
    request: Request, *, optional: bool = False, fields: type[BaseModel] | None = None
) -> dict[str, Any]:
    """The body as a JSON object; with `optional`, no body is an empty one. It has no other fields than `fields`.

    Raises `BadRequest`, `UnsupportedMediaType` and `PayloadTooLarge`.
    """
    raw = await request.body()
    if not raw and optional:
        return {}
    # A page can send bytes without a type to anywhere, unasked; with JSON's type the browser asks first.
    is_page = "origin" in request.headers or "sec-fetch-site" in request.headers
    usual = "" if is_page else "application/json"
    media_type = request.headers.get("content-type", usual).partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("Content-Type must be application/json")
    try:
        body = read_json_object(raw)
    except ValueError:
        raise _unreadable(request) from None
    if fields is not None:
        refuse_unknown(body, fields.model_fields)
    return body


def _unreadable(request: Request) -> GatewayError:
    """Why a body is no JSON: it may be packed."""
    for name, plain in (("Content-Encoding", "identity"), ("Transfer-Encoding", "chunked")):
        if request.headers.get(name, plain).strip().lower() != plain:
            return UnsupportedMediaType(
                f"{name} must be {plain}: send the body as it is, uncompressed", field=name
            )
    return BadRequest("The body is not valid JSON")


def json_bytes(value: Any) -> bytes:
    """The body of an answer."""
    return encode_json(value)


def json_response(value: Any, status_code: int = 200) -> Response:
    """A JSON answer."""
    return shown(json_bytes(value), status_code)


def shown(body: bytes, status_code: int = 200) -> Response:
    """An answer whose JSON is written already."""
    return Response(body, status_code, media_type="application/json")


async def answered(
    request: Request,
    caller: Caller,
    act: Act,
    *,
    shopper: str | None = None,
    secret: bool = False,
    claimed: bool = False,
) -> Response:
    """Run `act` in a connection of the caller's, through the idempotency key if the request has one.

    With `shopper`, the order (or payment) that a page pays, he is that page's merchant: the page's keys are kept
    apart from his own and from those of other orders, or a stranger could use them up.
    With `secret` the answer shows something that is not stored in clear anywhere: it is kept encrypted.
    With `claimed` the request has taken its key already (`claim`).
    """
    key = await idempotency_key(request, shopper)
    note_written(request, caller)
    act = audited(request, caller, act, partial(read_object, optional=True))
    runtime = runtime_of(request)
    async with runtime.database.connection(caller) as tx:
        if key is None:
            answer = await act(tx)
            return Response(answer.body, answer.status_code, media_type="application/json")
        if secret:
            act = _sealed(act, runtime.keyring, caller)
        answer, replayed = await answer_once(tx, caller, key, act, partial(error_answer, request), claimed=claimed)
    reach("api.committed")
    if secret and answer.status_code < 400:
        opened = runtime.keyring.decrypt("answer", answer.body, str(caller.merchant_id))
        answer = Answer(answer.status_code, opened)
    return accepted_response(request, Accepted(answer, replayed))


def accepted_response(request: Request, accepted: Accepted) -> Response:
    """What became of a request, on the wire."""
    answer = accepted.answer
    request.state.replayed = accepted.replayed
    headers = {"Idempotent-Replayed": "true"} if accepted.replayed else {}
    return Response(answer.body, answer.status_code, headers, "application/json")


async def told_first(request: Request, error: BadRequest) -> GatewayError:
    """What is wrong with the key before what is wrong with the body: a request that was refused before its key was
    looked at (`answered`) may be another one under a key that is taken. Only those that are refused pay for it."""
    caller = request.scope["state"].get("caller")
    if caller is None or request.method != "POST" or error.field == "Idempotency-Key":
        return error
    key = await idempotency_key(request, None)
    if key is None:
        return error
    async with runtime_of(request).database.connection(caller) as tx:
        kept = await select_answer(tx, caller, key)
    return error if kept is None or kept[0] else IdempotencyKeyReused(REUSED)


async def claim(request: Request, caller: Caller, seconds: float) -> bool:
    """Take the request's idempotency key, if it has one, before it acts outside the database.

    True: it may. False when the key is taken: `answered` replays or refuses. A claim that gets no answer ends
    after `seconds`.
    """
    key = await idempotency_key(request, None)
    if key is None:
        return True
    async with runtime_of(request).database.connection(caller) as tx:
        return await claim_key(tx, caller, key, seconds)


async def idempotency_key(request: Request, shopper: str | None) -> RequestKey | None:
    """The request's key, if it has one; `shopper`: see `answered`. Raises `BadRequest`."""
    keys = {value.strip(" \t") for value in request.headers.getlist("idempotency-key")}
    if len(keys) > 1:
        raise BadRequest("Idempotency-Key is given twice, with different values", field="Idempotency-Key")
    key = next(iter(keys), None)
    if key is not None and IDEMPOTENCY_KEY.fullmatch(key) is None:
        text = f"Idempotency-Key must be 1 to {MAX_KEY_LENGTH} printable ASCII characters"
        raise BadRequest(text, field="Idempotency-Key")
    if key is None:
        return None
    return request_key(
        runtime_of(request).keyring,
        key,
        request.method,
        request.scope["path"],
        request.scope["query_string"],
        await request.body(),
        shoppers_order=shopper,
    )


def _sealed(act: Act, keyring: Keyring, caller: Caller) -> Act:
    async def act_sealed(tx: Connection) -> Answer:
        answer = await act(tx)
        return Answer(answer.status_code, keyring.encrypt("answer", answer.body, str(caller.merchant_id)))

    return act_sealed
