"""Statements on heartbeats and on the state of the work."""

from typing import Any

from psycopg.rows import dict_row

from gateway.database import Connection

_ALIVE_SECONDS = 15
"""A worker that was not seen for this long is taken for dead."""


async def beat(tx: Connection, worker_id: str, kind: str, ahead_seconds: float = 0) -> None:
    """This worker is alive; `ahead_seconds` for one that will only be seen again after a while."""
    await tx.execute(
        """
        INSERT INTO worker_heartbeats (worker_id, kind, seen_at) VALUES (%s, %s, now() + make_interval(secs => %s))
        ON CONFLICT (worker_id) DO UPDATE SET seen_at = EXCLUDED.seen_at
        """,
        (worker_id, kind, ahead_seconds),
    )


async def count_dropped(tx: Connection, kind: str, count: int) -> None:
    """So many more jobs in this kind's queue were no hints."""
    await tx.execute("UPDATE job_counters SET dropped = dropped + %s WHERE kind = %s", (count, kind))


async def forget_worker(tx: Connection, worker_id: str) -> None:
    """This worker has ended in good order (all its kinds), and those that died long ago go with it."""
    await tx.execute(
        """
        DELETE FROM worker_heartbeats
        WHERE worker_id LIKE %s || ':%%' OR seen_at < now() - interval '1 day'
        """,
        (worker_id,),
    )


async def select_alive_kinds(tx: Connection) -> set[str]:
    """The kinds that some worker drains at the moment."""
    cursor = await tx.execute(
        "SELECT DISTINCT kind FROM worker_heartbeats WHERE seen_at > now() - make_interval(secs => %s)",
        (_ALIVE_SECONDS,),
    )
    return {row[0] for row in await cursor.fetchall()}


async def select_work(tx: Connection) -> list[dict[str, Any]]:
    """Per kind: rows that wait, rows in work (both through the small indexes of due work), what ended, and what
    was dropped from its queue because it was no hint."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT kind, waiting AS pending, working AS processing, completed, failed, dropped
        FROM tenant.work() JOIN job_counters USING (kind) ORDER BY kind
        """
    )
    return await cursor.fetchall()
