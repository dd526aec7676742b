"""Disputes: what shoppers' banks want back, as processors tell it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.disputes.examples import DISPUTE
from api.disputes.schemas import DisputeAnswer
from api.http.dependencies import authenticated, json_response, runtime_of
from api.http.lists import answer_list
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, operation
from gateway.disputes.listing import DISPUTES
from gateway.disputes.queries import select_dispute
from gateway.errors import NotFound
from gateway.ids import is_id

router = APIRouter(prefix="/api/v1/disputes", tags=["Disputes"])


@router.get(
    "",
    summary="List disputes",
    **operation(
        answer=list_answer(DISPUTES, DisputeAnswer, DISPUTE),
        parameters=list_parameters(DISPUTES),
        errors=LIST_ERRORS,
    ),
)
async def get_disputes(request: Request) -> Response:
    """Newest first, in pages. With `Accept: text/csv` all that the filters leave, as one file."""
    return await answer_list(request, await authenticated(request, "read"), DISPUTES)


@router.get(
    "/{dispute_id}",
    summary="Retrieve a dispute",
    **operation(answer=DisputeAnswer, example=DISPUTE, errors=(*READ_ERRORS, 404)),
)
async def get_dispute(request: Request, dispute_id: str) -> Response:
    """The dispute with this id, if it is yours."""
    caller = await authenticated(request, "read")
    dispute = None
    if is_id(dispute_id, "disp"):
        async with runtime_of(request).database.connection(caller) as tx:
            dispute = await select_dispute(tx, caller, dispute_id)
    if dispute is None:
        raise NotFound("Dispute not found")
    return json_response(dispute.as_json())
