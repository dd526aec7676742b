"""Join events, processor calls, webhook attempts and people's actions on a payment into one list."""

import json
from datetime import datetime
from typing import Any, Final

from gateway.clock import iso, iso_or_none
from gateway.database import Connection
from gateway.disputes.queries import select_disputes_of
from gateway.errors import NotFound
from gateway.ids import is_id
from gateway.payments.queries import select_payment
from gateway.processors.history import Asking, select_history
from gateway.refunds.queries import select_refunds_of_payment
from gateway.tenancy.model import Caller
from gateway.timeline.queries import select_attempts, select_audit_of, select_deliveries, select_events
from gateway.unexpected.queries import select_unexpected_of

# At the same moment: who asked, what changed, what the bank was told, who was told.
_RANK: Final = {"action": 0, "event": 1, "processor": 2, "attempt": 3, "scheduled": 4}

Entry = dict[str, Any]


async def read_timeline(tx: Connection, caller: Caller, payment_id: str) -> list[Entry]:
    """Entries `{at, kind, title, …}`, oldest first. Raises `NotFound`."""
    payment = await select_payment(tx, caller, payment_id) if is_id(payment_id, "pay") else None
    if payment is None:
        raise NotFound("Payment not found")
    refunds = await select_refunds_of_payment(tx, caller, payment_id)
    money = await select_unexpected_of(tx, caller, payment_id)
    disputes = await select_disputes_of(tx, caller, payment_id)
    objects = [payment_id, *(one.id for some in (refunds, money, disputes) for one in some)]
    events = await select_events(tx, caller, objects)
    deliveries = await select_deliveries(tx, caller, [event["id"] for event in events])
    attempts = await select_attempts(tx, [delivery["id"] for delivery in deliveries])
    entries = [
        *[_event(event, deliveries) for event in events],
        *[_asking(asking) for asking in await select_history(tx, caller, payment_id, payment.account_id)],
        *_attempts(attempts, {delivery["id"]: delivery for delivery in deliveries}),
        *[_scheduled(delivery) for delivery in deliveries if delivery["next_attempt_at"] is not None],
        *[_action(line) for line in await select_audit_of(tx, caller, objects)],
    ]
    return sorted(entries, key=lambda entry: (entry["at"], _RANK[entry["kind"]]))


def _entry(kind: str, at: datetime, title: str, **fields: Any) -> Entry:
    return {"at": iso(at), "kind": kind, "title": title, **fields}


def _event(event: dict[str, Any], deliveries: list[dict[str, Any]]) -> Entry:
    sent = sum(delivery["event_id"] == event["id"] for delivery in deliveries)
    return _entry(
        "event",
        event["created_at"],
        event["type"],
        event_id=event["id"],
        object_id=event["object_id"],
        deliveries=sent,
        payload=json.loads(event["payload"]),
    )


def _asking(asking: Asking) -> Entry:
    return _entry("processor", asking.at, asking.kind, **asking.details)


def _attempts(attempts: list[dict[str, Any]], deliveries: dict[str, dict[str, Any]]) -> list[Entry]:
    numbers: dict[str, int] = {}
    entries = []
    for attempt in attempts:
        delivery = deliveries[attempt["delivery_id"]]
        numbers[delivery["id"]] = number = numbers.get(delivery["id"], 0) + 1
        delay = attempt["started_at"] - delivery["created_at"]
        entries.append(
            _entry(
                "attempt",
                attempt["started_at"],
                delivery["event_type"],
                delivery_id=delivery["id"],
                endpoint_id=delivery["endpoint_id"],
                url=delivery["url"],
                number=number,
                duration_ms=attempt["duration_ms"],
                delay_ms=max(0, round(delay.total_seconds() * 1000)),
                response_code=attempt["response_code"],
                error_class=attempt["error_class"],
                error=attempt["error"],
            )
        )
    return entries


def _scheduled(delivery: dict[str, Any]) -> Entry:
    return _entry(
        "scheduled",
        delivery["next_attempt_at"],
        delivery["event_type"],
        delivery_id=delivery["id"],
        url=delivery["url"],
        number=delivery["attempts"] + 1,
        next_attempt_at=iso_or_none(delivery["next_attempt_at"]),
    )


def _action(line: dict[str, Any]) -> Entry:
    return _entry(
        "action",
        line["created_at"],
        line["action"],
        actor=line["actor"],
        actor_kind=line["actor_kind"],
        details=line["details"],
        request_id=line["request_id"],
    )
