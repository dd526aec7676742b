"""Send again what endpoints have missed."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.shapes import EmptyBody
from api.recoveries.examples import RECOVER, RECOVERY
from api.recoveries.schemas import RecoveryAnswer, RecoveryListAnswer
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.idempotency.model import Answer
from gateway.webhooks.recoveries.recover import (
    RecoverBody,
    cancel_recovery,
    find_recovery,
    list_recoveries,
    recover_deliveries,
)

router = APIRouter(prefix="/api/v1/webhooks/recover", tags=["Webhooks"])


@router.post(
    "",
    summary="Send missed webhooks again",
    **operation(
        status=202,
        answer=RecoveryAnswer,
        example=RECOVERY,
        body=RecoverBody,
        body_example=RECOVER,
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_recover(request: Request) -> Response:
    """By endpoint, time, event and state; each at most once. Ask for its progress by its id."""
    caller = await authenticated(request, "write")
    body = await read_object(request)

    async def act(tx: Connection) -> Answer:
        return Answer(202, json_bytes(await recover_deliveries(tx, caller, body, utc_now())))

    return await answered(request, caller, act)


@router.get(
    "",
    summary="List recoveries",
    **operation(answer=RecoveryListAnswer, example={"data": [RECOVERY]}, errors=READ_ERRORS),
)
async def get_recoveries(request: Request) -> Response:
    """The latest twenty, newest first."""
    caller = await authenticated(request, "read")
    async with runtime_of(request).database.connection(caller) as tx:
        recoveries = await list_recoveries(tx, caller)
    return json_response({"data": [recovery.as_json() for recovery in recoveries]})


@router.get(
    "/{recovery_id}",
    summary="Retrieve a recovery",
    **operation(answer=RecoveryAnswer, example=RECOVERY, errors=(*READ_ERRORS, 404)),
)
async def get_recovery(request: Request, recovery_id: str) -> Response:
    """How far it has come."""
    caller = await authenticated(request, "read")
    async with runtime_of(request).database.connection(caller) as tx:
        recovery = await find_recovery(tx, caller, recovery_id)
    return json_response(recovery.as_json())


@router.post(
    "/{recovery_id}/cancel",
    summary="Cancel a recovery",
    **operation(
        answer=RecoveryAnswer,
        example=RECOVERY | {"status": "cancelled", "finished_at": "2026-01-15T11:00:03.000Z"},
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_cancel(request: Request, recovery_id: str) -> Response:
    """Nothing more becomes due by it; what is due already is sent."""
    caller = await authenticated(request, "write")
    await read_object(request, optional=True, fields=EmptyBody)

    async def act(tx: Connection) -> Answer:
        recovery = await cancel_recovery(tx, caller, recovery_id, utc_now())
        return Answer(200, json_bytes(recovery.as_json()))

    return await answered(request, caller, act)
