"""Webhooks, the one-endpoint face that existing dashboards call: configuration, secret, test, verification."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.endpoints.examples import TEST_SEND
from api.endpoints.schemas import WebhookTestAnswer
from api.endpoints.sending import answer_test, check_url
from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.secret_answers import reveal, sealed_secret
from api.http.shapes import EmptyBody
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from api.webhook_config.examples import CONFIG, VERIFICATION, VERIFY
from api.webhook_config.schemas import VerificationAnswer, WebhookConfigAnswer
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.idempotency.model import Answer
from gateway.webhooks.endpoints.change import DEFAULT_OVERLAP, rotate_secret
from gateway.webhooks.endpoints.configure import ConfigBody, default_endpoint, read_config, save_config
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.tools.verify import VerifyBody, verify_webhook

router = APIRouter(prefix="/api/v1/webhooks", tags=["Webhooks"])


def config_json(endpoint: Endpoint) -> dict[str, Any]:
    """The contract's two fields, and what a dashboard can show beside them."""
    return {
        "webhook_url": endpoint.url,
        "webhook_secret": sealed_secret(endpoint),
        "endpoint_id": endpoint.id,
        "events": endpoint.events,
        "status": endpoint.status,
        "disabled_reason": endpoint.disabled_reason,
    }


@router.get(
    "/config",
    summary="Retrieve the webhook configuration",
    **operation(answer=WebhookConfigAnswer, example=CONFIG, errors=READ_ERRORS),
)
async def get_config(request: Request) -> Response:
    """URL and secret of the merchant's first endpoint. Each reading stands in the audit log."""
    caller = await authenticated(request, "read")
    runtime = runtime_of(request)
    async with runtime.database.connection(caller) as tx:
        endpoint = await default_endpoint(tx, caller)
        await write_audit(tx, request, caller, "endpoint.secret_read", endpoint.id, {})
    return reveal(json_response(config_json(endpoint)), runtime.keyring)


@router.put(
    "/config",
    summary="Set or clear the webhook URL",
    **operation(
        answer=WebhookConfigAnswer,
        example=CONFIG,
        body=ConfigBody,
        body_example={"webhook_url": CONFIG["webhook_url"]},
        errors=WRITE_ERRORS,
    ),
)
async def put_config(request: Request) -> Response:
    """A URL enables deliveries, null stops them. Private and reserved addresses are refused."""
    caller = await authenticated(request, "write")
    config = read_config(await read_object(request))
    if config.webhook_url:
        checked = await check_url(request, caller, config.webhook_url, "webhook_url")
        config = config.model_copy(update={"webhook_url": checked})

    async def act(tx: Connection) -> Answer:
        endpoint = await save_config(tx, caller, config, utc_now())
        return Answer(200, json_bytes(config_json(endpoint)))

    return reveal(await answered(request, caller, act), runtime_of(request).keyring)


async def _regenerate(request: Request) -> Response:
    """A fresh secret; the one before it signs as well for 24 hours (`webhook-signature` carries both)."""
    caller = await authenticated(request, "write")
    keyring = runtime_of(request).keyring
    await read_object(request, optional=True, fields=EmptyBody)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            endpoint = await default_endpoint(tx, caller)
            endpoint = await rotate_secret(tx, keyring, caller, endpoint, DEFAULT_OVERLAP, utc_now())
        return Answer(200, json_bytes(config_json(endpoint)))

    return reveal(await answered(request, caller, act), keyring)


_REGENERATE: Final = operation(answer=WebhookConfigAnswer, example=CONFIG, errors=WRITE_ERRORS, idempotent=True)
router.post("/regenerate-secret", summary="Replace the webhook secret", **_REGENERATE)(_regenerate)
router.post("/secret/regenerate", summary="Replace the webhook secret (alias)", **_REGENERATE)(_regenerate)


@router.post(
    "/test",
    summary="Send a test event to the webhook URL",
    **operation(answer=WebhookTestAnswer, example=TEST_SEND, errors=WRITE_ERRORS, idempotent=True),
)
async def post_test(request: Request) -> Response:
    """Waits for the receiver (15 s at most) and tells what it answered. A failed test is not tried again."""
    caller = await authenticated(request, "write")
    await read_object(request, optional=True)
    async with runtime_of(request).database.connection(caller) as tx:
        endpoint = await default_endpoint(tx, caller)
    return await answer_test(request, caller, endpoint)


@router.post(
    "/verify",
    summary="Find out why a signature does not verify",
    **operation(
        answer=VerificationAnswer,
        example=VERIFICATION,
        body=VerifyBody,
        body_example=VERIFY,
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_verify(request: Request) -> Response:
    """Give a webhook as it arrived at your receiver: body, headers, and the secret that you verify with."""
    caller = await authenticated(request, "read")
    keyring = runtime_of(request).keyring
    body = await read_object(request)

    async def act(tx: Connection) -> Answer:
        return Answer(200, json_bytes(await verify_webhook(tx, keyring, caller, body, utc_now())))

    return await answered(request, caller, act)
