"""Follow what changes: a cursor over events and the merchant's latest webhook attempt.

The cursor is only a hint of "something new", so a page that missed one is fresh with the next.
"""

from dataclasses import dataclass
from typing import Final

from gateway.database import Connection
from gateway.tenancy.model import Caller

_NOUNS: Final = {"payment": "payments", "refund": "refunds", "order": "orders", "dispute": "disputes"}


@dataclass(frozen=True, slots=True)
class Place:
    """How far a reader is: the last event's position, and when a delivery was last tried."""

    position: int
    attempted: str

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """From a cursor; None for what is none, which then starts anew."""
        position, _, attempted = text.partition("~")
        is_number = position.isascii() and position.isdigit() and len(position) < 20
        return cls(int(position), attempted) if is_number else None

    def __str__(self) -> str:
        return f"{self.position}~{self.attempted}"


async def read_changes(tx: Connection, caller: Caller, after: Place | None) -> tuple[Place, list[str]]:
    """Where the merchant's feed stands now, and of which nouns something is new since `after`."""
    parameters = {"merchant_id": caller.merchant_id, "mode": caller.mode}
    seen = after.position if after else 0
    # The latest of the feed, whatever the cursor says: a condition on the position would have to pass
    # over every older event to find that there is no newer one.
    cursor = await tx.execute(
        """
        SELECT position, type FROM events WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
        ORDER BY era DESC, xact DESC, position DESC LIMIT 50
        """,
        parameters,
    )
    events = [row for row in await cursor.fetchall() if row[0] > seen]
    cursor = await tx.execute(
        """
        SELECT to_char(max(d.last_attempt_at), 'YYYYMMDDHH24MISSUS') FROM (
            SELECT last_attempt_at FROM deliveries
            WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
            ORDER BY created_at DESC, id DESC LIMIT 50
        ) AS d
        """,
        parameters,
    )
    row = await cursor.fetchone()
    attempted = (row and row[0]) or ""
    position = max([event[0] for event in events], default=seen)
    place = Place(position, attempted)
    if after is None:
        return place, []
    nouns = {_NOUNS.get(event[1].partition(".")[0], "webhooks") for event in events}
    if any(event[1].startswith("payment.unexpected") for event in events):
        nouns.add("unexpected-payments")
    if events:
        nouns |= {"events", "jobs"}
    if events or attempted != after.attempted:
        nouns.add("webhooks")
    if "payments" in nouns:
        nouns.add("orders")
    return place, sorted(nouns)
