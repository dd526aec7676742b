"""The hosted page: its session, the progress of its payment, its settings."""

import json
import os
from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.checkout.examples import SESSION, SETTINGS, SHOPPER_PAYMENT
from api.checkout.page import is_hosted_page
from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.sessions import may_see_secrets
from api.http.wake import wake
from api.reference.openapi import operation
from gateway.checkout.model import MAX_EXTENSIONS, CheckoutSession, CheckoutSettingsBody
from gateway.checkout.pay_with import read_form, read_pay_with
from gateway.checkout.queries import add_extension, select_session, select_settings, upsert_settings
from gateway.checkout.result import shopper_payment
from gateway.checkout.signing.change import read_secrets
from gateway.checkout.watch import PaymentWatch
from gateway.checkout.ways import Ways, read_ways
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.idempotency.model import Answer
from gateway.ids import is_id
from gateway.payments.cancel import cancel_payment
from gateway.payments.model import Payment
from gateway.tenancy.model import Caller
from gateway.validation import validate

router = APIRouter(prefix="/api/v1/checkout", tags=["Checkout"])

MAX_WAIT_SECONDS: Final = 20
"""Below the 29 s of API Gateway and the 30 s of common proxies."""
STREAM_SECONDS: Final = 120
"""A stream ends after this, and the browser opens the next one: no process waits for it to stop."""
_SHOPPER_WRITE_ERRORS: Final = (400, 404, 409, 413, 422, 503)
_FINAL: Final = frozenset({"success", "failed", "cancelled"})
# Mangum and API Gateway buffer a stream until its end, so the page asks there with long polls.
_WATCH: Final = "poll" if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else "sse"


