"""Disable an endpoint, and tell the merchant's others."""

from datetime import datetime
from typing import Final

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.queries import COLUMNS

_DISABLE: Final = f"""
WITH changed AS (
    UPDATE webhook_endpoints
    SET status = 'disabled', disabled_reason = %(reason)s, disabled_at = %(now)s, updated_at = %(now)s,
        sequence = sequence + 1
    WHERE id = %(id)s AND status = 'enabled' AND sequence = %(sequence)s
    RETURNING id
),
{PUBLISHED}
SELECT count(*), (SELECT count(*) FROM fanned_out f) FROM changed
"""  # noqa: S608 - a constant


async def disable_endpoint(tx: Connection, endpoint_id: str, reason: str, now: datetime) -> int:
    """Send it nothing more, with an `endpoint.disabled` event for the merchant's other endpoints.

    Returns how many deliveries became due; 0 also if it was disabled already.
    """
    cursor = tx.cursor(row_factory=class_row(Endpoint))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM webhook_endpoints WHERE id = %s AND status = 'enabled'",  # noqa: S608
        (endpoint_id,),
    )
    endpoint = await cursor.fetchone()
    if endpoint is None:
        return 0
    event = disabled_event(endpoint, reason, now)
    parameters = {"id": endpoint_id, "reason": reason, "now": now, "sequence": endpoint.sequence}
    result = await tx.execute(_DISABLE, parameters | event_parameters([event]))
    row = await result.fetchone()
    assert row is not None
    return int(row[1])


def disabled_event(endpoint: Endpoint, reason: str, now: datetime) -> EventDraft:
    """The fact that this endpoint gets nothing more."""
    return EventDraft(
        merchant_id=endpoint.merchant_id,
        mode=endpoint.mode,
        type="endpoint.disabled",
        cause=endpoint.id,
        object_id=endpoint.id,
        sequence=endpoint.sequence + 1,
        data={
            "endpoint": {
                "id": endpoint.id,
                "url": endpoint.url,
                "description": endpoint.description,
                "status": "disabled",
                "disabled_reason": reason,
            }
        },
        at=now,
    )
