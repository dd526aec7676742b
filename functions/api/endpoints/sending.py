"""What the API itself does over the network for webhooks: check a URL, send a test event.

The client is imported by the first who needs it: its libraries take 10 MB.
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import answered, claim, json_bytes, runtime_of
from gateway.database import Connection
from gateway.errors import BadRequest, IdempotencyInProgress
from gateway.idempotency.model import Answer
from gateway.tenancy.model import Caller
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.sealed import SecretReader
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.target import TargetRefused, plain_url
from gateway.webhooks.tools.send_test import TestSend, record_test, require_url, send_test

if TYPE_CHECKING:
    from gateway.webhooks.sender.client import WebhookClient

_CLAIM_SPARE_SECONDS: Final = 30.0
"""How much longer than the sending itself an idempotency key is held for a process that may have died."""


def _guard(request: Request) -> AddressGuard:
    state = request.app.state
    if not hasattr(state, "webhook_guard"):
        state.webhook_guard = AddressGuard(runtime_of(request).settings)
    guard: AddressGuard = state.webhook_guard
    return guard


def _client(request: Request) -> "WebhookClient":
    from gateway.webhooks.sender.client import WebhookClient

    state = request.app.state
    if not hasattr(state, "webhook_client"):
        state.webhook_client = WebhookClient(runtime_of(request).settings, _guard(request), most_idle=0)
    client: WebhookClient = state.webhook_client
    return client


async def check_url(request: Request, caller: Caller, url: str, field: str) -> str:
    """The URL as it will be called, to be saved. Raises `BadRequest` for one that webhooks must not be sent to."""
    from gateway.webhooks.sender.client import request_url

    try:
        target = await _guard(request).check_saved_url(url, caller.mode)
        request_url(url, target)
        return plain_url(url, target)
    except TargetRefused as error:
        text = str(error)
        raise BadRequest(text[0].upper() + text[1:], field=field) from None


async def answer_test(request: Request, caller: Caller, endpoint: Endpoint) -> Response:
    """Send a test event and tell what the receiver answered. Raises `BadRequest` for an endpoint without a URL.

    The sending is outside any transaction. It is done by the request that has taken the idempotency key, and
    by none beside or after it.
    """
    runtime = runtime_of(request)
    require_url(endpoint)
    claimed = await claim(request, caller, runtime.settings.webhook_timeout_seconds + _CLAIM_SPARE_SECONDS)
    sent: TestSend | None = None
    if claimed:
        sent = await send_test(_client(request), SecretReader(runtime.keyring), endpoint)

    async def act(tx: Connection) -> Answer:
        if sent is None:  # the claim that was in our way has been swept away this moment
            raise IdempotencyInProgress("The first request with this key has not ended", retry_after=1)
        await record_test(tx, sent)
        return Answer(200, json_bytes(sent.as_json()))

    return await answered(request, caller, act, claimed=claimed)