def _content(example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": {"type": "object"}, "example": example}}


@router.get(
    "/sessions/{order_id}/public",
    summary="What the hosted page shows",
    **operation(
        answer=_content(SESSION),
        example=None,
        errors=(400, 404, 503),
        public=True,
        parameters=[
            {"name": "key", "in": "query", "schema": {"type": "string"}, "description": "Public key id."},
            {"name": "origin", "in": "query", "schema": {"type": "string"}, "description": "Page that frames it."},
        ],
    ),
)
async def get_session(request: Request, order_id: str) -> Response:
    """Order, merchant's face, methods, and the newest payment; `origin_allowed` answers `origin`.

    `forms` says of each method who asks the shopper: this page (`own`), or the form of the processor that takes
    the payment (`processor`). `instruments`: the banks and wallets that this page asks for, by method. `form` is
    of a payment that waits in a processor's form: which one's, and its script.

    `pay_with` is what opens the form of the processor that takes the payment, while its `next_action` is `fields`:
    for the hosted page in a browser alone, null to everybody else and with credentials.

    A 404 with the field `key` says that the key is unknown, revoked or expired, whatever the order is.
    """
    runtime, key = runtime_of(request), request.query_params.get("key")
    try:
        session, ways = await _session(request, order_id, key)
    except NotFound:
        if key is not None and not await runtime.authenticator.knows(key):
            raise NotFound("API key not found", field="key") from None
        raise
    payment = None if session.payment is None else await _view(request, session.payment)
    origin = request.query_params.get("origin")
    answer = session.as_json(utc_now(), origin, ways.forms, ways.instruments, ways.processor)
    more = {"payment": payment, "watch": _WATCH, "action_seconds": runtime.settings.action_seconds}
    return json_response(answer | more | await _form(request, session.payment))


async def _form(request: Request, payment: Payment | None) -> dict[str, Any]:
    """The processor's form that the newest payment waits in; what opens it, for nobody but the hosted page."""
    if payment is None or payment.account_id is None:
        return {"form": None, "pay_with": None}
    runtime = runtime_of(request)
    async with runtime.database.connection(payment) as tx:
        form = await read_form(tx, runtime.settings, payment)
        if form is None or not is_hosted_page(request):
            return {"form": form, "pay_with": None}
        return {
            "form": form,
            "pay_with": await read_pay_with(tx, runtime.keyring, runtime.settings, payment),
        }


async def _session(request: Request, order_id: str, key: str | None) -> tuple[CheckoutSession, Ways]:
    owner = await _owner_of_order(request, order_id)
    async with runtime_of(request).database.connection(owner) as tx:
        session = await select_session(tx, order_id, key)
        if session is None:
            raise NotFound("Order not found")
        return session, await read_ways(tx, owner, session)


@router.post(
    "/sessions/{order_id}/extend/public",
    summary="Give the shopper more time",
    **operation(
        answer=_content(SESSION), example=None, errors=_SHOPPER_WRITE_ERRORS, public=True, idempotent=True
    ),
)
async def post_extend(request: Request, order_id: str) -> Response:
    """Adds the order's time once more, up to ten times, while it has not expired."""
    owner = await _owner_of_order(request, order_id)
    now = utc_now()

    async def act(tx: Connection) -> Answer:
        session = await select_session(tx, order_id, None)
        if session is None or session.expires_at is None or session.expires_at <= now:
            raise BadRequest("This order cannot be extended")
        if not await add_extension(tx, order_id, MAX_EXTENSIONS):
            raise BadRequest("This order cannot be extended any more")
        extended = await select_session(tx, order_id, None) or session
        ways = await read_ways(tx, owner, extended)
        answer = extended.as_json(now, None, ways.forms, ways.instruments, ways.processor)
        return Answer(200, json_bytes(answer))

    return await answered(request, owner, act, shopper=order_id)


async def _owner_of_order(request: Request, order_id: str) -> Caller:
    """The merchant whose page the request comes from. Raises `NotFound`."""
    owner = await runtime_of(request).tenants.of_order(order_id)
    if owner is None:
        raise NotFound("Order not found")
    return owner


@router.get(
    "/payments/{payment_id}/public",
    summary="Wait for a payment to move on",
    **operation(
        answer=_content(SHOPPER_PAYMENT),
        example=None,
        errors=(400, 404, 503),
        public=True,
        parameters=[
            {
                "name": "wait",
                "in": "query",
                "schema": {"type": "integer", "minimum": 0, "maximum": MAX_WAIT_SECONDS},
                "description": "Seconds to wait for a change.",
            },
            {"name": "status", "in": "query", "schema": {"type": "string"}, "description": "What you know."},
        ],
    ),
)
async def get_shopper_payment(request: Request, payment_id: str) -> Response:
    """The payment with its signed result; with `wait` (seconds), once its status is not `status` any more."""
    wait = request.query_params.get("wait", "0")
    if not (wait.isascii() and wait.isdecimal() and len(wait) < 4 and int(wait) <= MAX_WAIT_SECONDS):
        raise BadRequest(f"wait must be 0 to {MAX_WAIT_SECONDS}", field="wait")
    payment = await _watched(request, payment_id, request.query_params.get("status"), int(wait))
    return json_response(await _view(request, payment))


@router.get(
    "/payments/{payment_id}/events/public",
    summary="Follow a payment as a stream",
    **operation(
        answer={"text/event-stream": {"schema": {"type": "string"}, "example": 'data: {"status":"success"}\n\n'}},
        example=None,
        errors=(404, 503),
        public=True,
    ),
)
async def get_payment_events(request: Request, payment_id: str) -> Response:
    """Server-sent events: the payment now and after each change, until it has ended."""
    first = await _watched(request, payment_id, None, 0)

    async def events() -> AsyncIterator[str]:
        payment, ticks = first, 0
        yield "retry: 500\n"
        while True:
            yield f"data: {json.dumps(await _view(request, payment), separators=(',', ':'))}\n\n"
            if payment.status in _FINAL or ticks * MAX_WAIT_SECONDS >= STREAM_SECONDS:
                return
            ticks += 1
            payment = await _watched(request, payment_id, payment.status, MAX_WAIT_SECONDS)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), headers=headers, media_type="text/event-stream")


