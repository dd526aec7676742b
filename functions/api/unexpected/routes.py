"""Money that nobody expected: what came after its payment was over, or twice."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import answered, authenticated, json_bytes, json_response, runtime_of
from api.http.lists import answer_list
from api.http.wake import wake
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, WRITE_ERRORS, operation
from api.unexpected.examples import ASKED, UNEXPECTED
from api.unexpected.schemas import UnexpectedAnswer
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Answer
from gateway.ids import is_id
from gateway.unexpected.listing import UNEXPECTED as LISTING
from gateway.unexpected.pay_back import pay_back
from gateway.unexpected.queries import select_unexpected

router = APIRouter(prefix="/api/v1/unexpected-payments", tags=["Unexpected payments"])


@router.get(
    "",
    summary="List unexpected payments",
    **operation(
        answer=list_answer(LISTING, UnexpectedAnswer, UNEXPECTED),
        parameters=list_parameters(LISTING),
        errors=LIST_ERRORS,
    ),
)
async def get_unexpected_payments(request: Request) -> Response:
    """Newest first, in pages. With `Accept: text/csv` all that the filters leave, as one file."""
    return await answer_list(request, await authenticated(request, "read"), LISTING)


@router.get(
    "/{unexpected_id}",
    summary="Retrieve an unexpected payment",
    **operation(answer=UnexpectedAnswer, example=UNEXPECTED, errors=(*READ_ERRORS, 404)),
)
async def get_unexpected_payment(request: Request, unexpected_id: str) -> Response:
    """The one with this id, if it is yours."""
    caller = await authenticated(request, "read")
    money = None
    if is_id(unexpected_id, "unex"):
        async with runtime_of(request).database.connection(caller) as tx:
            money = await select_unexpected(tx, caller, unexpected_id)
    if money is None:
        raise NotFound("Unexpected payment not found")
    return json_response(money.as_json())


@router.post(
    "/{unexpected_id}/refund",
    summary="Pay back an unexpected payment",
    **operation(
        answer=UnexpectedAnswer,
        example=ASKED,
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_unexpected_refund(request: Request, unexpected_id: str) -> Response:
    """Pays back what is `kept`, or tries again what is in `review`. Takes the scope `admin`: owners and admins."""
    caller = await authenticated(request, "admin")

    async def act(tx: Connection) -> Answer:
        money = await pay_back(tx, caller, unexpected_id, utc_now())
        return Answer(200, json_bytes(money.as_json()))

    response = await answered(request, caller, act)
    wake(request, "payments", 0)
    return response
