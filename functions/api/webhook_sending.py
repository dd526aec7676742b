"""What the API itself does over the network for webhooks: check a URL, send a test event."""

from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import answered, json_bytes, runtime_of
from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.idempotency.model import Answer
from gateway.idempotency.queries import select_answer
from gateway.merchants.model import Caller
from gateway.webhooks.addresses import AddressGuard
from gateway.webhooks.client import WebhookClient
from gateway.webhooks.model import Endpoint
from gateway.webhooks.sealed import SecretReader
from gateway.webhooks.target import TargetRefused
from gateway.webhooks.test_send import TestSend, record_test, send_test


def _guard(request: Request) -> AddressGuard:
    state = request.app.state
    if not hasattr(state, "webhook_guard"):
        state.webhook_guard = AddressGuard(runtime_of(request).settings)
    guard: AddressGuard = state.webhook_guard
    return guard


def _client(request: Request) -> WebhookClient:
    state = request.app.state
    if not hasattr(state, "webhook_client"):
        state.webhook_client = WebhookClient(runtime_of(request).settings, _guard(request))
    client: WebhookClient = state.webhook_client
    return client


async def check_url(request: Request, caller: Caller, url: str, field: str) -> None:
    """Refuse a URL that webhooks must not be sent to. Raises `BadRequest`."""
    try:
        await _guard(request).check_saved_url(url, caller.mode)
    except TargetRefused as error:
        text = str(error)
        raise BadRequest(text[0].upper() + text[1:], field=field) from None


async def answer_test(request: Request, caller: Caller, endpoint: Endpoint) -> Response:
    """Send a test event and tell what the receiver answered.

    The sending is outside the transaction that keeps the answer; a request whose answer is kept
    already is not sent again.
    """
    runtime = runtime_of(request)
    key = request.headers.get("idempotency-key")
    sent: TestSend | None = None
    kept = None
    if key:
        async with runtime.database.connection(caller) as tx:
            kept = await select_answer(tx, caller, key)
    if kept is None:
        sent = await send_test(_client(request), SecretReader(runtime.keyring), endpoint)

    async def act(tx: Connection) -> Answer:
        assert sent is not None, "a kept answer is replayed, not made"
        await record_test(tx, sent)
        return Answer(200, json_bytes(sent.as_json()))

    return await answered(request, caller, act)
