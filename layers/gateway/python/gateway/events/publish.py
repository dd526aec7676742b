"""Tell a fact: freeze its bytes, store it, and make it due for every endpoint that wants it.

Publishing is a part of the statement that changes the business row (`PUBLISHED` is its SQL),
so that a change without its event, or an event without its change, cannot exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gateway.encode import encode_json
from gateway.ids import new_id


def fan_out(published: str, number: str, merchant: str = "p.merchant_id", mode: str = "p.mode") -> str:
    """The last common table expression: what was published becomes due for every endpoint that wants it.

    In SQL: `published` stands in its `FROM`, with the events' rows as `p`; `number` is their order; `merchant` and
    `mode` say whose endpoints.
    """
    return f"""fanned_out AS (
        INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type,
                                created_at, next_attempt_at, due_at)
        SELECT gen_random_uuid(), p.merchant_id, p.mode, p.id, e.id, p.type, p.created_at, now(),
               now() + {number} * interval '1 microsecond'
        FROM {published}
        JOIN webhook_endpoints e ON e.merchant_id = {merchant} AND e.mode = {mode}
        WHERE e.status = 'enabled' AND (e.events IS NULL OR p.type = ANY (e.events)) AND e.id <> p.object_id
        RETURNING 1
    )"""  # noqa: S608 - constants


PUBLISHED: Final = f"""
    drafts AS (
        SELECT * FROM ROWS FROM (json_to_recordset(%(events)s::json) AS (
            id text, cause text, merchant_id uuid, mode text, type text, object_id text, sequence int,
            payload text, at timestamptz)) WITH ORDINALITY
            AS d (id, cause, merchant_id, mode, type, object_id, sequence, payload, at, number)
    ),
    published AS (
        INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
        SELECT d.id, d.merchant_id, d.mode, d.type, d.object_id, d.sequence, convert_to(d.payload, 'UTF8'), d.at
        FROM drafts d WHERE d.cause IN (SELECT changed.id FROM changed)
        RETURNING id, merchant_id, mode, type, object_id, created_at
    ),
    {fan_out("published p JOIN drafts d ON d.id = p.id", "d.number")}
"""  # noqa: S608 - constants
"""Common table expressions to append to a statement that has one named `changed` with the column
`id`: a draft is published only if the row it names as its cause was really changed.
`SELECT count(*) FROM fanned_out` tells how many deliveries became due. (An endpoint is not told about itself.)
Those of one statement fall due in the order of its drafts, a microsecond apart: so they are claimed and sent."""


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


def encode_payload(event_id: str, draft: EventDraft) -> str:
    """The frozen body, as JavaScript's `JSON.stringify` prints it: merchants verify by re-serialising."""
    body = {
        "event": draft.type,
        "timestamp": int(draft.at.timestamp()),
        "data": draft.data,
        "id": event_id,
        "sequence": draft.sequence,
        "mode": draft.mode,
    }
    return encode_json(body).decode()


def event_parameters(drafts: Iterable[EventDraft]) -> dict[str, str]:
    """The parameter of `PUBLISHED`: all drafts as one JSON text (nine arrays cost ten times as much)."""
    return {"events": encode_json([_row(draft) for draft in drafts]).decode()}


def _row(draft: EventDraft) -> dict[str, Any]:
    event_id = new_id("evt")
    return event_row(event_id, draft, encode_payload(event_id, draft))


def event_row(event_id: str, draft: EventDraft, payload: str) -> dict[str, Any]:
    """A draft with its id and bytes, as the statements that tell facts read it."""
    return {
        "id": event_id,
        "cause": draft.cause,
        "merchant_id": draft.merchant_id,
        "mode": draft.mode,
        "type": draft.type,
        "object_id": draft.object_id,
        "sequence": draft.sequence,
        "payload": payload,
        "at": draft.at,
    }
