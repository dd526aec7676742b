"""A delivery that was handed over, born leased: see `events.straight`."""

import json
from typing import Final
from uuid import UUID

from gateway.webhooks.deliveries.claim_queries import ClaimedDelivery

_LONG_AGO: Final = float("-inf")


def read_handed(body: bytes) -> list[ClaimedDelivery]:
    """The claims. They hold no secret and no URL: these are read before it is sent, as of a claim that is old."""
    line, _, payloads = body.partition(b"\n")
    head = json.loads(line)
    events, start = [], 0
    for event_id, event_type, length in head["events"]:
        events.append((event_id, event_type, payloads[start : start + length]))
        start += length
    return [
        ClaimedDelivery(
            read_at=_LONG_AGO,
            id=UUID(delivery_id),
            lease_token=UUID(token),
            attempts=0,
            claims=1,
            event_id=events[number][0],
            event_type=events[number][1],
            payload=events[number][2],
            endpoint_id=endpoint_id,
            tier="proven",
            merchant_id=UUID(head["merchant_id"]),
            mode=head["mode"],
            url="",
            secret=b"",
            previous_secret=None,
            headers=None,
            rate_limit=None,
            subject=head["order_id"],
        )
        for delivery_id, token, endpoint_id, number in head["deliveries"]
    ]
