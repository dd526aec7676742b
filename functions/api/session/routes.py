"""Log-in of the dashboard: one's session, one's other sessions, one's password."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import json_response, read_object, runtime_of
from api.http.ids import read_uuid
from api.http.proof import require_own_password
from api.http.session_cookie import clear_session_cookie, session_token, set_session_cookie
from api.http.sessions import find_session, refuse_other_pages
from api.http.visitor import visitor_of
from api.reference.openapi import operation
from api.session.examples import LISTED_SESSION, SESSION
from api.session.schemas import CurrentSessionAnswer, LoginBody, PasswordBody, SessionsAnswer
from gateway.clock import utc_now
from gateway.errors import BadRequest, NotFound
from gateway.merchants.queries import select_merchant
from gateway.processors.choose import live_processor_of, processor_of
from gateway.processors.stops.queries import select_named_stops
from gateway.tenancy.model import TEST_KEY_ID, TEST_MERCHANT_ID, TEST_SECRET, Caller
from gateway.users.log_in import Credentials, csrf_token, log_in
from gateway.users.model import Session
from gateway.users.password_text import require_good_password
from gateway.users.queries import (
    revoke_session,
    revoke_sessions,
    select_sessions,
    update_password,
)
from gateway.users.roles import permissions_of

router = APIRouter(prefix="/api/v1", tags=["Dashboard sessions"])


@router.post(
    "/session",
    summary="Log in",
    **operation(
        answer=CurrentSessionAnswer,
        example=SESSION,
        body=LoginBody,
        body_example={"email": "test@example.com", "password": "correct horse battery"},
        errors=(400, 401, 403, "TWO_FACTOR_REQUIRED", "TWO_FACTOR_INVALID", 413, 415, 503),
        public=True,
    ),
)
async def post_session(request: Request) -> Response:
    """Sets the session's cookie. After ten wrong passwords or codes the door stays shut for fifteen minutes.

    Of a user with two-factor log-in, e-mail address and password alone are answered with `TWO_FACTOR_REQUIRED`:
    send them again with the app's `code`, or a recovery code. Each code works once.
    """
    runtime = runtime_of(request)
    refuse_other_pages(request, runtime)
    body = await read_object(request)
    email, password, code = body.get("email"), body.get("password"), body.get("code", "")
    if not isinstance(email, str) or not isinstance(password, str) or len(email) > 254 or len(password) > 1000:
        raise BadRequest("email and password are required")
    if not isinstance(code, str) or len(code) > 100:
        raise BadRequest("code must be the code of an authenticator app, or a recovery code", field="code")
    given = Credentials(email, password, code)
    test_mode = runtime.settings.test_mode
    session, token = await log_in(runtime.door, given, visitor_of(request), utc_now(), takes_seeded=test_mode)
    request.state.merchant_id = str(session.user.merchant_id)
    response = json_response(await _describe(request, session, token))
    set_session_cookie(request, response, runtime, token)
    return response


@router.get(
    "/session",
    summary="Who is logged in",
    **operation(answer=CurrentSessionAnswer, example=SESSION, errors=(401, 503), session_only=True),
)
async def get_session(request: Request) -> Response:
    """Of the session's cookie, with what its user may do in each mode."""
    runtime = runtime_of(request)
    session = await find_session(request, runtime)
    return json_response(await _describe(request, session, session_token(request, runtime) or ""))


@router.delete(
    "/session",
    summary="Log out",
    **operation(answer={}, example=None, status=204, errors=(401, 403, 503), session_only=True),
)
async def delete_session(request: Request) -> Response:
    """Ends the session and clears its cookie."""
    runtime = runtime_of(request)
    session = await find_session(request, runtime)
    async with runtime.database.connection(_caller(session)) as tx:
        await revoke_session(tx, session.user.id, session.id, utc_now())
    response = Response(status_code=204)
    clear_session_cookie(request, response, runtime)
    return response


