"""Tell a fact: freeze its bytes, store it, and make it due for every endpoint that wants it.

Publishing is a part of the statement that changes the business row (`PUBLISHED` is its SQL),
so that a change without its event, or an event without its change, cannot exist.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gateway.ids import new_id

PUBLISHED: Final = """
    drafts AS (
        SELECT * FROM unnest(
            %(event_id)s::text[], %(event_cause)s::text[], %(event_merchant)s::uuid[],
            %(event_mode)s::text[], %(event_type)s::text[], %(event_object)s::text[],
            %(event_sequence)s::int[], %(event_payload)s::bytea[], %(event_at)s::timestamptz[]
        ) AS d (id, cause, merchant_id, mode, type, object_id, sequence, payload, at)
    ),
    published AS (
        INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
        SELECT d.id, d.merchant_id, d.mode, d.type, d.object_id, d.sequence, d.payload, d.at
        FROM drafts d WHERE d.cause IN (SELECT changed.id FROM changed)
        RETURNING id, merchant_id, mode, type, created_at
    ),
    fanned_out AS (
        INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type,
                                created_at, next_attempt_at, due_at)
        SELECT gen_random_uuid(), p.merchant_id, p.mode, p.id, e.id, p.type, p.created_at, now(), now()
        FROM published p
        JOIN webhook_endpoints e ON e.merchant_id = p.merchant_id AND e.mode = p.mode
        WHERE e.status = 'enabled' AND (e.events IS NULL OR p.type = ANY (e.events))
        RETURNING 1
    )
"""
"""Common table expressions to append to a statement that has one named `changed` with the column
`id`: a draft is published only if the row it names as its cause was really changed.
`SELECT count(*) FROM fanned_out` tells how many deliveries became due."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A fact about to be told. `cause` is the id of the row that must change for it to be true."""

    merchant_id: UUID
    mode: str
    type: str
    cause: str
    object_id: str
    sequence: int
    data: dict[str, Any]
    at: datetime


def encode_payload(event_id: str, draft: EventDraft) -> bytes:
    """The frozen body, as JavaScript's `JSON.stringify` prints it: merchants verify by re-serialising."""
    body = {
        "event": draft.type,
        "timestamp": int(draft.at.timestamp()),
        "data": draft.data,
        "id": event_id,
        "sequence": draft.sequence,
        "mode": draft.mode,
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def event_parameters(drafts: Iterable[EventDraft]) -> dict[str, list[Any]]:
    """The parameters of `PUBLISHED`, each an array with one element per draft."""
    drafts = list(drafts)
    ids = [new_id("evt") for _ in drafts]
    return {
        "event_id": ids,
        "event_cause": [draft.cause for draft in drafts],
        "event_merchant": [draft.merchant_id for draft in drafts],
        "event_mode": [draft.mode for draft in drafts],
        "event_type": [draft.type for draft in drafts],
        "event_object": [draft.object_id for draft in drafts],
        "event_sequence": [draft.sequence for draft in drafts],
        "event_payload": [encode_payload(*pair) for pair in zip(ids, drafts, strict=True)],
        "event_at": [draft.at for draft in drafts],
    }
