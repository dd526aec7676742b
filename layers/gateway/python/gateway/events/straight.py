"""Tell facts, and give their deliveries straight to a sender: born leased, to be handed over after the commit.

Instead of `publish.PUBLISHED`, where a process has somebody to hand over to. Only a delivery to an endpoint that
answered last time goes this way, and only one that overtakes nothing: what was told before of the same payment and
is still unclaimed goes first, and this behind it, by the ordinary way.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal, Protocol, TypeVar

from gateway.encode import encode_json
from gateway.events.publish import EventDraft, encode_payload, event_row
from gateway.ids import new_id

T = TypeVar("T")


class Straight(Protocol):
    """Where to hand over to (`jobs.handover`)."""

    @property
    def lease_seconds(self) -> float:
        """For how long a row is leased at its birth."""

    def is_open(self, kind: Literal["payments", "webhooks"], rows: int) -> bool:
        """Whether so many rows, which come now, may be given: somebody takes, and few come at the moment."""

    def hand(self, kind: Literal["payments", "webhooks"], born: float, bodies: Sequence[bytes]) -> None:
        """Give rows that were leased at `born` (unix time) or later to one taker. Call after the commit."""


MOST_BYTES: Final = 1_400
"""Of an event that is handed over; a longer one takes the ordinary way. Two of them, as a success has, and what
four endpoints need of each stay below the 4 KiB that a taker reads."""

_ENDPOINTS_TOGETHER: Final = 4

LEASED: Final = f"""
    drafts AS (
        SELECT * FROM ROWS FROM (json_to_recordset(%(events)s::json) AS (
            id text, cause text, merchant_id uuid, mode text, type text, object_id text, sequence int,
            payload text, at timestamptz, payment_id text)) WITH ORDINALITY
            AS d (id, cause, merchant_id, mode, type, object_id, sequence, payload, at, payment_id, number)
    ),
    published AS (
        INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
        SELECT d.id, d.merchant_id, d.mode, d.type, d.object_id, d.sequence, convert_to(d.payload, 'UTF8'), d.at
        FROM drafts d WHERE d.cause IN (SELECT changed.id FROM changed)
        RETURNING id, merchant_id, mode, type, object_id, created_at
    ),
    fanned_out AS (
        INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type, created_at,
                                next_attempt_at, due_at, lease_token, claims)
        SELECT gen_random_uuid(), p.merchant_id, p.mode, p.id, e.id, p.type, p.created_at, now(),
               now() + d.number * interval '1 microsecond'
                   + CASE WHEN s.is_leased THEN make_interval(secs => %(leased_seconds)s) ELSE interval '0' END,
               CASE WHEN s.is_leased THEN gen_random_uuid() END, s.is_leased::int
        FROM published p JOIN drafts d ON d.id = p.id
        JOIN webhook_endpoints e ON e.merchant_id = p.merchant_id AND e.mode = p.mode
        LEFT JOIN endpoint_health h ON h.endpoint_id = e.id
        CROSS JOIN LATERAL (
            SELECT e.rate_limit IS NULL AND h.last_success_at IS NOT NULL AND h.failures_in_row = 0
                   AND octet_length(d.payload) <= {MOST_BYTES} AND NOT EXISTS (
                       SELECT 1 FROM events v JOIN deliveries q ON q.event_id = v.id AND q.endpoint_id = e.id
                       WHERE v.object_id = d.payment_id AND q.status = 'pending' AND q.lease_token IS NULL
                   ) AS is_leased
        ) s
        WHERE e.status = 'enabled' AND (e.events IS NULL OR p.type = ANY (e.events)) AND e.id <> p.object_id
        RETURNING id, event_id, endpoint_id, lease_token, due_at
    )
"""  # noqa: S608 - a constant
"""As `PUBLISHED`. `HANDED` are those that were born leased; the others became due."""

HANDED: Final = """
    (SELECT json_agg(json_build_array(id, lease_token, event_id, endpoint_id) ORDER BY due_at)
     FROM fanned_out WHERE lease_token IS NOT NULL)
"""


class Told:
    """The drafts of one statement, with the ids and bytes that they are given."""

    def __init__(self, drafts: Iterable[tuple[EventDraft, str, str]]) -> None:
        """Each with the ids of the payment and the order that it is about."""
        self._told: dict[str, tuple[EventDraft, str, str, str]] = {}
        for draft, payment_id, order_id in drafts:
            event_id = new_id("evt")
            self._told[event_id] = (draft, encode_payload(event_id, draft), payment_id, order_id)

    def parameters(self, leased_seconds: float) -> dict[str, Any]:
        """Those of `LEASED`."""
        rows = [
            event_row(event_id, draft, payload) | {"payment_id": payment_id}
            for event_id, (draft, payload, payment_id, _) in self._told.items()
        ]
        return {"events": encode_json(rows).decode(), "leased_seconds": leased_seconds}

    def bodies(self, handed: Sequence[Sequence[str]] | None) -> list[bytes]:
        """What is handed over for the rows of `HANDED`: what is told of one order to an endpoint is one body.

        A body is a line of JSON, then the bytes of its events.
        """
        orders: dict[str, dict[str, list[Sequence[str]]]] = {}
        for row in handed or ():
            orders.setdefault(self._told[row[2]][3], {}).setdefault(row[3], []).append(row)
        return [
            self._body(order_id, [row for endpoint in group for row in endpoint])
            for order_id, endpoints in orders.items()
            for group in batched(endpoints.values(), _ENDPOINTS_TOGETHER)
        ]

    def _body(self, order_id: str, rows: Sequence[Sequence[str]]) -> bytes:
        ids = list(dict.fromkeys(event_id for _, _, event_id, _ in rows))
        events = [(self._told[event_id][0], self._told[event_id][1].encode()) for event_id in ids]
        head = {
            "merchant_id": str(events[0][0].merchant_id),
            "mode": events[0][0].mode,
            "order_id": order_id,
            "events": [[id_, draft.type, len(payload)] for id_, (draft, payload) in zip(ids, events, strict=True)],
            "deliveries": [[id_, token, endpoint, ids.index(event)] for id_, token, event, endpoint in rows],
        }
        line = json.dumps(head, separators=(",", ":")).encode()
        return b"\n".join((line, b"".join(payload for _, payload in events)))


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """These in lists of at most `size`."""
    all_ = list(values)
    return (all_[start : start + size] for start in range(0, len(all_), size))
