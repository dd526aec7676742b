"""Send one test event to one endpoint, at once, and say what the receiver answered."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.events.publish import EventDraft, encode_payload
from gateway.ids import new_id
from gateway.webhooks.endpoints.model import Endpoint
from gateway.webhooks.endpoints.sealed import SecretReader
from gateway.webhooks.signatures.sign import webhook_headers

if TYPE_CHECKING:
    from gateway.webhooks.sender.client import Outcome, WebhookClient


@dataclass(frozen=True, slots=True)
class TestSend:
    """A test event that was sent, not yet written down."""

    endpoint: Endpoint
    delivery_id: UUID
    event_id: str
    payload: bytes
    outcome: "Outcome"
    headers: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """What the receiver made of it."""
        outcome = self.outcome
        delivered = outcome.error_class is None
        return {
            "id": str(self.delivery_id),
            "event": "webhook.test",
            "event_id": self.event_id,
            "endpoint_id": self.endpoint.id,
            "status": "success" if delivered else "failed",
            "delivered": delivered,
            "response_code": outcome.code,
            "duration_ms": outcome.duration_ms,
            "error_class": outcome.error_class,
            "error": outcome.error,
            "response_body": outcome.body,
            "message": "Test webhook delivered" if delivered else "Test webhook was not accepted",
        }


def require_url(endpoint: Endpoint) -> str:
    """Where to send to. Raises `BadRequest` when there is nowhere yet."""
    if endpoint.url is None:
        raise BadRequest("Set a webhook URL first", field="webhook_url")
    return endpoint.url


async def send_test(client: "WebhookClient", reader: SecretReader, endpoint: Endpoint) -> TestSend:
    """One attempt, outside any transaction. Raises `BadRequest` for an endpoint without a URL."""
    url = require_url(endpoint)
    now = utc_now()
    event_id = new_id("evt")
    data = {"webhook": {"endpoint_id": endpoint.id, "test": True}}
    draft = EventDraft(
        merchant_id=endpoint.merchant_id,
        mode=endpoint.mode,
        type="webhook.test",
        cause=event_id,
        object_id=event_id,
        sequence=1,
        data=data,
        at=now,
    )
    payload = encode_payload(event_id, draft).encode()
    secrets = reader.secrets(endpoint.id, endpoint.secret, _live_previous(endpoint, now))
    custom = reader.headers(endpoint.id, endpoint.headers)
    ours = webhook_headers(secrets, event_id, int(now.timestamp()), payload)
    outcome = await client.post(url, endpoint.mode, custom | ours, payload)
    shown = ours | dict.fromkeys(custom, "[redacted]")
    return TestSend(endpoint, uuid4(), event_id, payload, outcome, shown)


def _live_previous(endpoint: Endpoint, now: datetime) -> bytes | None:
    expires = endpoint.previous_secret_expires_at
    return endpoint.previous_secret if expires is not None and expires > now else None


_RECORD: Final = """
WITH told AS (
    INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
    VALUES (%(event_id)s, %(merchant_id)s, %(mode)s, 'webhook.test', %(event_id)s, 1, %(payload)s, %(at)s)
),
delivered AS (
    INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type, status, attempts,
                            last_attempt_at, response_code, error_class, created_at)
    VALUES (%(id)s, %(merchant_id)s, %(mode)s, %(event_id)s, %(endpoint_id)s, 'webhook.test', %(status)s, 1,
            %(at)s, %(code)s, %(error_class)s, %(at)s)
),
felt AS (
    INSERT INTO endpoint_health (endpoint_id, last_success_at)
    SELECT %(endpoint_id)s, %(at)s WHERE %(status)s = 'success'
    ON CONFLICT (endpoint_id) DO UPDATE SET failures_in_row = 0, failing_since = NULL, open_until = NULL,
        last_success_at = EXCLUDED.last_success_at
)
UPDATE job_counters SET completed = completed + (%(status)s = 'success')::int,
                        failed = failed + (%(status)s = 'failed')::int
WHERE kind = 'webhooks'
"""

# By itself, behind its delivery: whose attempt it is, is what its delivery's policy says.
_RECORD_ATTEMPT: Final = """
INSERT INTO delivery_attempts (delivery_id, started_at, duration_ms, response_code, error_class, error,
                               request_headers, response_body)
VALUES (%(id)s, %(at)s, %(duration_ms)s, %(code)s, %(error_class)s, %(error)s, %(headers)s, %(body)s)
"""


async def record_test(tx: Connection, sent: TestSend) -> None:
    """Write the event, its one delivery and its one attempt down. A failed test is not tried again."""
    outcome = sent.outcome
    values = {
        "id": sent.delivery_id,
        "event_id": sent.event_id,
        "merchant_id": sent.endpoint.merchant_id,
        "mode": sent.endpoint.mode,
        "endpoint_id": sent.endpoint.id,
        "payload": sent.payload,
        "at": outcome.started_at,
        "status": "success" if outcome.error_class is None else "failed",
        "code": outcome.code,
        "error_class": outcome.error_class,
        "error": outcome.error,
        "duration_ms": outcome.duration_ms,
        "headers": json.dumps(sent.headers),
        "body": outcome.body,
    }
    async with tx.transaction():
        await tx.execute(_RECORD, values)
        await tx.execute(_RECORD_ATTEMPT, values)
