"""Notices as processors send them: the bytes, and the headers that sign them."""

import hashlib
import hmac
import json
import time
from typing import Any


def stripe_notice(
    secret: str, event_id: str, kind: str, entity: dict[str, Any], *, at: float | None = None
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a Stripe event about `entity`."""
    event = {"id": event_id, "object": "event", "type": kind, "livemode": False, "data": {"object": entity}}
    body = json.dumps(event, indent=2).encode()  # as Stripe writes it: with line breaks
    moment = str(int(time.time() if at is None else at))
    mac = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={moment},v1={mac}"}, body


def razorpay_notice(
    secret: str, event_id: str, kind: str, payload: dict[str, Any]
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a Razorpay event."""
    event = {"entity": "event", "event": kind, "contains": list(payload), "payload": payload}
    body = json.dumps(event, separators=(",", ":")).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-razorpay-signature": mac, "x-razorpay-event-id": event_id}, body
