"""What was asked of processors. Exchanges, one by one, are in a payment's timeline."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import authenticated
from api.http.lists import answer_list
from api.processor_operations.examples import OPERATION
from api.processor_operations.schemas import OperationAnswer
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, operation
from gateway.processors.operations.listing import OPERATIONS

router = APIRouter(prefix="/api/v1/processor-operations", tags=["Processors"])


@router.get(
    "",
    summary="List what was asked of processors",
    **operation(
        answer=list_answer(OPERATIONS, OperationAnswer, OPERATION),
        parameters=list_parameters(OPERATIONS),
        errors=LIST_ERRORS,
    ),
)
async def get_operations(request: Request) -> Response:
    """Newest first, in pages. With `review=true` what waits for a person, with what to do about it:
    `POST /jobs/{id}/retry` with the `object_id` gives it back to the machine. With `Accept: text/csv` all that the
    filters leave, as one file."""
    return await answer_list(request, await authenticated(request, "read"), OPERATIONS)
