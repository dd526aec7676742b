"""The webhook log: deliveries, their attempts, and sending one again."""

import json
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.deliveries.examples import DELIVERY, DELIVERY_DETAIL
from api.deliveries.log_query import next_cursor, read_log_query
from api.deliveries.parameters import LOG_PARAMETERS
from api.deliveries.schemas import WebhookDeliveryAnswer, WebhookLogAnswer, WebhookRetryAnswer
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, WRITE_ERRORS, operation
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.events.queries import select_event
from gateway.idempotency.model import Answer
from gateway.webhooks.deliveries.model import Delivery
from gateway.webhooks.deliveries.queries import (
    count_log,
    restart_delivery,
    select_attempts,
    select_delivery,
    select_log,
)

router = APIRouter(prefix="/api/v1/webhooks", tags=["Webhooks"])

_RETRIED: Final = "Webhook retry scheduled"


@router.get(
    "",
    summary="List webhook deliveries",
    **operation(
        answer=WebhookLogAnswer,
        example={
            "data": [DELIVERY],
            "total": 1,
            "total_is_exact": True,
            "limit": 10,
            "offset": 0,
            "next_cursor": None,
        },
        parameters=LOG_PARAMETERS,
        errors=LIST_ERRORS,
    ),
)
async def get_log(request: Request) -> Response:
    """Newest first. `total` is counted up to 10,000; `cursor` goes on past any offset."""
    caller = await authenticated(request, "read")
    where, page, binding = read_log_query(request, caller)

    async def read(tx: Connection) -> tuple[tuple[int, bool], list[Delivery]]:
        return await count_log(tx, caller, where), await select_log(tx, caller, where, page)

    (total, is_exact), deliveries = await runtime_of(request).reads.run(caller, read)
    return json_response(
        {
            "data": [delivery.as_json() for delivery in deliveries],
            "total": total,
            "total_is_exact": is_exact,
            "limit": page.limit,
            "offset": page.offset,
            "next_cursor": next_cursor(deliveries, page, binding),
        }
    )


@router.get(
    "/{delivery_id}",
    summary="Retrieve a delivery with its attempts",
    **operation(answer=WebhookDeliveryAnswer, example=DELIVERY_DETAIL, errors=(*READ_ERRORS, 404)),
)
async def get_delivery(request: Request, delivery_id: str) -> Response:
    """Payload, and the newest fifty attempts: what was sent, what came back, and after how long."""
    caller = await authenticated(request, "read")
    async with runtime_of(request).database.connection(caller) as tx:
        delivery = await select_delivery(tx, caller, delivery_uuid(delivery_id))
        if delivery is None:
            raise NotFound("Webhook not found")
        event = await select_event(tx, caller, delivery.event_id)
        attempts = await select_attempts(tx, delivery.id)
    assert event is not None, "a delivery has an event"
    return json_response(
        delivery.as_json()
        | {
            "payload": json.loads(event.payload),
            "attempts_log": [attempt.as_json() for attempt in attempts],
        }
    )


@router.post(
    "/{delivery_id}/retry",
    summary="Send a delivery again",
    **operation(
        answer=WebhookRetryAnswer,
        example={"id": DELIVERY["id"], "status": "pending", "message": _RETRIED},
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_retry(request: Request, delivery_id: str) -> Response:
    """In any state, also after a success: the event keeps its id, the attempt has a new timestamp."""
    caller = await authenticated(request, "write")
    await read_object(request, optional=True)

    async def act(tx: Connection) -> Answer:
        status = await restart_delivery(tx, caller, delivery_uuid(delivery_id), utc_now())
        if status is None:
            raise NotFound("Webhook not found")
        if status != "enabled":
            raise BadRequest("The endpoint is disabled: enable it first")
        return Answer(200, json_bytes({"id": delivery_id, "status": "pending", "message": _RETRIED}))

    response = await answered(request, caller, act)
    runtime_of(request).wakes.wake("webhooks")
    return response


def delivery_uuid(text: str) -> UUID:
    """The id of a delivery. Raises `NotFound` for another shape."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("Webhook not found") from None
