"""Change endpoints: create, update, delete, rotate their secrets. URLs are checked by the caller before."""

from datetime import datetime, timedelta
from typing import Any, Final

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, NotFound
from gateway.ids import is_id, new_id
from gateway.tenancy.model import Caller
from gateway.webhooks.endpoints.bodies import EndpointChanges, NewEndpoint
from gateway.webhooks.endpoints.disable import disable_endpoint
from gateway.webhooks.endpoints.model import MAX_ENDPOINTS, Endpoint
from gateway.webhooks.endpoints.queries import (
    count_endpoints,
    delete_health,
    insert_endpoint,
    lock_endpoints,
    replace_secret,
    select_endpoint,
    update_endpoint,
)
from gateway.webhooks.endpoints.sealed import seal_headers
from gateway.webhooks.signatures.sign import new_webhook_secret

NO_URL: Final = "no URL yet"
BY_HAND: Final = "disabled by the merchant"
DEFAULT_OVERLAP: Final = timedelta(hours=24)


async def find_endpoint(tx: Connection, caller: Caller, endpoint_id: str) -> Endpoint:
    """The caller's endpoint. Raises `NotFound`, also for the first one while it has no URL."""
    endpoint = await select_endpoint(tx, caller, endpoint_id) if is_id(endpoint_id, "we") else None
    if endpoint is None or endpoint.url is None:
        raise NotFound("Webhook endpoint not found")
    return endpoint


async def create_endpoint(
    tx: Connection, keyring: Keyring, caller: Caller, new: NewEndpoint, now: datetime
) -> Endpoint:
    """Add an endpoint with a secret of its own. Raises `BadRequest` when the merchant has sixteen."""
    endpoint_id = new_id("we")
    async with tx.transaction():
        await refuse_too_many(tx, caller)
        return await insert_endpoint(
            tx,
            {
                "id": endpoint_id,
                "merchant_id": caller.merchant_id,
                "mode": caller.mode,
                "url": new.url,
                "description": new.description,
                "events": new.events,
                "headers": seal_headers(keyring, endpoint_id, new.headers or {}),
                "rate_limit": new.rate_limit,
                "secret": keyring.encrypt("webhook", new_webhook_secret().encode(), endpoint_id),
                "created_at": now,
                "updated_at": now,
            },
        )


async def refuse_too_many(tx: Connection, caller: Caller) -> None:
    """Raises `BadRequest` when one more endpoint would be too many. Holds a lock until the transaction ends."""
    await lock_endpoints(tx, caller)
    if await count_endpoints(tx, caller) >= MAX_ENDPOINTS:
        raise BadRequest(f"A merchant has at most {MAX_ENDPOINTS} webhook endpoints")


async def change_endpoint(
    tx: Connection, keyring: Keyring, caller: Caller, endpoint_id: str, body: EndpointChanges, now: datetime
) -> tuple[Endpoint, int]:
    """Set what the body names; enabling (or another URL) forgets failures.

    Returns the endpoint and how many deliveries became due (of an `endpoint.disabled` event).
    """
    async with tx.transaction():
        endpoint = await find_endpoint(tx, caller, endpoint_id)
        changes = {name: getattr(body, name) for name in body.model_fields_set} | {"updated_at": now}
        if "headers" in changes:
            changes["headers"] = seal_headers(keyring, endpoint_id, body.headers or {})
        status = changes.pop("status", None)
        if status == "enabled":
            changes |= {"status": "enabled", "disabled_reason": None, "disabled_at": None}
        if status == "enabled" or changes.get("url", endpoint.url) != endpoint.url:
            await delete_health(tx, endpoint_id)
        changed = await updated(tx, caller, endpoint_id, changes)
        if status != "disabled":
            return changed, 0
        deliveries = await disable_endpoint(tx, endpoint_id, BY_HAND, now)
        return await find_endpoint(tx, caller, endpoint_id), deliveries


async def delete_endpoint(tx: Connection, caller: Caller, endpoint_id: str, now: datetime) -> None:
    """Send it nothing more. Its log stays; the first endpoint only loses its URL. Raises `NotFound`."""
    async with tx.transaction():
        endpoint = await find_endpoint(tx, caller, endpoint_id)
        changes: dict[str, Any] = {
            "status": "disabled",
            "disabled_at": None,
            "previous_secret": None,
            "previous_secret_expires_at": None,
            "headers": None,
            "updated_at": now,
        }
        if endpoint.is_default:
            changes |= {
                "url": None,
                "disabled_reason": NO_URL,
                "events": None,
                "rate_limit": None,
                "description": "",
            }
        else:
            changes |= {"disabled_reason": "deleted", "deleted_at": now}
        await updated(tx, caller, endpoint_id, changes)


async def rotate_secret(
    tx: Connection, keyring: Keyring, caller: Caller, endpoint: Endpoint, overlap: timedelta, now: datetime
) -> Endpoint:
    """Give the endpoint a fresh secret; the one before it signs as well until `overlap` is over."""
    sealed = keyring.encrypt("webhook", new_webhook_secret().encode(), endpoint.id)
    rotated = await replace_secret(tx, caller, endpoint.id, sealed, now + overlap if overlap else None, now)
    if rotated is None:
        raise NotFound("Webhook endpoint not found")
    return rotated


async def updated(tx: Connection, caller: Caller, endpoint_id: str, changes: dict[str, Any]) -> Endpoint:
    """The endpoint with these columns set. Raises `NotFound`."""
    endpoint = await update_endpoint(tx, caller, endpoint_id, changes)
    if endpoint is None:
        raise NotFound("Webhook endpoint not found")
    return endpoint
