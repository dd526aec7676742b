"""Two-factor log-in: turn one's own on and off. (A member's is reset in `team`.)"""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import json_response, read_object, runtime_of
from api.http.proof import read_secret, require_own_password
from api.http.sessions import find_session
from api.http.visitor import client_address
from api.reference.openapi import operation
from api.two_factor.examples import ENROLMENT, RECOVERY_CODES
from api.two_factor.schemas import (
    CodeBody,
    EnrolmentAnswer,
    PasswordAndCodeBody,
    PasswordOnlyBody,
    RecoveryCodesAnswer,
    TwoFactorAnswer,
)
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.merchants.queries import select_merchant
from gateway.tenancy.model import Caller
from gateway.users.lockout import give_back
from gateway.users.model import Session
from gateway.users.prove import try_code, try_password
from gateway.users.queries import revoke_sessions
from gateway.users.two_factor.enrol import begin_enrolment, confirm_enrolment, renew_recovery_codes
from gateway.users.two_factor.queries import forget_factor, select_factor
from gateway.users.two_factor.use import use_second_factor

router = APIRouter(prefix="/api/v1/session/two-factor", tags=["Dashboard sessions"])

_ERRORS = (400, 401, 403, 413, 415, 503)
_BOTH = {"current_password": "correct horse battery", "code": "123456"}


@router.get(
    "",
    summary="Look at one's two-factor log-in",
    **operation(
        answer=TwoFactorAnswer,
        example={"enabled": True, "confirmed_at": "2026-01-15T10:30:00.000Z", "recovery_codes_left": 10},
        errors=(401, 503),
        session_only=True,
    ),
)
async def get_two_factor(request: Request) -> Response:
    """Whether it is on, and how many recovery codes are left."""
    session = await find_session(request, runtime_of(request))
    async with runtime_of(request).database.connection(_caller(session)) as tx:
        factor = await select_factor(tx, session.user.id)
    return json_response(factor.as_json())


@router.post(
    "",
    summary="Begin two-factor log-in",
    **operation(
        answer=EnrolmentAnswer,
        example=ENROLMENT,
        status=201,
        body=PasswordOnlyBody,
        body_example={"current_password": "correct horse battery"},
        errors=_ERRORS,
        session_only=True,
    ),
)
async def post_two_factor(request: Request) -> Response:
    """A fresh secret for an authenticator app. Log-ins do not ask for it before you confirm it with a code."""
    runtime, session = runtime_of(request), await find_session(request, runtime_of(request))
    await require_own_password(request, await read_object(request))
    async with runtime.database.connection(_caller(session)) as tx, tx.transaction():
        merchant = await select_merchant(tx, session.user.merchant_id)
        issuer = str(merchant["name"]) if merchant else ""
        enrolment = await begin_enrolment(tx, runtime.keyring, session.user, issuer)
    return json_response(enrolment.as_json(), 201)


@router.post(
    "/confirm",
    summary="Turn two-factor log-in on",
    **operation(
        answer=RecoveryCodesAnswer,
        example=RECOVERY_CODES,
        body=CodeBody,
        body_example={"code": "123456"},
        errors=_ERRORS,
        session_only=True,
    ),
)
async def post_confirmation(request: Request) -> Response:
    """Takes the app's present code, gives ten recovery codes, and ends all other sessions of yours."""
    runtime, session = runtime_of(request), await find_session(request, runtime_of(request))
    code = read_secret(await read_object(request), "code")
    tried = await try_code(runtime.door, session.user, client_address(request), utc_now())
    async with runtime.database.connection(_caller(session)) as tx, tx.transaction():
        codes = await confirm_enrolment(tx, runtime.keyring, session.user, code, utc_now())
        await give_back(tx, tried)
        ended = await revoke_sessions(tx, session.user.id, utc_now(), keep=session.id)
        details = {"sessions_ended": ended}
        await write_audit(tx, request, _caller(session), "two_factor.enabled", None, details, with_mode=False)
    return json_response({"recovery_codes": codes})


@router.post(
    "/recovery-codes",
    summary="Make new recovery codes",
    **operation(
        answer=RecoveryCodesAnswer,
        example=RECOVERY_CODES,
        body=PasswordAndCodeBody,
        body_example=_BOTH,
        errors=_ERRORS,
        session_only=True,
    ),
)
async def post_recovery_codes(request: Request) -> Response:
    """Ten new ones; none of the earlier ones works any more."""

    async def act(tx: Connection, session: Session) -> Response:
        codes = await renew_recovery_codes(tx, runtime_of(request).keyring, session.user)
        action = "two_factor.recovery_codes_renewed"
        await write_audit(tx, request, _caller(session), action, None, {}, with_mode=False)
        return json_response({"recovery_codes": codes})

    return await _with_proof(request, act)


@router.post(
    "/disable",
    summary="Turn two-factor log-in off",
    **operation(
        answer={},
        status=204,
        body=PasswordAndCodeBody,
        body_example=_BOTH,
        errors=_ERRORS,
        session_only=True,
    ),
)
async def post_disable(request: Request) -> Response:
    """Takes your password and a code; a recovery code will do."""

    async def act(tx: Connection, session: Session) -> Response:
        await forget_factor(tx, session.user.id)
        await write_audit(tx, request, _caller(session), "two_factor.disabled", None, {}, with_mode=False)
        return Response(status_code=204)

    return await _with_proof(request, act)


async def _with_proof(request: Request, act: Callable[[Connection, Session], Awaitable[Response]]) -> Response:
    """`act`, in the transaction in which the code is used up. Raises `BadRequest` for a wrong password or code.

    Password and code are one try, which is counted until both were right.
    """
    door, session = runtime_of(request).door, await find_session(request, runtime_of(request))
    body = await read_object(request)
    code, password = read_secret(body, "code"), read_secret(body, "current_password")
    tried = await try_password(door, session.user, password, client_address(request), utc_now())
    async with door.database.connection(_caller(session)) as tx, tx.transaction():
        outcome = await use_second_factor(tx, door.keyring, session.user, code, utc_now())
        if outcome != "wrong":
            await give_back(tx, tried)
        if outcome in ("app", "recovery"):
            return await act(tx, session)
    if outcome == "none":
        raise BadRequest("Two-factor log-in is off")
    raise BadRequest("The code is wrong, or was used before", field="code")


def _caller(session: Session) -> Caller:
    return Caller(session.user.merchant_id, "test")
