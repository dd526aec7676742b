"""Open the inbox: a webhook endpoint whose receiver is the gateway itself."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.inbox.model import write_token
from gateway.tenancy.model import Caller
from gateway.validation import ClosedModel
from gateway.webhooks.endpoints.bodies import NewEndpoint
from gateway.webhooks.endpoints.change import create_endpoint, updated
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.queries import delete_health, select_endpoints
from gateway.webhooks.sender.inbox_url import PATH

_DESCRIPTION = "Webhook inbox"


class InboxBody(ClosedModel):
    """Body of `POST /inbox`."""

    messages: ClassVar[dict[str, str]] = {"answer": "answer must be 200 or 503"}

    answer: Literal[200, 503] = Field(
        200, description="What the inbox answers from now on: 503 shows how a failing receiver looks."
    )


def inbox_url(base: str, token: str, answer: int) -> str:
    """Where webhooks for an inbox go. Raises nothing; `base` is this API as webhook senders reach it."""
    return f"{base}{PATH}{token}" + ("" if answer == 200 else f"?answer={answer}")


def answer_of(url: str) -> int:
    """What an inbox with this URL answers."""
    return 503 if url.endswith("?answer=503") else 200


async def find_inbox(tx: Connection, caller: Caller, base: str) -> Endpoint | None:
    """The caller's inbox, if he has opened one."""
    for endpoint in await select_endpoints(tx, caller):
        if endpoint.url is not None and endpoint.url.startswith(f"{base}{PATH}"):
            return endpoint
    return None


async def open_inbox(
    tx: Connection, keyring: Keyring, caller: Caller, base: str, body: InboxBody, now: datetime
) -> Endpoint:
    """The caller's inbox, opened if there is none, answering as asked. Raises `BadRequest` beyond 16 endpoints."""
    async with tx.transaction():
        endpoint = await find_inbox(tx, caller, base)
        if endpoint is None:
            # Its URL names the endpoint, whose id is made with it.
            new = NewEndpoint(url=f"{base}{PATH}", description=_DESCRIPTION)
            endpoint = await create_endpoint(tx, keyring, caller, new, now)
        # Anew each time: one that was sealed under a master key of the past would open for nobody.
        token = write_token(keyring, caller.merchant_id, endpoint.id)
        changes: dict[str, Any] = {
            "url": inbox_url(base, token, body.answer),
            "status": "enabled",
            "disabled_reason": None,
            "disabled_at": None,
            "updated_at": now,
        }
        await delete_health(tx, endpoint.id)
        return await updated(tx, caller, endpoint.id, changes)
