"""Statements on deliveries and attempts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.tenancy.model import Caller
from gateway.webhooks.deliveries.model import Attempt, Delivery

EXACT_TOTAL: Final = 10_000
"""Up to here the log's total is counted; beyond, counting would cost more than the page."""

COMMON_EVENTS: Final = ("payment.created", "payment.pending", "payment.success", "order.paid")
"""What every payment tells. `deliveries_by_uncommon_event` leaves them out: the log is full of them anyway."""

_UNCOMMON: Final = f"d.event_type NOT IN ({', '.join(repr(event) for event in COMMON_EVENTS)})"

_DELIVERY: Final = (
    "d.id, d.event_type, d.event_id, d.endpoint_id, e.object_id, d.status, d.attempts, d.last_attempt_at, "
    "d.next_attempt_at, d.response_code, d.error_class, d.created_at"
)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which deliveries of the log; None is all."""

    status: str | None = None
    event: str | None = None
    event_id: str | None = None
    endpoint_id: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> str:
        """The SQL for what is set; its parameters are this object's fields."""
        event = "d.event_type = %(event)s"
        if self.event not in COMMON_EVENTS:
            event += f" AND {_UNCOMMON}"  # lets Postgres use the partial index
        known = {
            "status": "d.status = %(status)s",
            "event": event,
            "event_id": "d.event_id = %(event_id)s",
            "endpoint_id": "d.endpoint_id = %(endpoint_id)s",
            "created_after": "d.created_at >= %(created_after)s",
            "created_before": "d.created_at < %(created_before)s",
        }
        return "".join(f" AND {sql}" for name, sql in known.items() if getattr(self, name) is not None)

    def parameters(self, caller: Caller) -> dict[str, Any]:
        """The parameters of `conditions` and of the caller's scope."""
        names = ("status", "event", "event_id", "endpoint_id", "created_after", "created_before")
        return {name: getattr(self, name) for name in names} | {
            "merchant_id": caller.merchant_id,
            "mode": caller.mode,
        }


@dataclass(frozen=True, slots=True)
class LogPage:
    """Which page of the log: by an offset, or behind a delivery (its time and id)."""

    limit: int
    offset: int
    after: tuple[datetime, UUID] | None = None


async def select_log(tx: Connection, caller: Caller, where: LogFilter, page: LogPage) -> list[Delivery]:
    """A page of the caller's deliveries, newest first."""
    cursor = tx.cursor(row_factory=class_row(Delivery))
    await cursor.execute(*build_log(caller, where, page))
    return await cursor.fetchall()


def build_log(caller: Caller, where: LogFilter, page: LogPage) -> tuple[bytes, dict[str, Any]]:
    """The statement of a page of the log, and its parameters."""
    behind = "" if page.after is None else " AND (d.created_at, d.id) < (%(after_at)s, %(after_id)s)"
    after_at, after_id = page.after or (None, None)
    statement = f"""
        SELECT {_DELIVERY}
        FROM (SELECT * FROM deliveries d
              WHERE d.merchant_id = %(merchant_id)s AND d.mode = %(mode)s{where.conditions()}{behind}
              ORDER BY d.created_at DESC, d.id DESC LIMIT %(limit)s OFFSET %(offset)s) d
        JOIN events e ON e.id = d.event_id
        ORDER BY d.created_at DESC, d.id DESC
        """  # noqa: S608
    parameters = where.parameters(caller) | {"limit": page.limit, "offset": page.offset}
    return statement.encode(), parameters | {"after_at": after_at, "after_id": after_id}


async def count_log(tx: Connection, caller: Caller, where: LogFilter) -> tuple[int, bool]:
    """How many deliveries there are, and whether that is exact (up to `EXACT_TOTAL`)."""
    cursor = await tx.execute(*build_log_count(caller, where))
    row = await cursor.fetchone()
    assert row is not None
    return min(row[0], EXACT_TOTAL), row[0] <= EXACT_TOTAL


def build_log_count(caller: Caller, where: LogFilter) -> tuple[bytes, dict[str, Any]]:
    """The statement that counts the log, and its parameters."""
    statement = f"""
        SELECT count(*) FROM (
            SELECT 1 FROM deliveries d
            WHERE d.merchant_id = %(merchant_id)s AND d.mode = %(mode)s{where.conditions()}
            LIMIT {EXACT_TOTAL + 1}) counted
        """  # noqa: S608
    return statement.encode(), where.parameters(caller)


async def restart_delivery(tx: Connection, caller: Caller, delivery_id: UUID, now: datetime) -> str | None:
    """Make a delivery due now, with all its attempts before it, whatever its state.

    None: the caller has no such delivery. Else the status of its endpoint; unless that is
    `enabled`, nothing was changed.
    """
    cursor = await tx.execute(
        """
        WITH found AS (
            SELECT d.id, w.status FROM deliveries d JOIN webhook_endpoints w ON w.id = d.endpoint_id
            WHERE d.id = %(id)s AND d.merchant_id = %(merchant_id)s AND d.mode = %(mode)s
        ),
        changed AS (
            UPDATE deliveries d
            SET status = 'pending', attempts = 0, claims = 0, due_at = now(), next_attempt_at = %(now)s,
                lease_token = NULL
            FROM found f WHERE d.id = f.id AND f.status = 'enabled'
        )
        SELECT status FROM found
        """,
        {"id": delivery_id, "merchant_id": caller.merchant_id, "mode": caller.mode, "now": now},
    )
    row = await cursor.fetchone()
    return None if row is None else str(row[0])


async def select_delivery(tx: Connection, caller: Caller, delivery_id: UUID) -> Delivery | None:
    """The caller's delivery with this id."""
    cursor = tx.cursor(row_factory=class_row(Delivery))
    await cursor.execute(
        f"""
        SELECT {_DELIVERY} FROM deliveries d JOIN events e ON e.id = d.event_id
        WHERE d.id = %s AND d.merchant_id = %s AND d.mode = %s
        """.encode(),  # noqa: S608
        (delivery_id, caller.merchant_id, caller.mode),
    )
    return await cursor.fetchone()


async def select_deliveries_of_event(tx: Connection, event_id: str) -> list[Delivery]:
    """All deliveries of an event, oldest first."""
    cursor = tx.cursor(row_factory=class_row(Delivery))
    await cursor.execute(
        f"""
        SELECT {_DELIVERY} FROM deliveries d JOIN events e ON e.id = d.event_id
        WHERE d.event_id = %s ORDER BY d.created_at, d.id
        """.encode(),  # noqa: S608
        (event_id,),
    )
    return await cursor.fetchall()


async def select_attempts(tx: Connection, delivery_id: UUID) -> list[Attempt]:
    """The newest fifty attempts of a delivery, newest first."""
    cursor = tx.cursor(row_factory=class_row(Attempt))
    await cursor.execute(
        """
        SELECT id, started_at, duration_ms, response_code, error_class, error, request_headers, response_body
        FROM delivery_attempts WHERE delivery_id = %s ORDER BY id DESC LIMIT 50
        """,
        (delivery_id,),
    )
    return await cursor.fetchall()
