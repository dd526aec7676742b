"""The hosted page's buttons of the simulated bank."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import answered, json_bytes, read_object, runtime_of
from api.http.shapes import AuthenticateBody
from api.reference.openapi import PUBLIC_WRITE_ERRORS, operation
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Answer
from gateway.payments.simulate import decide_payment

router = APIRouter(prefix="/api/v1/checkout", tags=["Checkout"])


@router.post(
    "/payments/{payment_id}/authenticate/public",
    summary="Decide a challenge or a UPI approval of test mode",
    **operation(
        answer={"application/json": {"schema": {"type": "object"}, "example": {"status": "accepted"}}},
        example=None,
        body=AuthenticateBody,
        body_example={"result": "success"},
        errors=PUBLIC_WRITE_ERRORS,
        public=True,
        idempotent=True,
    ),
)
async def post_shopper_decision(request: Request, payment_id: str) -> Response:
    """The page's way to play the simulated bank; the payment's id is the only permission. Live ones are a 404."""
    runtime, body = runtime_of(request), await read_object(request)
    owner = await runtime.tenants.of_payment(payment_id)
    if owner is None:
        raise NotFound("Payment not found")

    async def act(tx: Connection) -> Answer:
        await decide_payment(tx, owner, payment_id, body.get("result"))
        return Answer(200, json_bytes({"status": "accepted"}))

    response = await answered(request, owner, act, shopper=payment_id)
    runtime.wakes.wake("payments")
    return response
