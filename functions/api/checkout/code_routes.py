"""The hosted page's UPI code."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.checkout.examples import WAITING_PAYMENT
from api.http.dependencies import answered, json_bytes, runtime_of
from api.reference.openapi import operation
from gateway.checkout.codes import refresh_code
from gateway.checkout.result import shopper_payment
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Answer
from gateway.orders.queries import select_order_to_pay
from gateway.payments.queries import select_payment

router = APIRouter(prefix="/api/v1/checkout", tags=["Checkout"])


@router.post(
    "/payments/{payment_id}/code/public",
    summary="Show a fresh UPI code",
    **operation(
        answer={"application/json": {"schema": {"type": "object"}, "example": WAITING_PAYMENT}},
        example=None,
        errors=(400, 404, 409, 413, 422, 503, "PROCESSOR_REQUIRED"),
        public=True,
        idempotent=True,
    ),
)
async def post_code(request: Request, payment_id: str) -> Response:
    """A new code for the same payment, with its full time to be scanned; up to ten codes of one order."""
    runtime, payment = runtime_of(request), None
    owner = await runtime.tenants.of_payment(payment_id)
    if owner is not None:
        async with runtime.database.connection(owner) as tx:
            payment = await select_payment(tx, owner, payment_id)
    if owner is None or payment is None:
        raise NotFound("Payment not found")
    now = utc_now()

    async def act(tx: Connection) -> Answer:
        to_pay = await select_order_to_pay(tx, owner, payment.order_id)
        assert to_pay is not None
        most = runtime.settings.codes_per_order
        await refresh_code(tx, to_pay, payment, runtime.settings.action_seconds, most, now)
        return Answer(200, json_bytes(await shopper_payment(tx, runtime.keyring, payment, most)))

    return await answered(request, owner, act, shopper=payment.order_id)