@router.post(
    "/payments/{payment_id}/cancel/public",
    summary="Give up a challenge or a UPI approval",
    **operation(
        answer=_content(SHOPPER_PAYMENT),
        example=None,
        errors=(*_SHOPPER_WRITE_ERRORS, "PROCESSOR_REQUIRED"),
        public=True,
        idempotent=True,
    ),
)
async def post_shopper_cancel(request: Request, payment_id: str) -> Response:
    """Only while the payment waits for the shopper, who then may pay in another way."""
    payment = await _watched(request, payment_id, None, 0)
    caller = Caller(payment.merchant_id, "test" if payment.mode == "test" else "live")
    runtime = runtime_of(request)
    deliveries = 0

    async def act(tx: Connection) -> Answer:
        nonlocal deliveries
        cancelled, deliveries = await cancel_payment(tx, caller, payment_id, utc_now(), by_shopper=True)
        shown = await shopper_payment(tx, runtime.keyring, cancelled, runtime.settings.codes_per_order)
        return Answer(200, json_bytes(shown))

    response = await answered(request, caller, act, shopper=payment.order_id)
    wake(request, "payments", deliveries)
    return response


async def _watched(request: Request, payment_id: str, known: str | None, seconds: float) -> Payment:
    state = request.app.state
    if not hasattr(state, "payment_watch"):
        state.payment_watch = PaymentWatch(runtime_of(request).database, runtime_of(request).tenants)
    watch: PaymentWatch = state.payment_watch
    payment = await watch.changed(payment_id, known, seconds) if is_id(payment_id, "pay") else None
    if payment is None:
        raise NotFound("Payment not found")
    return payment


async def _view(request: Request, payment: Payment) -> dict[str, Any]:
    runtime = runtime_of(request)
    async with runtime.database.connection(payment) as tx:
        return await shopper_payment(tx, runtime.keyring, payment, runtime.settings.codes_per_order)


@router.get(
    "/settings", summary="Settings of the hosted page", **operation(answer=_content(SETTINGS), example=None)
)
async def get_settings(request: Request) -> Response:
    """With the secret that signs results: keep it on your server, as you keep the API secret.

    A person whose role does not see webhook secrets does not see this one: it is null. Each reading of it
    stands in the audit log."""
    caller = await authenticated(request, "write")
    async with runtime_of(request).database.connection(caller) as tx:
        shown = await _settings(request, tx, caller)
        if shown["signing_secret"] is not None:
            await write_audit(tx, request, caller, "checkout.secret_read", None, {})
    return json_response(shown)


@router.put(
    "/settings",
    summary="Change the hosted page",
    **operation(
        answer=_content(SETTINGS),
        example=None,
        body=CheckoutSettingsBody,
        body_example={"allowed_origins": ["https://shop.example"], "primary_color": "#0a7cff"},
        errors=(400, 401, 403, 413, 415, 503),
    ),
)
async def put_settings(request: Request) -> Response:
    """Replaces all settings of this mode; what is left out goes back to its default."""
    caller = await authenticated(request, "write")
    settings = validate(CheckoutSettingsBody, await read_object(request)).model_dump()
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        await upsert_settings(tx, caller.merchant_id, caller.mode, settings, utc_now())
        await write_audit(tx, request, caller, "checkout.updated", None, settings)
        return json_response(await _settings(request, tx, caller))


async def _settings(request: Request, tx: Connection, caller: Caller) -> dict[str, Any]:
    settings = await select_settings(tx, caller.merchant_id, caller.mode)
    if not may_see_secrets(request, caller):
        return settings.as_json() | {"signing_secret": None}
    signing = await read_secrets(tx, runtime_of(request).keyring, caller)
    return settings.as_json() | {"signing_secret": signing.secret}
