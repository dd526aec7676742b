"""The event feed: every fact of a merchant in the order of commits, so that a reader misses nothing.

An event's place is (era, xact, position). `xact` is the number of the transaction that told it: a
transaction that is still open may yet commit with a lower number than one that is done, so the feed ends
before the oldest open one (`pg_snapshot_xmin`). Whatever is behind a cursor stays behind it.

Transaction numbers start anew in another cluster. After a dump was restored there, `start_era_if_restored`
puts all later events into the next era, behind the restored ones.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from gateway.database import Connection, owner_connection
from gateway.events.model import EVENT_TYPES, EventRow
from gateway.events.queries import EVENT_COLUMNS
from gateway.ids import is_id
from gateway.pages.cursor import write_cursor
from gateway.pages.filters import TIMES
from gateway.pages.model import Condition, Filter, KeyColumn, Listing, Query, number_column
from gateway.pages.select import build_statement
from gateway.settings import Settings
from gateway.tenancy.model import Caller

_LAST_POSITION: Final = 2**63 - 1


def _read_xact(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and int(text) < 2**64):
        raise ValueError("not a transaction number")
    return text


def _read_event(text: str) -> Condition:
    if text not in EVENT_TYPES:
        raise ValueError(f"be one of {', '.join(EVENT_TYPES)}")
    return Condition("type = %(event)s", {"event": text})


def _read_object(text: str) -> Condition:
    if not any(is_id(text, prefix) for prefix in ("pay", "order", "rfnd", "we", "evt")):
        raise ValueError("be the id of a payment, an order, a refund or an endpoint")
    return Condition("object_id = %(object_id)s", {"object_id": text})


_FILTERS: Final = (
    Filter("event", _read_event, {"type": "string", "enum": list(EVENT_TYPES)}, "Only this type.", EVENT_TYPES[0]),
    Filter(
        "object_id",
        _read_object,
        {"type": "string", "pattern": "^(pay|order|rfnd|we|evt)_[A-Za-z0-9]{16}$"},
        "Only facts about this payment, order, refund or endpoint.",
        "pay_H8sK3jD9s2L1pQr4",
    ),
    *TIMES,
)
_KEY: Final = (number_column("era"), KeyColumn("xact", str, _read_xact), number_column("position"))

_SHOWN: Final = ("id", "event", "object_id", "sequence", "mode", "created_at")

FEED: Final = Listing(
    name="events",
    select=f"""
    SELECT {EVENT_COLUMNS} FROM (
        SELECT * FROM events
        WHERE xact < pg_snapshot_xmin(pg_current_snapshot()) OR era < (SELECT f.era FROM event_feed f)
    ) settled""",  # noqa: S608 - a constant
    row=EventRow,
    columns=_SHOWN,
    filters=_FILTERS,
    key=_KEY,
    newest_first=False,
)
"""Oldest first, without gaps: to be followed by its cursor."""

NEWEST_EVENTS: Final = replace(
    FEED,
    name="events-newest",
    select=f"SELECT {EVENT_COLUMNS} FROM events",  # noqa: S608 - a constant
    newest_first=True,
)
"""Newest first, for people."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events, and the cursor behind them: there is always one, since there is always more to come."""

    rows: list[EventRow]
    next_cursor: str
    has_more: bool

    def as_json(self) -> dict[str, Any]:
        """The answer of the feed."""
        return {
            "data": [row.as_json() for row in self.rows],
            "next_cursor": self.next_cursor,
            "has_more": self.has_more,
        }


async def select_feed(tx: Connection, caller: Caller, query: Query) -> FeedPage:
    """The events behind the query's cursor, as far as they are settled."""
    statement, parameters = build_statement(FEED, caller, query)
    cursor = await tx.execute(statement.encode(), parameters)
    rows = [EventRow(*row) for row in await cursor.fetchall()]
    has_more = len(rows) > query.limit
    rows = rows[: query.limit]
    if rows:
        place: tuple[Any, ...] = (rows[-1].era, rows[-1].xact, rows[-1].position)
    else:
        place = query.after or (0, "0", 0)
    return FeedPage(rows, _cursor_at(place, query), has_more)


async def select_feed_end(tx: Connection, query: Query) -> FeedPage:
    """No events, and the cursor behind all that are settled now."""
    cursor = await tx.execute(
        "SELECT era, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 FROM event_feed"
    )
    row = await cursor.fetchone()
    assert row is not None
    return FeedPage([], _cursor_at((row[0], str(row[1]), _LAST_POSITION), query), False)


def _cursor_at(place: tuple[Any, ...], query: Query) -> str:
    return write_cursor(_KEY, EventRow("", b"", "", datetime.min, *place), query.binding)  # noqa: DTZ901


async def start_era_if_restored(tx: Connection) -> int | None:
    """Begin a new era if events or the ledger carry transaction numbers that this cluster has yet to give out.

    To be run before anything publishes, on a connection outside a transaction. Returns the new era.
    """
    async with tx.transaction():
        cursor = await tx.execute(
            """
            SELECT f.era FROM event_feed f
            WHERE EXISTS (
                SELECT 1
                FROM merchants m CROSS JOIN (VALUES ('test'), ('live')) modes (mode)
                CROSS JOIN LATERAL (
                    SELECT e.xact FROM events e
                    WHERE e.merchant_id = m.id AND e.mode = modes.mode AND e.era = f.era
                    ORDER BY e.xact DESC LIMIT 1) newest
                WHERE newest.xact >= pg_current_xact_id())
            OR EXISTS (SELECT 1 FROM ledger_entries l WHERE l.era = f.era AND l.xact >= pg_current_xact_id())
            OR EXISTS (SELECT 1 FROM ledger_checkpoint c WHERE c.era = f.era AND c.xact > pg_current_xact_id())
            FOR UPDATE
            """
        )
        row = await cursor.fetchone()
        if row is None:
            return None
        era = int(row[0]) + 1
        await tx.execute("UPDATE event_feed SET era = %s", (era,))
        for table in ("events", "ledger_entries"):
            await tx.execute(f"ALTER TABLE {table} ALTER COLUMN era SET DEFAULT {era}".encode())
        return era


async def follow_up_migration(settings: Settings) -> int | None:
    """`start_era_if_restored`, on a connection of its own: the last step of every migration."""
    async with owner_connection(settings) as tx:
        return await start_era_if_restored(tx)
