"""The hosted page comes from the processor's form: look now."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.checkout.examples import FIELDS_PAYMENT
from api.http.dependencies import answered, json_bytes, runtime_of
from api.http.limits import guard_look
from api.reference.openapi import operation
from gateway.checkout.look import ask_look
from gateway.checkout.result import shopper_payment
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Answer
from gateway.payments.queries import select_payment

router = APIRouter(prefix="/api/v1/checkout", tags=["Checkout"])


@router.post(
    "/payments/{payment_id}/look/public",
    summary="Have the processor asked now",
    **operation(
        answer={"application/json": {"schema": {"type": "object"}, "example": FIELDS_PAYMENT}},
        example=None,
        errors=(400, 404, 409, 413, 422, 503),
        public=True,
        idempotent=True,
    ),
)
async def post_look(request: Request, payment_id: str) -> Response:
    """After the shopper has done something in the processor's form. Nothing is believed: a worker looks.

    Answers with the payment as it is known now; follow it for what comes of it. Of a payment that waits for no
    shopper nobody is asked. Up to 20 times a minute for each payment.
    """
    runtime = runtime_of(request)
    owner = await runtime.tenants.of_payment(payment_id)
    payment = None
    if owner is not None:
        async with runtime.database.connection(owner) as tx:
            payment = await select_payment(tx, owner, payment_id)
    if owner is None or payment is None:
        raise NotFound("Payment not found")
    guard_look(request, payment_id)
    asked = False

    async def act(tx: Connection) -> Answer:
        nonlocal asked
        asked = await ask_look(tx, payment)
        return Answer(
            200, json_bytes(await shopper_payment(tx, runtime.keyring, payment, runtime.settings.codes_per_order))
        )

    response = await answered(request, owner, act, shopper=payment.order_id)
    if asked:
        runtime.wakes.wake("payments")
    return response
