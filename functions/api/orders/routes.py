"""Orders: what is to be paid."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import (
    accepted_response,
    authenticated,
    idempotency_key,
    json_bytes,
    json_response,
    read_object,
    runtime_of,
    shown,
)
from api.http.errors import error_answer
from api.http.lists import answer_list
from api.orders.examples import NEW_ORDER, ORDER, PUBLIC_ORDER
from api.orders.schemas import OrderAnswer, PublicOrderAnswer
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, WRITE_ERRORS, operation
from gateway.errors import NotFound
from gateway.idempotency.model import Accepted, RequestKey
from gateway.ids import is_id
from gateway.orders.listing import ORDERS
from gateway.orders.model import NewOrder
from gateway.orders.queries import select_order
from gateway.runtime import Runtime
from gateway.tenancy.model import Caller

router = APIRouter(prefix="/api/v1", tags=["Orders"])


@router.post(
    "/orders",
    summary="Create an order",
    **operation(
        status=201,
        answer=OrderAnswer,
        example=ORDER,
        body=NewOrder,
        body_example=NEW_ORDER,
        errors=(*WRITE_ERRORS, "PROCESSOR_REQUIRED"),
        idempotent=True,
    ),
)
async def post_order(request: Request) -> Response:
    """The amount is in the currency's minor unit and never changes afterwards."""
    caller = await authenticated(request, "write")
    body = await read_object(request)
    return accepted_response(
        request, await accept_order(request, caller, body, await idempotency_key(request, None))
    )


async def accept_order(request: Request, caller: Caller, body: dict[str, Any], key: RequestKey | None) -> Accepted:
    """What becomes of it, whichever way it comes in."""
    return await runtime_of(request).accept_orders.accept(caller, body, key, partial(error_answer, request))


@router.get(
    "/orders",
    summary="List orders",
    **operation(
        answer=list_answer(ORDERS, OrderAnswer, ORDER),
        parameters=list_parameters(ORDERS),
        errors=LIST_ERRORS,
    ),
)
async def get_orders(request: Request) -> Response:
    """Newest first, in pages. With `Accept: text/csv` all that the filters leave, as one file."""
    return await answer_list(request, await authenticated(request, "read"), ORDERS)


@router.get(
    "/orders/{order_id}",
    summary="Retrieve an order",
    **operation(answer=OrderAnswer, example=ORDER, errors=(*READ_ERRORS, 404)),
)
async def get_order(request: Request, order_id: str) -> Response:
    """The order with this id, if it is yours."""
    caller = await authenticated(request, "read")
    return shown(await shown_order(runtime_of(request), caller, order_id))


async def shown_order(runtime: Runtime, caller: Caller, order_id: str) -> bytes:
    """The body of the answer, whichever way it is asked for."""
    order = await runtime.orders.find(caller, order_id) if is_id(order_id, "order") else None
    if order is None:
        raise NotFound("Order not found")
    return json_bytes(order.as_json())


@router.get(
    "/orders/{order_id}/public",
    summary="Retrieve the public part of an order",
    **operation(answer=PublicOrderAnswer, example=PUBLIC_ORDER, errors=(404, 503), public=True),
)
async def get_public_order(request: Request, order_id: str) -> Response:
    """For the shopper's page: no key needed, nothing about the merchant shown."""
    runtime, order = runtime_of(request), None
    owner = await runtime.tenants.of_order(order_id)
    if owner is not None:
        async with runtime.database.connection(owner) as tx:
            order = await select_order(tx, owner, order_id)
    if order is None:
        raise NotFound("Order not found")
    return json_response(order.as_public_json())
