"""Ask the doctor about a webhook, with everything that we know of its merchant."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest
from gateway.events.queries import select_event
from gateway.ids import is_id
from gateway.tenancy.model import Caller
from gateway.validation import ClosedModel, validate
from gateway.webhooks.endpoints.change import find_endpoint
from gateway.webhooks.endpoints.configure import default_endpoint
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.queries import select_endpoints
from gateway.webhooks.endpoints.sealed import SecretReader
from gateway.webhooks.signatures.doctor import Case, diagnose
from gateway.webhooks.signatures.problems import KnownSecret


class VerifyBody(ClosedModel):
    """Body of `POST /webhooks/verify`: a webhook as it arrived."""

    messages: ClassVar[dict[str, str]] = {
        "headers": "headers must be an object of strings, as they arrived",
        "body": "body must be the text that arrived",
        "body_base64": "body_base64 must be base64 of the bytes that arrived",
        "secret": "secret must be a string",
        "endpoint_id": "endpoint_id must be the id of one of your endpoints",
    }

    headers: Annotated[dict[str, str], Field(max_length=100)] = Field(
        description="As they arrived; case is ignored."
    )
    body: str | None = Field(None, description="The body's text, exactly.")
    body_base64: str | None = Field(None, description="Or its bytes, where text might change on the way.")
    endpoint_id: str | None = Field(None, description="Only try this endpoint's secrets; absent: all.")
    secret: str | None = Field(
        None, max_length=500, description="What your receiver verifies with, to be checked."
    )


async def verify_webhook(
    tx: Connection, keyring: Keyring, caller: Caller, body: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """The diagnosis. Raises `BadRequest` for a body that is no case, and `NotFound` for an unknown endpoint."""
    asked = validate(VerifyBody, body)
    arrived = _read_bytes(asked)
    if asked.endpoint_id is not None:
        endpoints = [await find_endpoint(tx, caller, asked.endpoint_id)]
    else:
        endpoints = await select_endpoints(tx, caller) or [await default_endpoint(tx, caller)]
    headers = {name.lower(): value for name, value in asked.headers.items()}
    event_id = headers.get("webhook-id", "").strip()
    event = await select_event(tx, caller, event_id) if is_id(event_id, "evt") else None
    case = Case(
        body=arrived,
        headers=headers,
        sent=event.payload if event is not None else None,
        own_secret=asked.secret,
        now=now.timestamp(),
    )
    reader = SecretReader(keyring)
    return diagnose(case, [known for one in endpoints for known in known_secrets(reader, one, now)])


def _read_bytes(asked: VerifyBody) -> bytes:
    if (asked.body is None) == (asked.body_base64 is None):
        raise BadRequest("Give body or body_base64", field="body")
    if asked.body is not None:
        return asked.body.encode()
    try:
        return base64.b64decode(asked.body_base64 or "", validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest(VerifyBody.messages["body_base64"], field="body_base64") from None


def known_secrets(reader: SecretReader, endpoint: Endpoint, now: datetime) -> list[KnownSecret]:
    """What the endpoint signs with, and what it signed with before."""
    texts = reader.secrets(endpoint.id, endpoint.secret, endpoint.previous_secret)
    known = [KnownSecret(endpoint.id, texts[0], "current")]
    if endpoint.previous_secret_expires_at is not None:
        state = "previous" if endpoint.previous_secret_expires_at > now else "expired"
        known.append(KnownSecret(endpoint.id, texts[1], state))
    return known
