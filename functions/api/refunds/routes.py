"""Refunds: money back to the shopper."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import actor_of, write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.lists import answer_list
from api.http.wake import wake
from api.reference.lists import array_answer, list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, WRITE_ERRORS, operation
from api.refunds.examples import NEW_REFUND, REFUND
from api.refunds.schemas import RefundAnswer
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Answer
from gateway.ids import is_id
from gateway.payments.queries import select_payment
from gateway.refunds.caps.configure import count_refund
from gateway.refunds.caps.model import RefundCapReached
from gateway.refunds.caps.review_queries import note_capped
from gateway.refunds.create import create_refund
from gateway.refunds.listing import REFUNDS
from gateway.refunds.model import NewRefund
from gateway.refunds.queries import select_refund, select_refunds_of_payment

router = APIRouter(prefix="/api/v1", tags=["Refunds"])


@router.post(
    "/payments/{payment_id}/refunds",
    summary="Refund a payment",
    **operation(
        status=201,
        answer=RefundAnswer,
        example=REFUND,
        body=NewRefund,
        body_example=NEW_REFUND,
        errors=(*WRITE_ERRORS, 404, "PROCESSOR_REQUIRED"),
        idempotent=True,
    ),
)
async def post_refund(request: Request, payment_id: str) -> Response:
    """Pays back a part or all of what was captured. Pending refunds are reserved. Over a daily cap that an owner
    has set it is a 403; while refunds are stopped in an emergency, a 503."""
    caller = await authenticated(request, "write")
    body = await read_object(request)
    deliveries, maker, now = 0, actor_of(request, caller), utc_now()

    async def act(tx: Connection) -> Answer:
        nonlocal deliveries
        async with tx.transaction():
            refund, deliveries = await create_refund(tx, caller, payment_id, body, now)
            await count_refund(tx, caller, f"{maker.kind}:{maker.id}", refund.currency, refund.amount, now)
        return Answer(201, json_bytes(refund.as_json()))

    try:
        response = await answered(request, caller, act)
    except RefundCapReached as error:
        # Told by itself: what the refused request has written is taken back.
        async with runtime_of(request).database.connection(caller) as tx:
            await write_audit(tx, request, caller, "payment.refund_capped", payment_id, error.details)
            await note_capped(tx, caller, error.of(payment_id, maker.label), now)
        raise
    wake(request, "refunds", deliveries)
    return response


@router.get(
    "/payments/{payment_id}/refunds",
    summary="List the refunds of a payment",
    **operation(
        answer=array_answer(RefundAnswer, REFUND),
        errors=(*READ_ERRORS, 404),
    ),
)
async def get_refunds_of_payment(request: Request, payment_id: str) -> Response:
    """All of them, newest first."""
    caller = await authenticated(request, "read")
    if not is_id(payment_id, "pay"):
        raise NotFound("Payment not found")
    async with runtime_of(request).database.connection(caller) as tx:
        if await select_payment(tx, caller, payment_id) is None:
            raise NotFound("Payment not found")
        refunds = await select_refunds_of_payment(tx, caller, payment_id)
    return json_response([refund.as_json() for refund in refunds])


@router.get(
    "/refunds",
    summary="List refunds",
    **operation(
        answer=list_answer(REFUNDS, RefundAnswer, REFUND),
        parameters=list_parameters(REFUNDS),
        errors=LIST_ERRORS,
    ),
)
async def get_refunds(request: Request) -> Response:
    """Newest first, in pages. With `Accept: text/csv` all that the filters leave, as one file."""
    return await answer_list(request, await authenticated(request, "read"), REFUNDS)


@router.get(
    "/refunds/{refund_id}",
    summary="Retrieve a refund",
    **operation(answer=RefundAnswer, example=REFUND, errors=(*READ_ERRORS, 404)),
)
async def get_refund(request: Request, refund_id: str) -> Response:
    """The refund with this id, if it is yours."""
    caller = await authenticated(request, "read")
    refund = None
    if is_id(refund_id, "rfnd"):
        async with runtime_of(request).database.connection(caller) as tx:
            refund = await select_refund(tx, caller, refund_id)
    if refund is None:
        raise NotFound("Refund not found")
    return json_response(refund.as_json())
