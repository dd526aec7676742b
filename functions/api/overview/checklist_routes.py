"""What is missing before live payments can be taken."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import authenticated, json_response, runtime_of
from api.overview.schemas import ChecklistAnswer
from api.reference.openapi import READ_ERRORS, operation
from gateway.clock import utc_now
from gateway.errors import PermissionDenied
from gateway.overview.checklist import read_checklist
from gateway.users.model import Session

router = APIRouter(prefix="/api/v1/live", tags=["Overview"])

_CHECKLIST: Final[dict[str, Any]] = {
    "is_on": True,
    "accounts": ["acct_H8sK3jD9s2L1pQr4"],
    "items": [
        {"name": "processor", "done": True},
        {"name": "origins", "done": True},
        {"name": "endpoint", "done": False},
        {"name": "two_factor", "done": True},
        {"name": "key", "done": True},
        {"name": "trial", "done": False},
    ],
}


@router.get(
    "/checklist",
    summary="What is missing before live",
    **operation(answer=ChecklistAnswer, example=_CHECKLIST, errors=READ_ERRORS),
)
async def get_checklist(request: Request) -> Response:
    """About live mode, in whichever mode a person looks. An API key has to be a live one."""
    caller = await authenticated(request, "read")
    session: Session | None = getattr(request.state, "session", None)
    if session is None and caller.mode != "live":
        raise PermissionDenied("A test key sees nothing of live mode: ask with a live one")
    live = replace(caller, mode="live")
    has_two_factor = None if session is None else session.user.has_two_factor
    async with runtime_of(request).database.connection(live) as tx:
        return json_response(await read_checklist(tx, live.merchant_id, has_two_factor, utc_now()))
