"""The team of a merchant: users of the dashboard. Changes need a session, since they have a person behind them."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.ids import read_uuid
from api.http.session_cookie import set_session_cookie
from api.http.sessions import refuse_other_pages
from api.http.visitor import visitor_of
from api.reference.openapi import WRITE_ERRORS, operation
from api.session.examples import USER
from api.session.schemas import UserAnswer
from api.team.schemas import (
    AcceptBody,
    InvitationAnswer,
    InviteAnswer,
    InviteBody,
    RoleBody,
    TeamAnswer,
    TokenBody,
)
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import BadRequest, NotFound, PermissionDenied
from gateway.idempotency.model import Answer
from gateway.merchants.model import Caller
from gateway.users.log_in import hash_token, open_session
from gateway.users.model import Session, User
from gateway.users.queries import select_invited, select_team
from gateway.users.team import accept_invitation, change_role, invite_member, remove_member, reset_two_factor

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
    **operation(answer=TeamAnswer, example={"data": [USER]}),
)
async def get_team(request: Request) -> Response:
    """All members, invited ones included."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        team = await select_team(tx, caller.merchant_id)
    return json_response({"data": [user.as_json() for user in team]})


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
    """Gives the link to send to the new member; it is good for seven days and shown once."""
    caller, user = await _person(request)
    body = await read_object(request)
    runtime = runtime_of(request)

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
    token = (await read_object(request)).get("token")
    if not isinstance(token, str):
        raise BadRequest("token is required", field="token")
    runtime = runtime_of(request)
    tenant = await runtime.tenants.of_invitation(hash_token(token))
    async with runtime.database.connection(tenant) as tx:
        found = await select_invited(tx, hash_token(token), utc_now())
    if found is None:
        raise NotFound("This invitation is used up or over")
    return json_response({"email": found[0], "merchant": found[1]})


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
    """Sets name and password, and logs in."""
    runtime = runtime_of(request)
    refuse_other_pages(request, runtime)
    body = await read_object(request)
    tenant = await runtime.tenants.of_invitation(hash_token(str(body.get("token"))))
    async with runtime.database.connection(tenant) as tx, tx.transaction():
        user = await accept_invitation(tx, body, utc_now())
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
    """Takes effect with the member's next request. A merchant keeps at least one owner."""
    caller, user = await _person(request)
    body = await read_object(request)
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        member, role = await change_role(tx, user, read_uuid(user_id), body.get("role"))
        details = {"email": member.email, "from": member.role, "to": role}
        await write_audit(tx, request, caller, "member.role_changed", user_id, details, with_mode=False)
    return json_response(member.as_json() | {"role": role})


@router.delete(
    "/team/{user_id}",
    summary="Remove a member",
    **operation(answer={}, status=204, errors=(400, 401, 403, 404, 503), session_only=True),
)
async def delete_member(request: Request, user_id: str) -> Response:
    """Ends all of the member's sessions at once; an invitation is withdrawn."""
    caller, user = await _person(request)
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        member = await remove_member(tx, user, read_uuid(user_id), utc_now())
        await write_audit(tx, request, caller, "member.removed", user_id, {"email": member.email}, with_mode=False)
    return Response(status_code=204)


@router.post(
    "/team/{user_id}/two-factor/reset",
    summary="Turn a member's two-factor log-in off",
    **operation(answer={}, status=204, errors=(400, 401, 403, 404, 503), session_only=True),
)
async def post_member_reset(request: Request, user_id: str) -> Response:
    """For a member who has lost telephone and recovery codes: ask who it is first. Ends all of the member's
    sessions; the next log-in takes the password alone."""
    caller, user = await _person(request)
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        member = await reset_two_factor(tx, user, read_uuid(user_id), utc_now())
        details = {"email": member.email}
        await write_audit(tx, request, caller, "two_factor.reset", user_id, details, with_mode=False)
    return Response(status_code=204)
