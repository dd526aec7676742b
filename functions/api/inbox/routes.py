"""The webhook inbox: a receiver of ours that shows what it got, and whether it verifies. Test mode only."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.deliveries.examples import DELIVERY
from api.endpoints.sending import check_url
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.shapes import ENDPOINT_ID
from api.inbox.schemas import InboxAnswer, InboxReceipt
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from api.reference.parameters import parameter
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import BadRequest, NotFound, PayloadTooLarge, Unavailable
from gateway.idempotency.model import Answer
from gateway.inbox.model import MAXIMUM_BODY, read_token
from gateway.inbox.open import InboxBody, answer_of, find_inbox, open_inbox
from gateway.inbox.queries import delete_older, select_received
from gateway.inbox.receive import receive_webhook
from gateway.tenancy.model import Caller
from gateway.validation import validate
from gateway.webhooks.endpoints.change import delete_endpoint
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.sender.inbox_url import PATH, inbox_base

router = APIRouter(prefix="/api/v1", tags=["Webhook inbox"])

_EXAMPLE: Final[dict[str, Any]] = {
    "endpoint_id": ENDPOINT_ID,
    "url": f"http://localhost:8000{PATH}AXf3…",
    "answer": 200,
    "data": [
        {
            "id": "12",
            "endpoint_id": ENDPOINT_ID,
            "event_id": DELIVERY["event_id"],
            "event": "payment.success",
            "verified": True,
            "problems": [],
            "headers": {"content-type": "application/json", "webhook-timestamp": "1768473072"},
            "body": '{"event":"payment.success"}',
            "answered": 200,
            "received_at": "2026-01-15T10:31:12.456Z",
        }
    ],
}
_ANSWER: Final = {"type": "string", "enum": ["200", "503"]}
_CLOSED: Final[dict[str, Any]] = {"endpoint_id": None, "url": None, "answer": None, "data": []}


def _base(request: Request) -> str:
    """This API as webhook senders reach it."""
    return inbox_base(runtime_of(request).settings)


async def _caller(request: Request, scope: str) -> Caller:
    caller = await authenticated(request, scope)
    if caller.mode != "test":
        raise BadRequest("The inbox is there in test mode only")
    return caller


async def _shown(tx: Connection, caller: Caller, endpoint: Endpoint | None) -> dict[str, Any]:
    received = await select_received(tx, caller)
    shown = {"data": [one.as_json() for one in received]}
    if endpoint is None:
        return _CLOSED | shown
    return {"endpoint_id": endpoint.id, "url": endpoint.url, "answer": answer_of(endpoint.url or "")} | shown


@router.get(
    "/inbox",
    summary="Read the webhook inbox",
    **operation(answer=InboxAnswer, example=_EXAMPLE, errors=(*READ_ERRORS, 400, 404)),
)
async def get_inbox(request: Request) -> Response:
    """What our own receiver got, each with whether its signature holds. For test mode only."""
    base = _base(request)
    caller = await _caller(request, "read")
    async with runtime_of(request).database.connection(caller) as tx:
        return json_response(await _shown(tx, caller, await find_inbox(tx, caller, base)))


@router.post(
    "/inbox",
    summary="Open the webhook inbox",
    **operation(
        answer=InboxAnswer,
        example=_EXAMPLE,
        body=InboxBody,
        body_example={"answer": 200},
        body_required=False,
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_inbox(request: Request) -> Response:
    """Adds a webhook endpoint whose receiver is the gateway; once it is there, sets what it answers."""
    base = _base(request)
    caller = await _caller(request, "write")
    keyring = runtime_of(request).keyring
    body = validate(InboxBody, await read_object(request, optional=True))
    await check_url(request, caller, f"{base}{PATH}", "answer")

    async def act(tx: Connection) -> Answer:
        endpoint = await open_inbox(tx, keyring, caller, base, body, utc_now())
        return Answer(200, json_bytes(await _shown(tx, caller, endpoint)))

    return await answered(request, caller, act)


@router.delete(
    "/inbox",
    summary="Close the webhook inbox",
    **operation(answer=InboxAnswer, example=_CLOSED, errors=(*READ_ERRORS, 400, 404)),
)
async def delete_inbox(request: Request) -> Response:
    """Deletes its endpoint, and what it received."""
    base = _base(request)
    caller = await _caller(request, "write")

    async def act(tx: Connection) -> Answer:
        endpoint = await find_inbox(tx, caller, base)
        if endpoint is not None:
            await delete_endpoint(tx, caller, endpoint.id, utc_now())
        await delete_older(tx, caller, kept=0)
        return Answer(200, json_bytes(_CLOSED))

    return await answered(request, caller, act)


@router.post(
    "/test/inbox/{inbox_token}",
    summary="Receive a webhook in the inbox",
    **operation(
        answer=InboxReceipt,
        example={"received": True, "verified": True},
        parameters=[parameter("answer", _ANSWER, "What to answer, once it is kept.", "200")],
        errors=(400, 404, 413, 503),
        public=True,
    ),
)
async def post_to_inbox(request: Request, inbox_token: str) -> Response:
    """What the inbox's endpoint posts to; you can post to it as well, to see whether your signature verifies.

    The token, which nobody can make up, is the permission.
    """
    runtime = runtime_of(request)
    answer = request.query_params.get("answer", "200")
    if answer not in ("200", "503"):
        raise BadRequest("answer must be 200 or 503", field="answer")
    found = read_token(runtime.keyring, inbox_token)
    if found is None:
        raise NotFound("No such inbox")
    body = await request.body()
    if len(body) > MAXIMUM_BODY:
        raise PayloadTooLarge(f"The inbox takes bodies of at most {MAXIMUM_BODY} bytes")
    merchant_id, endpoint_id = found
    caller = Caller(merchant_id, "test")
    async with runtime.database.connection(caller) as tx:
        verified = await receive_webhook(
            tx, runtime.keyring, caller, endpoint_id, request.headers, body, int(answer), utc_now()
        )
    if answer == "503":
        raise Unavailable("This inbox plays a failing receiver", retry_after=1)
    return json_response({"received": True, "verified": verified})
