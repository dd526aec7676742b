"""Take a webhook as a merchant's receiver would, and say whether it verifies."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import NotFound
from gateway.inbox.queries import delete_older, insert_received
from gateway.tenancy.model import Caller
from gateway.webhooks.endpoints.queries import select_endpoint
from gateway.webhooks.endpoints.sealed import SecretReader
from gateway.webhooks.signatures.doctor import Case, diagnose
from gateway.webhooks.tools.verify import known_secrets

_KEPT_HEADERS: Final = (
    "content-type",
    "user-agent",
    "x-webhook-signature",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
)
_MOST_VALUE: Final = 1_000


async def receive_webhook(
    tx: Connection,
    keyring: Keyring,
    caller: Caller,
    endpoint_id: str,
    headers: Mapping[str, str],
    body: bytes,
    answered: int,
    now: datetime,
) -> bool:
    """Keep the webhook; whether it verifies. Raises `NotFound` when the inbox was closed."""
    endpoint = await select_endpoint(tx, caller, endpoint_id)
    if endpoint is None:
        raise NotFound("No such inbox")
    given = {name: headers[name][:_MOST_VALUE] for name in _KEPT_HEADERS if name in headers}
    case = Case(body=body, headers=given, sent=None, own_secret=None, now=now.timestamp())
    diagnosis = diagnose(case, known_secrets(SecretReader(keyring), endpoint, now))
    async with tx.transaction():
        await insert_received(
            tx,
            caller,
            endpoint_id=endpoint_id,
            event_id=given.get("webhook-id", "")[:64] or None,
            event_type=_event_in(body),
            diagnosis=diagnosis,
            headers=given,
            body=body,
            answered=answered,
            now=now,
        )
        await delete_older(tx, caller)
    return bool(diagnosis["valid"])


def _event_in(body: bytes) -> str | None:
    """The body's `event`, if it is a webhook's body at all."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    event = found.get("event") if isinstance(found, dict) else None
    return event[:64] if isinstance(event, str) and "\0" not in event else None
