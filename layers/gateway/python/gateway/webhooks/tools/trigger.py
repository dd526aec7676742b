"""Make an event happen: the real thing, through the API, with the test bank's magic outcomes."""

import time
from collections.abc import Callable
from typing import Any, Final

from gateway.events.model import EVENT_TYPES
from gateway.webhooks.tools.api_client import ApiClient, ApiError

_PATIENCE_SECONDS: Final = 30.0
_AMOUNT: Final = 50_000


def trigger(api: ApiClient, event_type: str) -> dict[str, Any]:
    """Do what leads to an event of this type, and return the event. Raises `ApiError` if it does not come."""
    if event_type not in EVENT_TYPES:
        raise ApiError(f"unknown event {event_type}; there are: {', '.join(TRIGGERED)}")
    if event_type not in _STEPS:
        raise ApiError(f"{event_type} happens at real processors only: the test bank never does that")
    cursor = api.call("GET", "/events", after="latest")["next_cursor"]
    _STEPS[event_type](api)
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        page = api.call("GET", "/events", after=cursor, wait=5)
        for event in page["data"]:
            if event["event"] == event_type:
                found: dict[str, Any] = event
                return found
        cursor = page["next_cursor"]
    raise ApiError(f"no {event_type} within {_PATIENCE_SECONDS:.0f} s: is the worker running?")


def _pay(api: ApiClient, vpa: str = "success@bank", **order: Any) -> dict[str, Any]:
    created = api.call("POST", "/orders", {"amount": _AMOUNT, **order})
    payment = api.call("POST", "/payments", {"order_id": created["id"], "method": "upi", "vpa": vpa})
    found: dict[str, Any] = payment
    return found


def _paid(api: ApiClient, vpa: str = "success@bank", **order: Any) -> dict[str, Any]:
    payment = _pay(api, vpa, **order)
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while payment["status"] != "success":
        if time.monotonic() > ends_at:
            raise ApiError(f"{payment['id']} is still {payment['status']}: is the worker running?")
        time.sleep(0.1)
        payment = api.call("GET", f"/payments/{payment['id']}")
    return payment


def _refund(vpa: str) -> Callable[[ApiClient], None]:
    def act(api: ApiClient) -> None:
        api.call("POST", f"/payments/{_paid(api, vpa)['id']}/refunds", {"amount": _AMOUNT})

    return act


def _after_authorization(path: str, vpa: str = "success@bank") -> Callable[[ApiClient], None]:
    def act(api: ApiClient) -> None:
        api.call("POST", f"/payments/{_paid(api, vpa, capture='manual')['id']}/{path}")

    return act


def _disable(api: ApiClient) -> None:
    body = {"url": "https://disabled.example/", "description": "made by gateway trigger"}
    endpoint = api.call("POST", "/webhooks/endpoints", body)
    path = f"/webhooks/endpoints/{endpoint['id']}"
    api.call("PATCH", path, {"status": "disabled"})
    api.call("DELETE", path)


def _paying(vpa: str) -> Callable[[ApiClient], Any]:
    return lambda api: _pay(api, vpa)


_STEPS: Final[dict[str, Callable[[ApiClient], Any]]] = {
    "payment.created": _paying("success@bank"),
    "payment.pending": _paying("success@bank"),
    "payment.requires_action": _paying("pending@bank"),
    "payment.success": _paying("success@bank"),
    "payment.captured": _after_authorization("capture"),
    "payment.capture_failed": _after_authorization("capture", "capturefail@bank"),
    "payment.failed": _paying("failure@bank"),
    "payment.cancelled": _after_authorization("cancel"),
    "payment.void_failed": _after_authorization("cancel", "voidfail@bank"),
    "refund.created": _refund("success@bank"),
    "refund.processed": _refund("success@bank"),
    "refund.failed": _refund("refundfail@bank"),
    "order.paid": _paying("success@bank"),
    "webhook.test": lambda api: api.call("POST", "/webhooks/test"),
    "endpoint.disabled": _disable,
}

TRIGGERED: Final = tuple(event for event in EVENT_TYPES if event in _STEPS)
"""What the test bank can be made to do."""
