"""The older face of webhooks: one URL, one secret (`/webhooks/config`)."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.tenancy.model import Caller
from gateway.validation import RequestModel, validate
from gateway.webhooks.endpoints.bodies import MESSAGES, Events
from gateway.webhooks.endpoints.change import NO_URL, refuse_too_many, updated
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.queries import delete_health, select_default_endpoint


class ConfigBody(RequestModel):
    """Body of `PUT /webhooks/config`. No URL (null or empty) stops deliveries."""

    messages: ClassVar[dict[str, str]] = MESSAGES | {"webhook_url": "webhook_url must be a URL or null"}

    webhook_url: str | None = Field(max_length=2048, description="Where events are sent; null stops them.")
    events: Events | None = Field(None, description="Which events; null: all. Absent: as before.")


async def default_endpoint(tx: Connection, caller: Caller) -> Endpoint:
    """The endpoint behind /webhooks/config. Every merchant has one in each mode."""
    endpoint = await select_default_endpoint(tx, caller)
    if endpoint is None:
        raise NotFound("Webhook endpoint not found")
    return endpoint


def read_config(body: dict[str, Any]) -> ConfigBody:
    """The body of `PUT /webhooks/config`. Raises `BadRequest`."""
    if "webhook_url" not in body:
        raise BadRequest("webhook_url is required (a URL, or null)", field="webhook_url")
    return validate(ConfigBody, body)


async def save_config(tx: Connection, caller: Caller, config: ConfigBody, now: datetime) -> Endpoint:
    """Set or clear the URL (already checked) of the merchant's first endpoint; setting one enables it."""
    async with tx.transaction():
        endpoint = await default_endpoint(tx, caller)
        url = config.webhook_url or None
        changes: dict[str, Any] = {"url": url, "updated_at": now, "disabled_at": None}
        if "events" in config.model_fields_set:
            changes["events"] = config.events
        if url is None:
            changes |= {"status": "disabled", "disabled_reason": NO_URL}
        else:
            changes |= {"status": "enabled", "disabled_reason": None}
        if url is not None and endpoint.url is None:
            await refuse_too_many(tx, caller)
        if url != endpoint.url or endpoint.status == "disabled":
            await delete_health(tx, endpoint.id)
        return await updated(tx, caller, endpoint.id, changes)
