"""Notices that wait for a person."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.processor_notices.schemas import NoticesInReview, SettledNotice, SettleNotice
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Answer
from gateway.ids import is_id
from gateway.processors.notices.review import select_notices_in_review, settle_notice
from gateway.validation import validate

router = APIRouter(prefix="/api/v1/processor-notices", tags=["Processors"])

_NOTICE: Final[dict[str, Any]] = {
    "account_id": "acct_H8sK3jD9s2L1pQr4",
    "processor": "stripe",
    "account_label": "Shop in the EU",
    "event_id": "evt_1H8sK3jD9s2L1pQr",
    "type": "payment_intent.succeeded",
    "topic": "payment",
    "objects": ["pi_3H8sK3jD9s2L1pQr"],
    "own_ids": [],
    "received_at": "2026-01-12T10:31:10.123Z",
    "tries": 14,
    "review_reason": "no payment of ours was found in three days",
    "advice": "Look for the ids in the processor's dashboard.",
}


@router.get(
    "",
    summary="List notices that wait for a person",
    **operation(answer=NoticesInReview, example={"data": [_NOTICE]}, errors=READ_ERRORS),
)
async def get_notices(request: Request) -> Response:
    """What processors have told of something that is not known here: the hundred oldest, with what to do."""
    caller = await authenticated(request, "read")
    async with runtime_of(request).database.connection(caller) as tx:
        return json_response({"data": await select_notices_in_review(tx, caller)})


@router.post(
    "/{account_id}/settle",
    summary="Settle a notice that waits for a person",
    **operation(
        answer=SettledNotice,
        example={"event_id": _NOTICE["event_id"], "status": "settled"},
        body=SettleNotice,
        body_example={"event_id": _NOTICE["event_id"], "again": False},
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_settle(request: Request, account_id: str) -> Response:
    """Somebody has looked at it: it leaves the list. With `again` what it is about is looked for once more, and it
    comes back if that is still not here. Takes the scope `admin`: owners and admins."""
    caller = await authenticated(request, "admin")
    body = validate(SettleNotice, await read_object(request))

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            known = is_id(account_id, "acct")
            if not known or not await settle_notice(tx, caller, account_id, body.event_id, again=body.again):
                raise NotFound("There is no such notice that waits")
            details = {"event_id": body.event_id, "again": body.again}
            await write_audit(tx, request, caller, "processor_notice.settled", account_id, details)
        status = "looked_for" if body.again else "settled"
        return Answer(200, json_bytes({"event_id": body.event_id, "status": status}))

    return await answered(request, caller, act)
