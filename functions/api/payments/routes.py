"""Payments: one try each to pay an order."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import (
    accepted_response,
    answered,
    authenticated,
    idempotency_key,
    json_bytes,
    json_response,
    read_object,
    runtime_of,
    shown,
)
from api.http.errors import error_answer
from api.http.limits import verdicts_of
from api.http.lists import answer_list
from api.http.negotiate import wants_csv
from api.http.shapes import EmptyBody
from api.http.visitor import client_address, is_shared
from api.http.wake import wake
from api.http.written import note_written
from api.payments.examples import CANCELLED, CAPTURED, NEW_PAYMENTS, PAID, PAYMENT, PUBLIC_PAID, PUBLIC_PAYMENT
from api.payments.schemas import CaptureBody, NewPayment, PaymentAnswer
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import (
    LIST_ERRORS,
    METHOD_ERRORS,
    PUBLIC_WRITE_ERRORS,
    READ_ERRORS,
    WRITE_ERRORS,
    operation,
)
from gateway.checkout.shopper import PageShopper
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Accepted, Answer, RequestKey
from gateway.ids import is_id
from gateway.payments.cancel import cancel_payment
from gateway.payments.capture import capture_payment
from gateway.payments.create import read_order_id
from gateway.payments.listing import PAYMENTS, select_newest
from gateway.payments.queries import select_payment
from gateway.runtime import Runtime
from gateway.tenancy.model import Caller

router = APIRouter(prefix="/api/v1", tags=["Payments"])


@router.post(
    "/payments",
    summary="Create a payment",
    **operation(
        status=201,
        answer=PaymentAnswer,
        example=PAYMENT,
        body=NewPayment,
        body_examples=NEW_PAYMENTS,
        errors=(*WRITE_ERRORS, 404, "PROCESSOR_REQUIRED", *METHOD_ERRORS),
        idempotent=True,
    ),
)
async def post_payment(request: Request) -> Response:
    """Always answers `pending`, without waiting for the bank: follow the webhooks or ask again."""
    caller, body = await authenticated(request, "write"), await read_object(request)
    return accepted_response(
        request, await accept_payment(request, caller, body, await idempotency_key(request, None))
    )


@router.post(
    "/payments/public",
    summary="Create a payment from the shopper's page",
    **operation(
        status=201,
        answer=PaymentAnswer,
        example=PUBLIC_PAYMENT,
        body=NewPayment,
        body_examples=NEW_PAYMENTS,
        errors=(*PUBLIC_WRITE_ERRORS, "PROCESSOR_REQUIRED", *METHOD_ERRORS),
        public=True,
        idempotent=True,
    ),
)
async def post_public_payment(request: Request) -> Response:
    """As `POST /payments`, with the order's id as the only permission."""
    body = await read_object(request)
    order_id = read_order_id(body)
    owner = await runtime_of(request).tenants.of_order(order_id)
    if owner is None:
        raise NotFound("Order not found", field="order_id")
    address, shared = client_address(request), is_shared(request)
    runtime = runtime_of(request)
    shopper = PageShopper(runtime.keyring, address, shared, runtime.settings.codes_per_order)
    key = await idempotency_key(request, order_id)
    return accepted_response(request, await accept_payment(request, owner, body, key, shopper))


async def accept_payment(
    request: Request,
    caller: Caller,
    body: dict[str, Any],
    key: RequestKey | None,
    shopper: PageShopper | None = None,
) -> Accepted:
    """What becomes of it, whichever way it comes in."""
    note_written(request, caller)
    accepted = await runtime_of(request).accept_payments.accept(
        caller, body, key, partial(error_answer, request), verdicts_of(request), shopper
    )
    wake(request, "payments", accepted.deliveries, handed=accepted.handed)
    return accepted


@router.get(
    "/payments",
    summary="List payments",
    **operation(
        answer=list_answer(PAYMENTS, PaymentAnswer, PAID, bare=True),
        parameters=list_parameters(PAYMENTS),
        errors=LIST_ERRORS,
    ),
)
async def get_payments(request: Request) -> Response:
    """Newest first. Without any query parameter a bare array of the newest 100; with one, pages.

    With `Accept: text/csv` all that the filters leave, as one file.
    """
    caller = await authenticated(request, "read")
    if request.scope["query_string"] or wants_csv(request):
        return await answer_list(request, caller, PAYMENTS)
    payments = await runtime_of(request).reads.run(caller, lambda tx: select_newest(tx, caller))
    return json_response([payment.as_json() for payment in payments])


