"""The team of a merchant: users of the dashboard. Changes need a session, since they have a person behind them."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.ids import read_uuid
from api.http.proof import require_own_password
from api.http.query import read_switch, refuse_unknown
from api.http.session_cookie import set_session_cookie
from api.http.sessions import refuse_other_pages
from api.http.visitor import visitor_of
from api.reference.openapi import WRITE_ERRORS, operation
from api.reference.parameters import parameter
from api.session.examples import USER
from api.session.schemas import UserAnswer
from api.team.schemas import (
    AcceptBody,
    InvitationAnswer,
    InviteAnswer,
    InviteBody,
    PasswordAgainBody,
    RoleBody,
    TeamAnswer,
    TokenBody,
)
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import BadRequest, PermissionDenied
from gateway.idempotency.model import Answer
from gateway.merchants.keys.change import revoke_keys_made_by
from gateway.merchants.keys.queries import count_keys_of_people
from gateway.runtime import Runtime
from gateway.tenancy.model import Caller
from gateway.users.invitations.accept import accept_invitation, find_invitation, read_acceptance
from gateway.users.invitations.invite import invite_member
from gateway.users.log_in import hash_token, open_session
from gateway.users.model import Session, User
from gateway.users.queries import select_team
from gateway.users.roles import PROVED_ROLES, require_may_give, role_of
from gateway.users.team import change_role, find_member, remove_member, reset_two_factor

router = APIRouter(prefix="/api/v1", tags=["Team"])


async def _person(request: Request) -> tuple[Caller, User]:
    caller = await authenticated(request, "admin")
    session: Session | None = getattr(request.state, "session", None)
    if session is None:
        raise PermissionDenied("The team is changed by a person: log in to the dashboard")
    return caller, session.user


@router.get(
    "/team",
    summary="List the team",
    **operation(answer=TeamAnswer, example={"data": [USER | {"active_keys": 2}]}),
)
async def get_team(request: Request) -> Response:
    """All members, invited ones included, each with the number of active API keys that he or she made."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        team = await select_team(tx, caller.merchant_id)
        keys = await count_keys_of_people(tx, caller.merchant_id, utc_now())
    return json_response({"data": [user.as_json() | {"active_keys": keys.get(str(user.id), 0)} for user in team]})


@router.post(
    "/team",
    summary="Invite a member",
    **operation(
        status=201,
        answer=InviteAnswer,
        example={
            "user": USER | {"status": "invited"},
            "invite_url": "http://localhost:3000/invite#token=…",
        },
        body=InviteBody,
        body_example={"email": "asha@example.com", "role": "support"},
        errors=WRITE_ERRORS,
        session_only=True,
        idempotent=True,
    ),
)
async def post_member(request: Request) -> Response:
    """Gives the link to send to the new member; it is good for seven days and shown once. To invite an owner or
    an admin takes your `current_password`. Whether the address is a user's at another merchant is not told."""
    caller, user = await _person(request)
    body = await read_object(request, fields=InviteBody)
    runtime = runtime_of(request)
    require_may_give(user.role, role_of(body.get("role")))
    if body.get("role") in PROVED_ROLES:
        await require_own_password(request, body)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            invited, token = await invite_member(tx, user, body, utc_now())
            details = {"email": invited.email, "role": invited.role}
            await write_audit(tx, request, caller, "member.invited", str(invited.id), details, with_mode=False)
        # The token stands behind the #: it reaches no server's log.
        url = f"{runtime.settings.dashboard_url}/invite#token={token}"
        return Answer(201, json_bytes({"user": invited.as_json(), "invite_url": url}))

    return await answered(request, caller, act, secret=True)


@router.post(
    "/team/invitation",
    summary="Look at an invitation",
    **operation(
        answer=InvitationAnswer,
        example={"email": "asha@example.com", "merchant": "Test Merchant"},
        body=TokenBody,
        body_example={"token": "…"},
        errors=(400, 404, 413, 415, 503),
        public=True,
    ),
)
async def post_invitation(request: Request) -> Response:
    """Whom the token in the body invites, and to what; 404 once it is used up or over."""
    token = (await read_object(request, fields=TokenBody)).get("token")
    if not isinstance(token, str):
        raise BadRequest("token is required", field="token")
    email, merchant = await _look_at(runtime_of(request), token)
    return json_response({"email": email, "merchant": merchant})


