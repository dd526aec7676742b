"""Daily caps of refunds: what a stolen key could pay back at most."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import authenticated, json_response, read_object, runtime_of
from api.http.proof import require_own_password
from api.http.sessions import session_caller
from api.reference.openapi import READ_ERRORS, operation
from api.refund_caps.schemas import RefundCapsAnswer, RefundCapsBody
from gateway.clock import utc_now
from gateway.errors import BadRequest, PermissionDenied
from gateway.refunds.caps.configure import replace_caps
from gateway.refunds.caps.model import NewCap
from gateway.refunds.caps.queries import select_caps
from gateway.validation import validate_each

router = APIRouter(prefix="/api/v1/refund-caps", tags=["Refunds"])

_CAP: Final[dict[str, Any]] = {
    "currency": "INR",
    "per_merchant": 100000000,
    "per_key": 5000000,
    "updated_at": "2026-01-15T10:31:10.123Z",
}
_MOST: Final = 200


@router.get(
    "",
    summary="Read the daily caps of refunds",
    **operation(answer=RefundCapsAnswer, example={"caps": [_CAP]}, errors=READ_ERRORS),
)
async def get_caps(request: Request) -> Response:
    """Those of this mode, by currency. There is none unless an owner sets it."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        caps = await select_caps(tx, caller)
    return json_response({"caps": [cap.as_json() for cap in caps]})


@router.put(
    "",
    summary="Replace the daily caps of refunds",
    **operation(
        answer=RefundCapsAnswer,
        example={"caps": [_CAP]},
        body=RefundCapsBody,
        body_example={"caps": [_CAP], "current_password": "…"},
        errors=(400, 401, 403, 413, 415, 503),
        session_only=True,
    ),
)
async def put_caps(request: Request) -> Response:
    """An owner's, at the dashboard, with the `current_password`: no key raises its own cap. A refund over a cap is
    a 403, and the audit log is told. A day is one of UTC."""
    caller = await session_caller(request, runtime_of(request))
    if request.state.session.user.role != "owner":
        raise PermissionDenied("Only an owner may change the daily caps of refunds")
    body = await read_object(request, fields=RefundCapsBody)
    given = body.get("caps")
    if not isinstance(given, list) or len(given) > _MOST:
        raise BadRequest(f"caps must be a list of at most {_MOST} objects", field="caps")
    new = validate_each(NewCap, given, "caps")
    await require_own_password(request, body)
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        caps = await replace_caps(tx, caller, new, request.state.session.user.email, utc_now())
        shown = [cap.as_json() for cap in caps]
        await write_audit(tx, request, caller, "refund_caps.changed", None, {"caps": shown})
    return json_response({"caps": shown})
