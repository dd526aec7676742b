"""What an attempt has come to: for its delivery, for its endpoint, and in the log. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gateway.webhooks.deliveries.claim_queries import ClaimedDelivery
from gateway.webhooks.deliveries.finish_queries import Mood
from gateway.webhooks.deliveries.model import DeliveryStatus
from gateway.webhooks.deliveries.schedule import Schedule
from gateway.webhooks.sender.client import Outcome

_GONE: Final = 410
_HEALTHY: Final = ("proven", "limited")


@dataclass(frozen=True, slots=True)
class FinishedDelivery:
    """What an attempt has come to. `outcome` is None where nothing was sent."""

    claimed: ClaimedDelivery
    outcome: Outcome | None
    status: DeliveryStatus
    attempts: int
    next_seconds: float | None
    at: datetime
    request_headers: dict[str, str]
    disable_reason: str | None = None


def conclude(
    item: ClaimedDelivery,
    outcome: Outcome | None,
    now: datetime,
    schedule: Schedule,
    chance: float,
    request_headers: dict[str, str],
) -> FinishedDelivery:
    """What an outcome (None: the sender died at it too often) makes of a claimed delivery. Pure."""
    attempts = item.attempts + 1
    if outcome is not None and outcome.error_class is None:
        return FinishedDelivery(item, outcome, "success", attempts, None, now, request_headers)
    if outcome is not None and outcome.code == _GONE:
        reason = "the endpoint answered 410 Gone"
        return FinishedDelivery(item, outcome, "failed", attempts, None, now, request_headers, reason)
    retry_after = outcome.retry_after if outcome is not None else None
    delay = schedule.next_delay(attempts, chance, retry_after)
    if delay is not None and outcome is not None and outcome.is_stale:
        delay = 0.0
    status: DeliveryStatus = "failed" if delay is None else "pending"
    return FinishedDelivery(item, outcome, status, attempts, delay, now, request_headers)


def finish_row(one: FinishedDelivery) -> dict[str, Any]:
    """The columns of the finish statement."""
    row: dict[str, Any] = {
        "id": str(one.claimed.id),
        "token": str(one.claimed.lease_token),
        "status": one.status,
        "attempts": one.attempts,
        "at": one.at.isoformat(),
        "next_seconds": one.next_seconds,
        "is_tried": one.outcome is not None,
        "error_class": "crash",
    }
    if one.outcome is not None:
        row |= {
            "started_at": one.outcome.started_at.isoformat(),
            "duration_ms": one.outcome.duration_ms,
            "code": one.outcome.code,
            "error_class": one.outcome.error_class,
            "error": one.outcome.error,
            "headers": one.request_headers,
            "body": one.outcome.body,
        }
    return row


def log_line(one: FinishedDelivery) -> dict[str, Any]:
    """What the process's log says of an attempt. No URL and no answer: both may hold secrets."""
    outcome = one.outcome
    return {
        "merchant_id": str(one.claimed.merchant_id),
        "delivery_id": str(one.claimed.id),
        "event_id": one.claimed.event_id,
        "event": one.claimed.event_type,
        "endpoint_id": one.claimed.endpoint_id,
        "attempt": one.attempts,
        "status": one.status,
        "code": outcome.code if outcome is not None else None,
        "error_class": outcome.error_class if outcome is not None else "crash",
        "ms": outcome.duration_ms if outcome is not None else 0,
        "next_seconds": None if one.next_seconds is None else round(one.next_seconds, 3),
    }


def moods_of(finished: Sequence[FinishedDelivery], is_due_for_note: Callable[[str], bool]) -> list[Mood]:
    """What a batch says about its endpoints; one that goes on being healthy is only noted when it is due."""
    moods: dict[str, Mood] = {}
    for one in finished:
        endpoint_id = one.claimed.endpoint_id
        if one.status == "success":
            if endpoint_id in moods or one.claimed.tier not in _HEALTHY or is_due_for_note(endpoint_id):
                moods[endpoint_id] = Mood(endpoint_id, one.at, 0, None)
            continue
        if one.outcome is not None and one.outcome.is_stale:
            continue  # says nothing of how the receiver is
        before = moods.get(endpoint_id, Mood(endpoint_id, None, 0, None))
        since = before.failing_since or one.at
        moods[endpoint_id] = Mood(endpoint_id, before.success_at, before.failures + 1, since)
    return list(moods.values())
