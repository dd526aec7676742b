"""The timeline of a payment."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import authenticated, json_response, runtime_of
from api.reference.openapi import READ_ERRORS, operation
from api.timeline.examples import TIMELINE
from api.timeline.schemas import TimelineAnswer
from gateway.timeline.read import read_timeline

router = APIRouter(prefix="/api/v1", tags=["Payments"])


@router.get(
    "/payments/{payment_id}/timeline",
    summary="Everything that happened to a payment",
    **operation(answer=TimelineAnswer, example={"data": TIMELINE}, errors=(*READ_ERRORS, 404)),
)
async def get_timeline(request: Request, payment_id: str) -> Response:
    """State changes, processor calls, events, every webhook attempt and people's actions, oldest first."""
    caller = await authenticated(request, "read")
    async with runtime_of(request).database.connection(caller) as tx:
        return json_response({"data": await read_timeline(tx, caller, payment_id)})