@router.get(
    "/sessions",
    summary="List one's sessions",
    **operation(answer=SessionsAnswer, example={"data": [LISTED_SESSION]}, errors=(401, 503), session_only=True),
)
async def get_sessions(request: Request) -> Response:
    """The browsers in which you are logged in."""
    runtime = runtime_of(request)
    session = await find_session(request, runtime)
    async with runtime.database.connection(_caller(session)) as tx:
        sessions = await select_sessions(tx, session.user.id, utc_now())
    return json_response({"data": [one.as_json(session.id) for one in sessions]})


@router.delete(
    "/sessions/{session_id}",
    summary="Revoke a session",
    **operation(answer={}, example=None, status=204, errors=(401, 403, 404, 503), session_only=True),
)
async def delete_other_session(request: Request, session_id: str) -> Response:
    """Ends one of your sessions at once, on whatever machine it is."""
    runtime = runtime_of(request)
    session = await find_session(request, runtime)
    async with runtime.database.connection(_caller(session)) as tx, tx.transaction():
        if not await revoke_session(tx, session.user.id, read_uuid(session_id), utc_now()):
            raise NotFound("Session not found")
        await write_audit(tx, request, _caller(session), "session.revoked", session_id, {}, with_mode=False)
    return Response(status_code=204)


@router.put(
    "/session/password",
    summary="Change one's password",
    **operation(
        answer={},
        example=None,
        status=204,
        body=PasswordBody,
        body_example={"current_password": "correct horse battery", "password": "another long sentence"},
        errors=(400, 401, 403, 413, 415, 503),
        session_only=True,
    ),
)
async def put_password(request: Request) -> Response:
    """Ends all other sessions of yours. Wrong passwords count towards the lock-out of the log-in."""
    runtime = runtime_of(request)
    session = await find_session(request, runtime)
    body = await read_object(request)
    password = require_good_password(body.get("password"))
    await require_own_password(request, body)
    password_hash = await runtime.door.passwords.hash(password)
    async with runtime.database.connection(_caller(session)) as tx, tx.transaction():
        await update_password(tx, session.user.id, password_hash)
        ended = await revoke_sessions(tx, session.user.id, utc_now(), keep=session.id)
        await write_audit(
            tx, request, _caller(session), "password.changed", None, {"sessions_ended": ended}, with_mode=False
        )
    return Response(status_code=204)


def _caller(session: Session) -> Caller:
    return Caller(session.user.merchant_id, "test")


async def _describe(request: Request, session: Session, token: str) -> dict[str, Any]:
    runtime = runtime_of(request)
    async with runtime.database.connection(_caller(session)) as tx:
        merchant = await select_merchant(tx, session.user.merchant_id)
    assert merchant is not None
    tenant = Caller(session.user.merchant_id, "live")
    async with runtime.database.connection(tenant) as tx:
        live, stops = await live_processor_of(tx, tenant), await select_named_stops(tx, tenant)
    return {
        "id": str(session.id),
        "csrf_token": csrf_token(token),
        "user": session.user.as_json(),
        "merchant": {"id": str(merchant["id"]), "name": merchant["name"], "email": merchant["email"]},
        "permissions": {mode: sorted(permissions_of(session.user.role, mode)) for mode in ("test", "live")},
        "test_mode": runtime.settings.test_mode,
        "processors": {"test": processor_of("test"), "live": live},
        "stops": [one.as_json() for one in stops],
        "warnings": runtime.settings.warnings(),
        "seeded_key": _seeded_key(session, runtime.settings.test_mode),
        "checkout_url": runtime.settings.checkout_url,
        "api_url": runtime.settings.api_url,
    }


def _seeded_key(session: Session, test_mode: bool) -> dict[str, str] | None:
    """Public by the contract; every other secret is kept as a hash only."""
    if not test_mode or session.user.merchant_id != TEST_MERCHANT_ID:
        return None
    return {"id": TEST_KEY_ID, "secret": TEST_SECRET}