@router.get(
    "/payments/{payment_id}",
    summary="Retrieve a payment",
    **operation(answer=PaymentAnswer, example=PAID, errors=(*READ_ERRORS, 404)),
)
async def get_payment(request: Request, payment_id: str) -> Response:
    """The payment with this id, if it is yours."""
    caller = await authenticated(request, "read")
    return shown(await shown_payment(runtime_of(request), caller, payment_id))


async def shown_payment(runtime: Runtime, caller: Caller, payment_id: str) -> bytes:
    """The body of the answer, whichever way it is asked for."""
    payment = await runtime.payments.find(caller, payment_id) if is_id(payment_id, "pay") else None
    if payment is None:
        raise NotFound("Payment not found")
    return json_bytes(payment.as_json())


@router.get(
    "/payments/{payment_id}/public",
    summary="Retrieve a payment from the shopper's page",
    **operation(answer=PaymentAnswer, example=PUBLIC_PAID, errors=(404, 503), public=True),
)
async def get_public_payment(request: Request, payment_id: str) -> Response:
    """For the shopper's page: the payment's id is the only permission."""
    runtime, payment = runtime_of(request), None
    owner = await runtime.tenants.of_payment(payment_id)
    if owner is not None:
        async with runtime.database.connection(owner) as tx:
            payment = await select_payment(tx, owner, payment_id)
    if payment is None:
        raise NotFound("Payment not found")
    return json_response(payment.as_public_json())


@router.post(
    "/payments/{payment_id}/capture",
    summary="Capture an authorised payment",
    **operation(
        answer=PaymentAnswer,
        example=CAPTURED,
        body=CaptureBody,
        body_example={"amount": 50000},
        body_required=False,
        errors=(*WRITE_ERRORS, 404, "CONFLICT_ERROR", "PROCESSOR_REQUIRED"),
        idempotent=True,
    ),
)
async def post_capture(request: Request, payment_id: str) -> Response:
    """Takes all of the authorised amount, or the part that you name; once per payment.

    Answers as soon as the bank is being asked, with `capture_status: pending`. Its yes is told by
    `payment.captured` and `order.paid`; its no by `payment.capture_failed`: nothing was taken, and you may ask
    again. A refund meanwhile is `pending`, and is sent after the yes.
    """
    caller = await authenticated(request, "write")
    body = await read_object(request, optional=True, fields=CaptureBody)

    async def act(tx: Connection) -> Answer:
        if not is_id(payment_id, "pay"):
            raise NotFound("Payment not found")
        payment = await capture_payment(tx, caller, payment_id, body, utc_now())
        return Answer(200, json_bytes(payment.as_json()))

    response = await answered(request, caller, act)
    wake(request, "payments", 0)
    return response


@router.post(
    "/payments/{payment_id}/cancel",
    summary="Cancel a payment that is not captured",
    **operation(
        answer=PaymentAnswer,
        example=CANCELLED,
        errors=(*WRITE_ERRORS, 404, "CONFLICT_ERROR", "PROCESSOR_REQUIRED"),
        idempotent=True,
    ),
)
async def post_cancel(request: Request, payment_id: str) -> Response:
    """Releases an authorisation, or ends a payment that waits for the shopper.

    An authorisation is `cancelled` at once in what you see, with `void_status: pending` until the bank has said
    yes, which is told by `payment.cancelled`. If it says no, `payment.void_failed` is told and the payment stands
    as it was: you may capture it, or cancel it again.
    """
    caller = await authenticated(request, "write")
    await read_object(request, optional=True, fields=EmptyBody)
    deliveries = 0

    async def act(tx: Connection) -> Answer:
        nonlocal deliveries
        if not is_id(payment_id, "pay"):
            raise NotFound("Payment not found")
        payment, deliveries = await cancel_payment(tx, caller, payment_id, utc_now())
        return Answer(200, json_bytes(payment.as_json()))

    response = await answered(request, caller, act)
    wake(request, "payments", deliveries)
    return response
