"""The statement that writes attempts down: what became of deliveries, and how their endpoints are doing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.database import Connection
from gateway.webhooks.deliveries.claim_queries import BREAKER_FAILURES


@dataclass(frozen=True, slots=True)
class Mood:
    """What a batch of attempts says about an endpoint: its last success, and the failures after it."""

    endpoint_id: str
    success_at: datetime | None
    failures: int
    failing_since: datetime | None

    def as_row(self) -> dict[str, Any]:
        """For the finish statement."""
        return {
            "endpoint_id": self.endpoint_id,
            "success_at": self.success_at and self.success_at.isoformat(),
            "failures": self.failures,
            "failing_since": self.failing_since and self.failing_since.isoformat(),
        }


_FINISH: Final = f"""
WITH done AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(done)s) AS d (
        id uuid, token uuid, status text, attempts int, at timestamptz, next_seconds float8, is_tried bool,
        started_at timestamptz, duration_ms int, code int, error_class text, error text, headers json, body text)
),
changed AS (
    UPDATE deliveries d
    SET status = a.status, attempts = a.attempts, claims = 0, last_attempt_at = a.at,
        response_code = a.code, error_class = a.error_class, lease_token = NULL,
        due_at = now() + make_interval(secs => a.next_seconds),
        next_attempt_at = now() + make_interval(secs => a.next_seconds)
    FROM done a
    WHERE d.id = a.id AND d.lease_token = a.token
    RETURNING d.id, d.status
),
tried AS (
    INSERT INTO delivery_attempts (delivery_id, started_at, duration_ms, response_code, error_class, error,
                                   request_headers, response_body)
    SELECT id, started_at, duration_ms, code, error_class, error, headers, body FROM done WHERE is_tried
),
moods AS (
    SELECT * FROM json_to_recordset(%(moods)s) AS m (
        endpoint_id text, success_at timestamptz, failures int, failing_since timestamptz)
),
felt AS (
    INSERT INTO endpoint_health AS h (endpoint_id, failures_in_row, failing_since, last_success_at, open_until)
    SELECT endpoint_id, failures, failing_since, success_at,
           CASE WHEN failures >= {BREAKER_FAILURES} THEN now() + make_interval(secs => %(breaker)s) END
    FROM moods ORDER BY endpoint_id
    ON CONFLICT (endpoint_id) DO UPDATE SET
        failures_in_row = EXCLUDED.failures_in_row
            + CASE WHEN EXCLUDED.last_success_at IS NULL THEN h.failures_in_row ELSE 0 END,
        failing_since = CASE WHEN EXCLUDED.last_success_at IS NULL
            THEN COALESCE(h.failing_since, EXCLUDED.failing_since) ELSE EXCLUDED.failing_since END,
        last_success_at = COALESCE(EXCLUDED.last_success_at, h.last_success_at),
        open_until = CASE WHEN EXCLUDED.failures_in_row
            + CASE WHEN EXCLUDED.last_success_at IS NULL THEN h.failures_in_row ELSE 0 END >= {BREAKER_FAILURES}
            THEN now() + make_interval(secs => %(breaker)s) END
    RETURNING endpoint_id, failing_since
),
counted AS (
    UPDATE job_counters SET
        completed = completed + (SELECT count(*) FROM changed WHERE status = 'success'),
        failed = failed + (SELECT count(*) FROM changed WHERE status = 'failed')
    WHERE kind = 'webhooks' AND EXISTS (SELECT 1 FROM changed WHERE status <> 'pending')
)
SELECT array_agg(endpoint_id) FROM felt WHERE failing_since <= now() - make_interval(secs => %(disable_seconds)s)
"""  # noqa: S608 - a constant


async def finish_deliveries(
    tx: Connection,
    done: Sequence[dict[str, Any]],
    moods: Sequence[Mood],
    *,
    breaker_seconds: float,
    disable_seconds: float,
) -> list[str]:
    """Write attempts down, and what they mean for their deliveries and endpoints.

    A delivery whose lease was lost keeps its state; the attempt is in the log all the same.
    `done` has the columns of the statement. (One JSON text: twenty arrays cost ten times as much.)
    Returns the endpoints that only failed for `disable_seconds`.
    """
    cursor = await tx.execute(
        _FINISH,
        {
            "done": _encode(done),
            "moods": _encode([mood.as_row() for mood in moods]),
            "breaker": breaker_seconds,
            "disable_seconds": disable_seconds,
        },
    )
    row = await cursor.fetchone()
    return [] if row is None or row[0] is None else list(row[0])


_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