@router.post(
    "/team/accept",
    summary="Accept an invitation",
    **operation(
        answer=UserAnswer,
        example=USER,
        body=AcceptBody,
        body_example={"token": "…", "name": "Asha Rao", "password": "correct horse battery"},
        errors=(400, 403, 404, 413, 415, 503),
        public=True,
    ),
)
async def post_accept(request: Request) -> Response:
    """Sets name and password, and logs in. 404 for an invitation that is used up or over, or whose address is a
    user's by now: an address belongs to one person at one merchant."""
    runtime = runtime_of(request)
    refuse_other_pages(request, runtime)
    given = read_acceptance(await read_object(request, fields=AcceptBody))
    # The token first, and no connection in hand: a stranger's request costs no hash and keeps nobody waiting.
    await _look_at(runtime, given.token)
    password_hash = await runtime.door.passwords.hash(given.password)
    tenant = await runtime.tenants.of_invitation(hash_token(given.token))
    async with runtime.database.connection(tenant) as tx, tx.transaction():
        user = await accept_invitation(tx, given, password_hash, utc_now())
        session, token = await open_session(tx, user, visitor_of(request), utc_now())
        request.state.session = session
        caller = Caller(user.merchant_id, "test")
        await write_audit(tx, request, caller, "member.joined", str(user.id), {}, with_mode=False)
    response = json_response(user.as_json())
    set_session_cookie(request, response, runtime, token)
    return response


@router.patch(
    "/team/{user_id}",
    summary="Change a member's role",
    **operation(
        answer=UserAnswer,
        example=USER,
        body=RoleBody,
        body_example={"role": "developer"},
        errors=(400, 401, 403, 404, 413, 415, 503),
        session_only=True,
    ),
)
async def patch_member(request: Request, user_id: str) -> Response:
    """Takes effect with the member's next request. A merchant keeps at least one owner, and to make an owner or an
    admin takes your `current_password`."""
    caller, user = await _person(request)
    body = await read_object(request, fields=RoleBody)
    role = role_of(body.get("role"))
    if role in PROVED_ROLES:
        require_may_give(user.role, role)
        await _require_password_for(request, caller, user, user_id, body)
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        member, role = await change_role(tx, user, read_uuid(user_id), body.get("role"))
        details = {"email": member.email, "from": member.role, "to": role}
        await write_audit(tx, request, caller, "member.role_changed", user_id, details, with_mode=False)
    return json_response(member.as_json() | {"role": role})


@router.delete(
    "/team/{user_id}",
    summary="Remove a member",
    **operation(
        answer={},
        status=204,
        errors=(400, 401, 403, 404, 503),
        session_only=True,
        parameters=[
            parameter(
                "revoke_keys",
                {"type": "boolean", "default": False},
                "Also revoke the API keys of both modes that the member made, or had a key make.",
            )
        ],
    ),
)
async def delete_member(request: Request, user_id: str) -> Response:
    """Ends all of the member's sessions at once; an invitation is withdrawn. API keys that the member made go on
    working unless `revoke_keys` is true."""
    caller, user = await _person(request)
    refuse_unknown(request, ("revoke_keys",))
    revoke = read_switch(request, "revoke_keys")
    now = utc_now()
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        member = await remove_member(tx, user, read_uuid(user_id), now)
        revoked = await revoke_keys_made_by(tx, caller.merchant_id, member.id, now) if revoke else []
        for key in revoked:
            of_mode = Caller(caller.merchant_id, key.mode)
            await write_audit(tx, request, of_mode, "key.revoked", key.id, {"label": key.label})
        details = {"email": member.email, "keys_revoked": len(revoked)}
        await write_audit(tx, request, caller, "member.removed", user_id, details, with_mode=False)
    return Response(status_code=204)


@router.post(
    "/team/{user_id}/two-factor/reset",
    summary="Turn a member's two-factor log-in off",
    **operation(
        answer={},
        status=204,
        body=PasswordAgainBody,
        body_example={"current_password": "correct horse battery"},
        errors=(400, 401, 403, 404, 413, 415, 503),
        session_only=True,
    ),
)
async def post_member_reset(request: Request, user_id: str) -> Response:
    """For a member who has lost telephone and recovery codes: ask who it is first. Takes your own password.
    Ends all of the member's sessions; the next log-in takes the password alone."""
    caller, user = await _person(request)
    await _require_password_for(
        request, caller, user, user_id, await read_object(request, optional=True, fields=PasswordAgainBody)
    )
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        member = await reset_two_factor(tx, user, read_uuid(user_id), utc_now())
        details = {"email": member.email}
        await write_audit(tx, request, caller, "two_factor.reset", user_id, details, with_mode=False)
    return Response(status_code=204)


async def _require_password_for(
    request: Request, caller: Caller, user: User, user_id: str, body: dict[str, Any]
) -> None:
    """The password of who acts, once it is clear that there is somebody to act on."""
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        await find_member(tx, user, read_uuid(user_id))
    await require_own_password(request, body)


async def _look_at(runtime: Runtime, token: str) -> tuple[str, str]:
    """Whom the token invites, and to what. Raises `NotFound`."""
    tenant = await runtime.tenants.of_invitation(hash_token(token))
    async with runtime.database.connection(tenant) as tx:
        return await find_invitation(tx, token, utc_now())
