"""Webhook endpoints: up to sixteen URLs of a merchant, each with its events and its secret."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.endpoints.examples import ENDPOINT, NEW_ENDPOINT, SECRET, TEST_SEND
from api.endpoints.schemas import (
    DeletedAnswer,
    EndpointAnswer,
    EndpointListAnswer,
    EndpointSecretAnswer,
    NewEndpointAnswer,
    WebhookTestAnswer,
)
from api.endpoints.sending import answer_test, check_url
from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.secret_answers import reveal, sealed_secret
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from gateway.clock import iso_or_none, utc_now
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.idempotency.model import Answer
from gateway.validation import validate
from gateway.webhooks.endpoints.bodies import EndpointChanges, NewEndpoint, Rotation
from gateway.webhooks.endpoints.change import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    find_endpoint,
    rotate_secret,
)
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.queries import select_endpoints, select_health
from gateway.webhooks.endpoints.sealed import SecretReader

router = APIRouter(prefix="/api/v1/webhooks/endpoints", tags=["Webhook endpoints"])


async def _shown(tx: Connection, keyring: Keyring, endpoints: list[Endpoint]) -> list[dict[str, Any]]:
    health = await select_health(tx, [endpoint.id for endpoint in endpoints])
    reader = SecretReader(keyring)
    return [
        endpoint.as_json(health.get(endpoint.id), list(reader.headers(endpoint.id, endpoint.headers)))
        for endpoint in endpoints
    ]


def _secret_json(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "secret": sealed_secret(endpoint),
        "previous_secret_expires_at": iso_or_none(endpoint.previous_secret_expires_at),
    }


@router.post(
    "",
    summary="Create a webhook endpoint",
    **operation(
        status=201,
        answer=NewEndpointAnswer,
        example=ENDPOINT | {"secret": SECRET["secret"]},
        body=NewEndpoint,
        body_example=NEW_ENDPOINT,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
)
async def post_endpoint(request: Request) -> Response:
    """The secret is in the answer; it can be read again. Private and reserved addresses are refused."""
    caller = await authenticated(request, "write")
    keyring = runtime_of(request).keyring
    new = validate(NewEndpoint, await read_object(request))
    new = new.model_copy(update={"url": await check_url(request, caller, new.url, "url")})

    async def act(tx: Connection) -> Answer:
        endpoint = await create_endpoint(tx, keyring, caller, new, utc_now())
        [shown] = await _shown(tx, keyring, [endpoint])
        return Answer(201, json_bytes(shown | {"secret": sealed_secret(endpoint)}))

    return reveal(await answered(request, caller, act), keyring)


@router.get(
    "",
    summary="List webhook endpoints",
    **operation(
        answer=EndpointListAnswer,
        example={"data": [ENDPOINT], "next_cursor": None, "has_more": False},
        errors=READ_ERRORS,
    ),
)
async def get_endpoints(request: Request) -> Response:
    """All of them, oldest first. One that was disabled says why."""
    caller = await authenticated(request, "read")
    runtime = runtime_of(request)
    async with runtime.database.connection(caller) as tx:
        shown = await _shown(tx, runtime.keyring, await select_endpoints(tx, caller))
    return json_response({"data": shown, "next_cursor": None, "has_more": False})


@router.get(
    "/{endpoint_id}",
    summary="Retrieve a webhook endpoint",
    **operation(answer=EndpointAnswer, example=ENDPOINT, errors=(*READ_ERRORS, 404)),
)
async def get_endpoint(request: Request, endpoint_id: str) -> Response:
    """With how it has been doing."""
    caller = await authenticated(request, "read")
    runtime = runtime_of(request)
    async with runtime.database.connection(caller) as tx:
        [shown] = await _shown(tx, runtime.keyring, [await find_endpoint(tx, caller, endpoint_id)])
    return json_response(shown)


@router.patch(
    "/{endpoint_id}",
    summary="Change a webhook endpoint",
    **operation(
        answer=EndpointAnswer,
        example=ENDPOINT,
        body=EndpointChanges,
        body_example={"status": "enabled", "events": None},
        errors=(*WRITE_ERRORS, 404),
    ),
)
async def patch_endpoint(request: Request, endpoint_id: str) -> Response:
    """What is absent stays. Disabling tells your other endpoints; enabling forgets failures."""
    caller = await authenticated(request, "write")
    runtime = runtime_of(request)
    body = validate(EndpointChanges, await read_object(request))
    if "url" in body.model_fields_set:
        body = body.model_copy(update={"url": await check_url(request, caller, body.url, "url")})
    deliveries = 0

    async def act(tx: Connection) -> Answer:
        nonlocal deliveries
        endpoint, deliveries = await change_endpoint(tx, runtime.keyring, caller, endpoint_id, body, utc_now())
        [shown] = await _shown(tx, runtime.keyring, [endpoint])
        return Answer(200, json_bytes(shown))

    response = await answered(request, caller, act)
    if deliveries:
        runtime.wakes.wake("webhooks")
    return response


@router.delete(
    "/{endpoint_id}",
    summary="Delete a webhook endpoint",
    **operation(
        answer=DeletedAnswer,
        example={"id": ENDPOINT["id"], "deleted": True},
        errors=(401, 403, 404, 503),
    ),
)
async def delete(request: Request, endpoint_id: str) -> Response:
    """Nothing more is sent to it; what waits for it ends as failed. Its log stays."""
    caller = await authenticated(request, "write")

    async def act(tx: Connection) -> Answer:
        await delete_endpoint(tx, caller, endpoint_id, utc_now())
        return Answer(200, json_bytes({"id": endpoint_id, "deleted": True}))

    return await answered(request, caller, act)


@router.get(
    "/{endpoint_id}/secret",
    summary="Show the secret of a webhook endpoint",
    **operation(answer=EndpointSecretAnswer, example=SECRET, errors=(*READ_ERRORS, 404)),
)
async def get_secret(request: Request, endpoint_id: str) -> Response:
    """What signatures are made with. Each reading stands in the audit log."""
    caller = await authenticated(request, "read")
    runtime = runtime_of(request)
    async with runtime.database.connection(caller) as tx:
        endpoint = await find_endpoint(tx, caller, endpoint_id)
        await write_audit(tx, request, caller, "endpoint.secret_read", endpoint.id, {})
    return reveal(json_response(_secret_json(endpoint)), runtime.keyring)


@router.post(
    "/{endpoint_id}/rotate-secret",
    summary="Replace the secret of a webhook endpoint",
    **operation(
        answer=EndpointSecretAnswer,
        example=SECRET | {"previous_secret_expires_at": "2026-01-16T10:31:12.456Z"},
        body=Rotation,
        body_example={"overlap_hours": 24},
        body_required=False,
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_rotation(request: Request, endpoint_id: str) -> Response:
    """`webhook-signature` carries both signatures until the overlap ends, `X-Webhook-Signature` the new one."""
    caller = await authenticated(request, "write")
    keyring = runtime_of(request).keyring
    overlap = timedelta(hours=validate(Rotation, await read_object(request, optional=True)).overlap_hours)

    async def act(tx: Connection) -> Answer:
        endpoint = await find_endpoint(tx, caller, endpoint_id)
        endpoint = await rotate_secret(tx, keyring, caller, endpoint, overlap, utc_now())
        return Answer(200, json_bytes(_secret_json(endpoint)))

    return reveal(await answered(request, caller, act), keyring)


@router.post(
    "/{endpoint_id}/test",
    summary="Send a test event to a webhook endpoint",
    **operation(answer=WebhookTestAnswer, example=TEST_SEND, errors=(*WRITE_ERRORS, 404), idempotent=True),
)
async def post_endpoint_test(request: Request, endpoint_id: str) -> Response:
    """Waits for the receiver and tells what it answered; also to a disabled endpoint."""
    caller = await authenticated(request, "write")
    await read_object(request, optional=True)
    async with runtime_of(request).database.connection(caller) as tx:
        endpoint = await find_endpoint(tx, caller, endpoint_id)
    return await answer_test(request, caller, endpoint)
