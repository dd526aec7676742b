"""Change endpoints: the resource, and its older face /webhooks/config."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, Field

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, NotFound
from gateway.merchants.model import Caller
from gateway.validation import RequestModel, validate
from gateway.webhooks.endpoint_queries import (
    delete_health,
    select_default_endpoint,
    update_endpoint,
)
from gateway.webhooks.model import EVENT_TYPES, Endpoint
from gateway.webhooks.sign import new_webhook_secret

NO_URL: Final = "no URL yet"
DEFAULT_OVERLAP: Final = timedelta(hours=24)


def _known_events(events: list[str]) -> list[str]:
    if any(event not in EVENT_TYPES for event in events):
        raise ValueError("unknown event")
    return list(dict.fromkeys(events))


Events = Annotated[list[str], Field(min_length=1, max_length=len(EVENT_TYPES)), AfterValidator(_known_events)]


class ConfigBody(RequestModel):
    """Body of `PUT /webhooks/config`. No URL (null or empty) stops deliveries."""

    messages: ClassVar[dict[str, str]] = {
        "webhook_url": "webhook_url must be a URL or null",
        "events": f"events must be null or a list of: {', '.join(EVENT_TYPES)}",
    }

    webhook_url: str | None = Field(description="Where events are sent; null or empty stops them.")
    events: Events | None = Field(None, description="Which events; null or absent: all.")


async def default_endpoint(tx: Connection, caller: Caller) -> Endpoint:
    """The endpoint behind /webhooks/config. Every merchant has one in each mode."""
    endpoint = await select_default_endpoint(tx, caller)
    if endpoint is None:
        raise NotFound("Webhook endpoint not found")
    return endpoint


async def save_config(tx: Connection, caller: Caller, config: ConfigBody, now: datetime) -> Endpoint:
    """Set or clear the URL (already checked) of the merchant's first endpoint; setting one enables it."""
    endpoint = await default_endpoint(tx, caller)
    url = config.webhook_url or None
    changes: dict[str, Any] = {"url": url, "events": config.events, "updated_at": now}
    if url is None:
        changes |= {"status": "disabled", "disabled_reason": NO_URL, "disabled_at": None}
    else:
        changes |= {"status": "enabled", "disabled_reason": None, "disabled_at": None}
    if url != endpoint.url or endpoint.status == "disabled":
        await delete_health(tx, endpoint.id)
    return await _updated(tx, caller, endpoint.id, changes)


def read_config(body: dict[str, Any]) -> ConfigBody:
    """The body of `PUT /webhooks/config`. Raises `BadRequest`."""
    if "webhook_url" not in body:
        raise BadRequest("webhook_url is required (a URL, or null)", field="webhook_url")
    return validate(ConfigBody, body)


async def rotate_secret(
    tx: Connection, keyring: Keyring, caller: Caller, endpoint: Endpoint, overlap: timedelta, now: datetime
) -> Endpoint:
    """Give the endpoint a fresh secret; the one before it signs as well until `overlap` is over."""
    sealed = keyring.encrypt("webhook", new_webhook_secret().encode(), endpoint.id)
    previous = endpoint.secret if overlap else None
    changes = {
        "secret": sealed,
        "previous_secret": previous,
        "previous_secret_expires_at": now + overlap if overlap else None,
        "updated_at": now,
    }
    return await _updated(tx, caller, endpoint.id, changes)


async def _updated(tx: Connection, caller: Caller, endpoint_id: str, changes: dict[str, Any]) -> Endpoint:
    endpoint = await update_endpoint(tx, caller, endpoint_id, changes)
    if endpoint is None:
        raise NotFound("Webhook endpoint not found")
    return endpoint
