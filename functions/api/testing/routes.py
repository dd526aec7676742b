"""Routes of test mode: open with `TEST_MODE`, else for a test key's own payments; absent to everybody else."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.shapes import AuthenticateBody
from api.reference.openapi import PUBLIC_WRITE_ERRORS, operation
from api.testing.schemas import JobsStatusAnswer, ProcessorBooksAnswer, TestMerchantAnswer
from gateway.database import Connection
from gateway.errors import AuthenticationError, NotFound, PermissionDenied
from gateway.idempotency.model import Answer
from gateway.jobs.status import jobs_status
from gateway.merchants.queries import select_merchant
from gateway.payments.simulate import decide_payment
from gateway.processors.test_bank import read_books
from gateway.tenancy.model import TEST_KEY_ID, TEST_MERCHANT_ID, Caller

router = APIRouter(prefix="/api/v1/test", tags=["Test mode"])

_WORK = {"pending": 0, "processing": 0, "completed": 12, "failed": 0, "worker_status": "running"}


def _only_in_test_mode(request: Request) -> None:
    if not runtime_of(request).settings.test_mode:
        raise NotFound("No such route")


async def _owner(request: Request, payment_id: str, scope: str) -> Caller:
    """Whose payment of test mode this is. Raises `NotFound`.

    With `TEST_MODE` anybody may ask. Without it only the payment's merchant, with a key of test mode.
    """
    runtime, caller = runtime_of(request), None
    if not runtime.settings.test_mode:
        caller = await _tester(request, scope)
    owner = await runtime.tenants.of_payment(payment_id)
    is_stranger = caller is not None and owner is not None and owner.merchant_id != caller.merchant_id
    if owner is None or owner.mode != "test" or is_stranger:
        raise NotFound("Payment not found")
    return owner


async def _tester(request: Request, scope: str) -> Caller:
    """The holder of a test key, or a person who looks at test mode. Raises `NotFound` for everybody else."""
    try:
        caller = await authenticated(request, scope)
    except (AuthenticationError, PermissionDenied):
        known: Caller | None = getattr(request.state, "caller", None)
        if known is None or known.mode != "test":
            raise NotFound("No such route") from None
        raise
    if caller.mode != "test":
        raise NotFound("No such route")
    return caller


@router.get(
    "/merchant",
    summary="The seeded test merchant",
    **operation(
        answer=TestMerchantAnswer,
        example={
            "id": str(TEST_MERCHANT_ID),
            "email": "test@example.com",
            "api_key": TEST_KEY_ID,
            "seeded": True,
        },
        errors=(404, 503),
        public=True,
    ),
)
async def get_test_merchant(request: Request) -> Response:
    """Whose key to start with. Its secret is in the README, never in an answer. Absent without `TEST_MODE`."""
    _only_in_test_mode(request)
    async with runtime_of(request).database.connection(Caller(TEST_MERCHANT_ID, "test")) as tx:
        merchant = await select_merchant(tx, TEST_MERCHANT_ID)
    if merchant is None:
        raise NotFound("The test merchant is not seeded")
    return json_response(
        {"id": str(merchant["id"]), "email": merchant["email"], "api_key": TEST_KEY_ID, "seeded": True}
    )


@router.get(
    "/jobs/status",
    summary="State of the work",
    **operation(
        answer=JobsStatusAnswer,
        example=_WORK | {"queues": {"payments": _WORK | {"dropped": 0}}},
        errors=(404, 503),
        public=True,
    ),
)
async def get_jobs_status(request: Request) -> Response:
    """Over payments, refunds and webhooks; `queues` has each kind, and in `dropped` how many jobs in its Redis
    queue were no hints of ours and were thrown away unread. Absent (404) without `TEST_MODE`."""
    _only_in_test_mode(request)
    async with runtime_of(request).database.connection(None) as tx:
        return json_response(await jobs_status(tx))


@router.post(
    "/payments/{payment_id}/authenticate",
    summary="Decide a challenge or a UPI approval",
    **operation(
        answer={"application/json": {"schema": {"type": "object"}, "example": {"status": "accepted"}}},
        example=None,
        body=AuthenticateBody,
        body_example={"result": "success"},
        errors=(*PUBLIC_WRITE_ERRORS, 403),
        public=True,
        idempotent=True,
    ),
)
async def post_authenticate(request: Request, payment_id: str) -> Response:
    """Plays the shopper in front of the simulated bank; the payment moves on a moment later.

    Without `TEST_MODE` it takes the merchant's test key, and is absent (404) to everybody else.
    """
    owner = await _owner(request, payment_id, "write")
    runtime, body = runtime_of(request), await read_object(request)

    async def act(tx: Connection) -> Answer:
        await decide_payment(tx, owner, payment_id, body.get("result"))
        return Answer(200, json_bytes({"status": "accepted"}))

    response = await answered(request, owner, act, shopper=payment_id)
    runtime.wakes.wake("payments")
    return response


@router.get(
    "/processor/{payment_id}",
    summary="What the simulated bank was asked",
    **operation(
        answer=ProcessorBooksAnswer,
        example={
            "payment_id": "pay_H8sK3jD9s2L1pQr4",
            "operations": {"authorize": {"operations": 1, "amount": 50000, "requests": 1}},
        },
        errors=(403, 404, 503),
        public=True,
    ),
)
async def get_processor_books(request: Request, payment_id: str) -> Response:
    """Per kind: distinct operations, their amount, and how often they were requested.

    Without `TEST_MODE` it takes the merchant's test key, and is absent (404) to everybody else.
    """
    await _owner(request, payment_id, "read")
    async with runtime_of(request).database.connection(None) as tx:
        books = await read_books(tx, payment_id)
    return json_response({"payment_id": payment_id, "operations": books})
